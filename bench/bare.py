"""What Django itself costs: the same three requests with nothing of ours in them.

One session row, one booking row each, counted by a guarded UPDATE; signed-in, CSRF-checked,
rendered from a template of one screen. No rules, no waitlist, no notices.
"""

import os
from pathlib import Path

import django
import environ
from django.conf import settings

if not settings.configured:
    settings.configure(
        SECRET_KEY="only-for-a-trial",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="bench.bare",
        DATABASES={
            "default": environ.Env.db_url_config(os.environ["DATABASE_URL"]) | {"CONN_MAX_AGE": 600}
        },
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "bench.bare_app",
        ],
        AUTH_USER_MODEL="bare_app.User",
        AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [Path(__file__).parent / "templates"],
            }
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()

from django.core.wsgi import get_wsgi_application
from django.urls import path

from bench.bare_app import views

urlpatterns = [
    path("page/<int:pk>/", views.page),
    path("page/<int:pk>/book/", views.book),
    path("booking/<int:pk>/", views.booking),
    path("list/", views.some),
]

application = get_wsgi_application()
