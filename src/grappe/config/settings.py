"""Settings, read from the environment; a bad value is refused with its name (see docs/guide/exploitation.md)."""

from __future__ import annotations

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from grappe import __version__

env = environ.Env()
SOURCE = Path(__file__).resolve().parent.parent
VAR = Path(env.str("GRAPPE_VAR", default="") or SOURCE.parent.parent / "var").resolve()


def _bool(name: str, default: bool) -> bool:
    text = env.str(name, default="yes" if default else "no").strip().lower()
    if text in {"1", "yes", "true", "on"}:
        return True
    if text in {"0", "no", "false", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}: {text!r} is neither yes nor no")


def _int(name: str, default: int, *, least: int, most: int) -> int:
    text = env.str(name, default=str(default)).strip()
    if not text.lstrip("-").isdecimal() or not least <= int(text) <= most:
        raise ImproperlyConfigured(f"{name}: {text!r} is not a whole number from {least} to {most}")
    return int(text)


def _choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    text = str(env.str(name, default=default)).strip()
    if text not in choices:
        raise ImproperlyConfigured(f"{name}: {text!r} is not one of {', '.join(choices)}")
    return text


def _secret_key() -> str:
    """The given key, or one made at first start and kept, readable by its owner only, beside the data."""
    given = str(env.str("SECRET_KEY", default=""))
    if given:
        if len(given) < 40:
            raise ImproperlyConfigured("SECRET_KEY: shorter than 40 characters")
        return given
    from django.core.management.utils import get_random_secret_key

    kept = VAR / "secret_key"
    if not kept.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        fresh = VAR / f".secret_key.{get_random_secret_key()[:8].encode().hex()}"
        fresh.touch(mode=0o600)
        fresh.write_text(get_random_secret_key())
        try:
            kept.hardlink_to(fresh)
        except FileExistsError:
            pass  # another process made it in the meantime: its key is the one
        finally:
            fresh.unlink()
    return kept.read_text().strip()


DEBUG = _bool("DEBUG", False)
DEMO = _bool("GRAPPE_DEMO", False)
SECRET_KEY = _secret_key()
BASE_URL = env.str("GRAPPE_URL", default="http://127.0.0.1:8000").rstrip("/")
if not BASE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"GRAPPE_URL: {BASE_URL!r} begins with neither http:// nor https://")
HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[BASE_URL.split("//")[1].split(":")[0], "127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "grappe.audit",
    "grappe.law",
    "grappe.people",
    "grappe.clusters",
    "grappe.solves",
    "grappe.papers",
    "grappe.ledger",
    "grappe.needs",
    "grappe.pools",
    "grappe.acts",
    "grappe.plans",
    "grappe.charges",
    "grappe.outcomes",
    "grappe.demo",
    "grappe.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "grappe.web.shared.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "grappe.web.shared.middleware.ContentSecurityMiddleware",
    "grappe.web.shared.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "grappe.config.urls"
WSGI_APPLICATION = "grappe.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SOURCE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "grappe.web.shared.context.frame",
            ],
            "libraries": {"grappe": "grappe.web.shared.templatetags.grappe"},
        },
    }
]

# Database: one SQLite file unless DATABASE_URL says otherwise.
_url = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR / 'grappe.sqlite3'}"
DATABASES = {"default": env.db_url_config(_url)}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-32000;",
    }
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _database["CONN_HEALTH_CHECKS"] = True
else:
    raise ImproperlyConfigured("DATABASE_URL: only sqlite:/// and postgres:// are served")
_database["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
SOLVE_SECONDS = _int("GRAPPE_SOLVE_SECONDS", 60, least=1, most=3600)

# People and sign-in.
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "grappe.people.adapter.Adapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the invitation came to that address
MFA_TOTP_ISSUER = "Grappe"
ALLAUTH_TRUSTED_PROXY_COUNT = _int("GRAPPE_PROXIES", 0, least=0, most=9)  # sign-in attempts are counted by address
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "public:home"
LOGOUT_REDIRECT_URL = "public:home"

# Mail: printed on the console unless told otherwise.
_mail = _choice("GRAPPE_MAIL", "console", ("console", "file", "smtp"))
EMAIL_BACKEND = {
    "console": "django.core.mail.backends.console.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
}[_mail]
EMAIL_FILE_PATH = VAR / "mail"
if _mail == "smtp":
    EMAIL_HOST = env.str("SMTP_HOST")
    EMAIL_PORT = _int("SMTP_PORT", 587, least=1, most=65535)
    EMAIL_HOST_USER = env.str("SMTP_USER", default="")
    EMAIL_HOST_PASSWORD = env.str("SMTP_PASSWORD", default="")
    EMAIL_USE_TLS = _bool("SMTP_TLS", True)
    EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="Grappe <grappe@localhost.localdomain>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Language and time: French first; dates are those of the place where people work.
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [SOURCE / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Paris")
USE_TZ = True
USE_I18N = True

# Files.
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("GRAPPE_STATIC", default="") or VAR / "static")
STATICFILES_DIRS = [SOURCE / "web" / "static"]
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
UPLOAD_BYTES_MAX = _int("GRAPPE_UPLOAD_MEGABYTES", 20, least=1, most=200) * 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_HANDLERS = [
    "grappe.web.shared.uploads.RefuseTooLarge",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# What the browser is told.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a cache is each process's own: signing out must reach them all
CSRF_FAILURE_VIEW = "grappe.web.shared.errors.stale_form"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = _bool("SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = _int("HSTS_SECONDS", 31_536_000, least=0, most=63_072_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True

GRAPPE_VERSION = __version__
SOURCE_URL = str(
    env.str("GRAPPE_SOURCE_URL", default="")
)  # where who uses the site over a network gets its source (AGPL, section 13)
if SOURCE_URL and not SOURCE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"GRAPPE_SOURCE_URL: {SOURCE_URL!r} begins with neither http:// nor https://")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO" if DEBUG else "WARNING"},
}
