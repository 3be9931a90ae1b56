"""The site's table of contents."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("activities.urls")),
    path("", include("bookings.urls")),
    path("", include("venues.urls")),
    path("", include("partners.urls")),
    path("", include("notices.urls")),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
