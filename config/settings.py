"""All settings, read once from the environment (see the table in README.md)."""

import sys
from datetime import timedelta
from pathlib import Path

import environ
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

# The one switch between a trial and a real center: production sets DEBUG=0.
DEBUG = env.bool("DEBUG", default=True)
TESTING = "pytest" in sys.modules

# --- Security ---------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY", default="only-for-a-trial") if DEBUG else env.str("SECRET_KEY")
# What seals answers on health: the first does, and each of them opens. Without any it is the
# secret key, and answers can be read only as long as that stays the same.
ANSWERS_KEYS = env.list("ANSWERS_KEYS", default=[])
if any(len(words) < 32 for words in ANSWERS_KEYS):
    raise ImproperlyConfigured("ANSWERS_KEYS: each of them needs 32 random letters or more")
ANSWERS_KEYS = ANSWERS_KEYS or [SECRET_KEY]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else int(timedelta(days=365).total_seconds())
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEBUG
SECURE_HSTS_PRELOAD = not DEBUG
SESSION_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_SECURE = not DEBUG
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- Applications -----------------------------------------------------------

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "config.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_structlog",
    "notices",
    "accounts",
    "venues",
    "partners",
    "activities",
    "bookings",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.ForNobodyElse",
    "config.middleware.NoNul",
    "config.middleware.Patience",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.WhoAsks",
    "config.middleware.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SignInManners",
    "accounts.middleware.SecondStepForStaff",
    "django_structlog.middlewares.RequestMiddleware",
]

if DEBUG:
    # A trial has no server in front that would make pages and files small on their way.
    MIDDLEWARE.insert(1, "django.middleware.gzip.GZipMiddleware")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.context.site",
            ],
            "builtins": ["config.words", "activities.templatetags.pieces"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database, broker, cache ------------------------------------------------

# Without an address, the embedded servers are used (config/embedded.py).
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).absolute()
DATABASE_URL = env.str("DATABASE_URL", default="")
REDIS_URL = env.str("REDIS_URL", default="")

DATABASES: dict[str, dict] = {
    "default": {"ENGINE": "config.postgres", "NAME": "center", "USER": "postgres"}
}
if DATABASE_URL:
    not_understood = ImproperlyConfigured("DATABASE_URL: postgres://user:password@host:5432/center")
    if not DATABASE_URL.startswith(("postgres://", "postgresql://")):
        raise not_understood
    try:
        DATABASES["default"] = env.db_url("DATABASE_URL")
    except ValueError as error:
        raise not_understood from error
# Whether connections keep statements (prepared.py); not behind PgBouncer in transaction mode.
DATABASE_PREPARES = env.bool("DATABASE_PREPARES", default=True)
# A web thread keeps its connection.
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
# Who waits longer than this for a row is told to try again (config/middleware.py).
DATABASES["default"].setdefault("OPTIONS", {}).update(
    options="-c lock_timeout=3s", connect_timeout=3
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, dict] = {
    "default": {
        "BACKEND": "config.cache.RedisOrNothing"
        if REDIS_URL
        else "config.cache.EmbeddedRedisOrNothing",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 0.3, "socket_timeout": 0.5},
    },
    # The memory of one process, for a few seconds.
    "here": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
    # Stands in for Redis where forgetting would let somebody guess codes.
    "sign-in": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "sign_in_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
if TESTING:
    # No test finds what another left in a cache, and none waits for the disk.
    CACHES["default"] |= {
        "BACKEND": "config.cache.RedisOrNothing",
        "LOCATION": "unix:///nowhere/redis",
    }
    CACHES["here"]["BACKEND"] = "django.core.cache.backends.dummy.DummyCache"
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"

# --- Celery -----------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or None
# Every task is a tick that beat repeats, so none has to be handed in again. A worker that
# kept receipts would never recover when Redis goes away between a task and its receipt.
CELERY_BROKER_TRANSPORT_OPTIONS = {"ack_emulation": False}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1

# --- Language and time ------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
# Our own words, and those of libraries that bring no Chinese.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "libraries"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- The frame of every page ------------------------------------------------

ELDER_COOKIE_NAME = "elder"
LETTERS_COOKIE_NAME = "letters"
CONTRAST_COOKIE_NAME = "contrast"
# Its holder has seen the three steps of a newcomer.
NEWCOMER_COOKIE_NAME = "knows_the_way"
# What the authorities want to read at the foot of a page: ICP and police numbers.
RECORD_NUMBERS = env.list("RECORD_NUMBERS", default=[])

# --- Files ------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static-built"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "media/"
MEDIA_ROOT = VAR_DIR / "media"
# Papers of partners and photos in letters: no address leads there, pages read them for whoever may.
PAPERS_ROOT = VAR_DIR / "papers"
PAPER_ENDINGS = {".pdf", ".jpg", ".jpeg", ".png", ".webp"}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# A trial serves static files from where they lie, without collecting them first.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG or TESTING

