"""All settings, and the only reader of the environment. `.env.example` documents each variable.

Every variable has a default that lets `make run` work; a wrong value raises `ImproperlyConfigured` with one
sentence that names it, which `manage.py` prints without a traceback.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from .databases import databases
from .digest import tree_digest
from .logs import logging_config
from .redis import cache, channel_layers, redis_urls
from .site_url import site_address

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_FILES: list[Path] = []  # those that were read, for `manage.py doctor`


def env(name: str, default: str = "") -> str:
    """The content of the file that `<name>_FILE` points to (Docker secrets), or the variable, or `default`."""
    path, content = os.environ.get(f"{name}_FILE"), ""
    if path:
        SECRET_FILES.append(Path(path))
        try:
            content = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: cannot read {path} ({error.strerror}).") from None
        except ValueError:
            raise ImproperlyConfigured(f"{name}_FILE: {path} is no text.") from None
    return content or os.environ.get(name) or default


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = env(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def env_bool(name: str, default: bool) -> bool:
    value = env(name, "1" if default else "0").lower()
    if value not in ("1", "0", "true", "false", "yes", "no", "on", "off"):
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in ("1", "true", "yes", "on")


def env_int(name: str, default: int, least: int = 0, most: int = 999_999) -> int:
    value = env(name, str(default))
    # Its length first: Python refuses to read a number of thousands of digits.
    if not value.isdecimal() or len(value) > len(str(most)) or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


# Where the site is

VERSION = "0.1.0"
DEBUG = env_bool("DEBUG", True)
_site = site_address(env("SITE_URL", f"http://127.0.0.1:{env_int('PORT', 8000, least=1, most=65_535)}"))
SITE_URL = SITE_ORIGIN = _site.origin
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
SITE_IS_LOOPBACK = _site.is_loopback
_secure = _site.scheme == "https"

_DEVELOPMENT_KEY = "insecure-key-for-a-trial-on-this-machine-only"
SECRET_KEY = env("SECRET_KEY", _DEVELOPMENT_KEY)
SECRET_KEY_IS_BUILT_IN = SECRET_KEY == _DEVELOPMENT_KEY
if not DEBUG and SECRET_KEY_IS_BUILT_IN:
    raise ImproperlyConfigured("SECRET_KEY must be set to a long random value when DEBUG=0.")

ALLOWED_HOSTS = LOOPBACK_HOSTS if SITE_IS_LOOPBACK else [_site.host]
CSRF_TRUSTED_ORIGINS = [SITE_ORIGIN]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
CSRF_FAILURE_VIEW = "chat.views.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None
# Not for this machine's own name: the browser would keep it for every other server here.
SECURE_HSTS_SECONDS = 31_536_000 if _secure and not SITE_IS_LOOPBACK else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

DATA_DIR = Path(env("DATA_DIR", str(BASE_DIR / "var"))).absolute()
try:
    (DATA_DIR / "media").mkdir(parents=True, exist_ok=True)
    if not os.access(DATA_DIR, os.W_OK | os.X_OK):
        raise PermissionError(13, "Permission denied")
except OSError as error:
    raise ImproperlyConfigured(f"DATA_DIR: cannot write to {DATA_DIR} ({error.strerror}).") from None

# Applications

INSTALLED_APPS = [
    "daphne",  # before staticfiles: its check asks for it
    "django.contrib.admin.apps.SimpleAdminConfig",  # `chat.admin` has a site of its own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "servestatic",
    "channels",
    "allauth",
    "allauth.account",
    "chat",
]
MIDDLEWARE = [
    "chat.views.watching.WatchingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "chat.views.headers.ContentSecurityPolicyMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "chat.views.headers.HostMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chat.views.preferences.PersonalSettingsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "chatsite.urls"
ASGI_APPLICATION = "chatsite.asgi.application"
APPEND_SLASH = False
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
                "chat.views.context.site",
            ]
        },
    }
]

# Servers, database, layer

CHAT_SERVER = env_choice("CHAT_SERVER", "daphne", ("daphne", "uvicorn"))

DATABASE_POOL = env_int("DATABASE_POOL", 16, least=3)  # one is the writer's
DATABASES = databases(
    env("DATABASE_URL", f"sqlite:///{DATA_DIR / 'chat.sqlite3'}"),
    env("DATABASE_REPLICA_URL"),
    password=env("DATABASE_PASSWORD"),
    pool=DATABASE_POOL,
)
DATABASE_ROUTERS = ["chat.replica.HistoryRouter"] if "replica" in DATABASES else []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URLS = redis_urls(env("REDIS_URL"), env("REDIS_PASSWORD"))
REDIS_URL = REDIS_URLS[0] if REDIS_URLS else ""  # where people's limits are counted
CHANNEL_LAYERS = channel_layers(REDIS_URLS)
CACHES = {"default": cache(REDIS_URLS)}

# Accounts

AUTH_USER_MODEL = "chat.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "chat.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SIGNUP = env_choice("SIGNUP", "invite", ("invite", "open", "closed"))
RATE_LIMITS = env_choice("RATE_LIMITS", "on", ("on", "off")) == "on"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "chat.views.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_EMAIL_VERIFICATION = "none"
# A taken address is no error at sign-up: `actions.people.register` leaves it out and its owner gets a mail.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_USERNAME_BLACKLIST = ["room"]  # a mention of everybody
ACCOUNT_FORMS = {
    "login": "chat.forms.LoginForm",
    "signup": "chat.forms.SignupForm",
    "change_password": "chat.forms.ChangePasswordForm",
    "reset_password": "chat.forms.ResetPasswordForm",
    "reset_password_from_key": "chat.forms.ResetPasswordKeyForm",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = None  # people are asked
# How many proxies stand before the site: the client's address is that many from the end of X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXIES", 0)
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {"setup": "5/m/ip", "export": "5/d/user"} if RATE_LIMITS else False

EMAIL_HOST = env("EMAIL_HOST")
EMAIL_PORT = env_int("EMAIL_PORT", 587, least=1, most=65_535)
EMAIL_HOST_USER = env("EMAIL_USER")
EMAIL_HOST_PASSWORD = env("EMAIL_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_TLS", True)
EMAIL_TIMEOUT = 10  # seconds; a mail server that does not answer must not hold a page
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", f"chat@{_site.host}")

# Words, files

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "chat" / "locale"]
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SECURE = _secure
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_VERSION = tree_digest(BASE_DIR / "chat" / "static")
STATIC_URL = f"/static/{STATIC_VERSION}/"
STATIC_ROOT = DATA_DIR / "static" / STATIC_VERSION
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_MAX_AGE = 0 if DEBUG else 31_536_000
MEDIA_ROOT = DATA_DIR / "media"
SENDFILE = env_bool("SENDFILE", False)
MAX_UPLOAD_BYTES = env_int("MAX_UPLOAD_MB", 25) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        # The proxy reads them, as a user of its own.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}

SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]  # the operator's and the proxy's part

# Seen from outside

METRICS_TOKEN = env("METRICS_TOKEN")
LOG_FORMAT = env_choice("LOG_FORMAT", "line", ("line", "json"))
LOGGING = logging_config(LOG_FORMAT)
SENTRY_DSN = env("SENTRY_DSN")
if SENTRY_DSN:
    # Imported for those alone who have one: it takes time and memory.
    from .sentry import start as report_to_sentry

    report_to_sentry(SENTRY_DSN, release=VERSION)