# --- Sign-in ----------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
SESSION_ENGINE = "accounts.sessions"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = int(timedelta(days=60).total_seconds())
STAFF_STAY_SIGNED_IN = timedelta(hours=12)

# One door for the known and the new: a phone or an e-mail, and a code that went there.
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"phone", "email"}
ACCOUNT_SIGNUP_FIELDS = ["phone", "email"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = int(timedelta(minutes=10).total_seconds())
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = ACCOUNT_LOGIN_BY_CODE_TIMEOUT
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "change_phone": "accounts.forms.ChangePhoneForm",
    "verify_phone": "accounts.forms.VerifyPhoneForm",
}
# A key is an address; providers of text messages allow it five codes an hour and ten a day.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "request_login_code": "60/m/ip,3/m/key,5/h/key,10/d/key",
    "confirm_login_code": "60/m/ip,20/h/key",
    "change_phone": "10/m/user",
    "verify_phone": "1/30s/key,20/m/ip",
    # Many write from the tablet in the hall, which has one address.
    "write_letter": "6/m/ip,60/h/ip",
    # Only of those who have not signed in, who may all be in the wireless network of the hall.
    "answer_survey": "10/m/ip,120/h/ip",
    # Wrong codes of letters; whoever has a right one may look as often as they like.
    "miss_letter": "20/m/ip,60/h/ip",
}
# How many proxies in front of us add to X-Forwarded-For; the limits count by that address.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0 if DEBUG else 1)

MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondStepForm",
    "reauthenticate": "accounts.forms.SecondStepAgainForm",
    "activate_totp": "accounts.forms.ActivateAppForm",
}
# allauth wants one kind of address to be required; here either will do.
SILENCED_SYSTEM_CHECKS = ["account.W001"]

# --- Telling people ---------------------------------------------------------

# What stands in front of the paths in messages.
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{env.str('PORT', default='8000')}")
# A trial sends nothing to anybody: what would have been sent is read at /dev/outbox/.
EMAIL_CONFIG = env.email_url(
    "EMAIL_URL", default="dummymail://" if DEBUG else "smtp://localhost:25"
)
globals().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="center@localhost")
# The class that sends text messages; empty where there is none. Never a real one in a trial:
# its phones are invented, but somebody may have them.
SMS_BACKEND = (
    "notices.channels.ConsoleSms" if DEBUG or TESTING else env.str("SMS_BACKEND", default="")
)

# Mails and text messages that can wait are not sent at night (notices/quiet.py). Tests run at
# any hour and say so themselves.
QUIET_HOURS = env.bool("QUIET_HOURS", default=not TESTING)

# --- Logs and errors --------------------------------------------------------

# A log line is data: what happened, with ids; never names, phones or addresses.
LOG_PROCESSORS: list = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *LOG_PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.dev.ConsoleRenderer(colors=False)
            if DEBUG
            else structlog.processors.JSONRenderer(ensure_ascii=False),
            "foreign_pre_chain": LOG_PROCESSORS,
        },
    },
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["out"],
        "level": env.str("LOG_LEVEL", default="WARNING" if DEBUG else "INFO"),
    },
    # Django's own handlers would say everything twice.
    "loggers": {
        "django": {"handlers": [], "level": "NOTSET"},
        # The proxy lists the requests; here is only what went wrong.
        "django_structlog.middlewares": {"level": "WARNING"},
    },
}

if SENTRY_DSN := env.str("SENTRY_DSN", default=""):
    import sentry_sdk

    # Neither what somebody has typed nor what a function held: it may be about their health.
    sentry_sdk.init(
        SENTRY_DSN,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
    )

# --- Admin ------------------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": _("Staff desk"),
    "SITE_HEADER": _("Staff desk"),
    "SITE_FAVICONS": [{"rel": "icon", "href": "config.admin.favicon"}],
    "STYLES": ["config.admin.stylesheet"],
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "SIDEBAR": {"navigation": "config.admin.navigation"},
    "BORDER_RADIUS": "8px",
    # Paper, ink and vermilion, as on the pages for residents.
    "COLORS": {
        "base": {
            "50": "#faf8f4", "100": "#f3efe7", "200": "#e6dfd1", "300": "#d3cabb",
            "400": "#a29a8d", "500": "#6f685e", "600": "#57514a", "700": "#413c37",
            "800": "#2b2824", "900": "#1f1d1a", "950": "#141210",
        },
        "primary": {
            "50": "#fdf3f1", "100": "#fbe5e1", "200": "#f6cac3", "300": "#eda59b",
            "400": "#e0766a", "500": "#cc4a3e", "600": "#b3261e", "700": "#941e17",
            "800": "#7a1b16", "900": "#661b17", "950": "#380a07",
        },
    },
}  # fmt: skip
