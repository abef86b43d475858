"""Every setting of Digest. What differs between machines comes from the environment (or a `.env` file);
`.env.example` lists all of it. A missing secret or a misspelt value stops the start with a sentence."""

import datetime
import os
import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit

import django
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate
from environs.exceptions import EnvValidationError

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env(eager=False)
_env_file = os.environ.get("ENV_FILE", str(BASE_DIR / ".env"))
if _env_file and Path(_env_file).is_file():
    env.read_env(_env_file, recurse=False)

for _name in ("DATABASE_URL", "EMAIL_URL", "TIME_ZONE"):
    if os.environ.get(_name) == "":
        del os.environ[_name]  # an empty line of .env means the default

# --- what the environment decides ------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SITE_NAME = env.str("SITE_NAME", "Digest")
SITE_PUBLISHER = env.str("SITE_PUBLISHER", "the editors of Digest")
SITE_CONTACT = env.str("SITE_CONTACT", "")
WEBSUB_HUB = env.str("WEBSUB_HUB", "")
CDN_MAX_AGE = env.int("CDN_MAX_AGE", 0)
PURGE_URL = env.str("PURGE_URL", "")
PURGE_HEADER = env.str("PURGE_HEADER", "")
DISCLOSURE = env.str("DISCLOSURE", "always")
TIME_ZONE = env.str("TIME_ZONE", "UTC")
PAGE_SIZE = env.int("PAGE_SIZE", 20)
SEARCH_MAX_CHARS = env.int("SEARCH_MAX_CHARS", 200)
SEARCH_MAX_TERMS = env.int("SEARCH_MAX_TERMS", 12)
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", 1_000_000)
UPLOAD_MAX_FILES = env.int("UPLOAD_MAX_FILES", 100)
ARCHIVE_MAX_ENTRIES = env.int("ARCHIVE_MAX_ENTRIES", 10_000)
ARCHIVE_MAX_BYTES = env.int("ARCHIVE_MAX_BYTES", 250_000_000)
ARCHIVE_MAX_RATIO = env.int("ARCHIVE_MAX_RATIO", 100)
RENDER_MAX_CHARS = env.int("RENDER_MAX_CHARS", 200_000)
STORIES_REQUIRED = env.str("STORIES_REQUIRED", "all")
FOUR_EYES = env.bool("FOUR_EYES", False)
REVIEW_WORDS_PER_MINUTE = env.int("REVIEW_WORDS_PER_MINUTE", 600)
HOLD_MINUTES = env.int("HOLD_MINUTES", 45, validate=validate.Range(1, 1_440))
CLAIMS_REQUIRED = env.str("CLAIMS_REQUIRED", "none")
IMAGE_HOSTS = env.list("IMAGE_HOSTS", [])
CHECK_LINKS = env.bool("CHECK_LINKS", False)
CHECK_LINKS_USER_AGENT = env.str("CHECK_LINKS_USER_AGENT", "")
CHECK_LINKS_DELAY = env.float("CHECK_LINKS_DELAY", 2.0)
CHECK_LINKS_TIMEOUT = env.float("CHECK_LINKS_TIMEOUT", 15.0)
CHECK_LINKS_MAX_BYTES = env.int("CHECK_LINKS_MAX_BYTES", 262_144)
CHECK_LINKS_HOSTS_AT_ONCE = env.int("CHECK_LINKS_HOSTS_AT_ONCE", 4)
CHECK_LINKS_AGAIN_DAYS = env.int("CHECK_LINKS_AGAIN_DAYS", 30)
CHECK_LINKS_PORTS = env.list("CHECK_LINKS_PORTS", [80, 443], subcast=int)
CHECK_LINKS_ARCHIVE = env.str("CHECK_LINKS_ARCHIVE", "")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", not DEBUG)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000)
TRUST_PROXY_HEADER = env.bool("TRUST_PROXY_HEADER", False)
TRUST_PROXY_ADDRESS = env.bool("TRUST_PROXY_ADDRESS", False)
LOGIN_MAX_FAILURES = env.int("LOGIN_MAX_FAILURES", 5)
LOGIN_LOCKOUT_MINUTES = env.int("LOGIN_LOCKOUT_MINUTES", 15)
SECOND_FACTOR = env.str("SECOND_FACTOR", "optional" if DEBUG else "publishers")
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", 120)
SESSION_MAX_HOURS = env.int("SESSION_MAX_HOURS", 12)
_DATABASE = env.dj_db_url("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}", conn_max_age=600)
_CACHE_URL = env.str("CACHE_URL", "")
_EMAIL = env.dj_email_url("EMAIL_URL", "dummy://")
EMAIL_FROM = env.str("EMAIL_FROM", "")

_SECRET = {  # they may hold a password
    "DATABASE_URL": "postgres://user:password@host:5432/name",
    "EMAIL_URL": "submission://user:password@host:587",
}

try:
    env.seal()
except EnvValidationError as error:
    _found = " ".join(
        f"{name} is {os.environ.get(name)!r}: {' '.join(problems)}"
        if name not in _SECRET
        else f"{name} can't be read; it looks like {_SECRET[name]}."
        for name, problems in error.error_messages.items()
    )
    raise ImproperlyConfigured(f"{_found} Correct it in the environment or in .env.") from None

if TIME_ZONE not in zoneinfo.available_timezones():
    raise ImproperlyConfigured(f"TIME_ZONE is {TIME_ZONE!r}; it must be a name such as Europe/Warsaw or UTC.")

if DISCLOSURE not in ("always", "computed"):
    raise ImproperlyConfigured(
        f"DISCLOSURE is {DISCLOSURE!r}; it must be always (every article says that a machine wrote it) or computed "
        "(articles that a person reviewed, under a named publisher's responsibility, may leave the label out)."
    )

if STORIES_REQUIRED not in ("none", "all"):
    raise ImproperlyConfigured(
        f"STORIES_REQUIRED is {STORIES_REQUIRED!r}; it must be all (each story is accepted, corrected or dropped "
        "before an article is approved) or none."
    )

if CLAIMS_REQUIRED not in ("none", "key", "all"):
    raise ImproperlyConfigured(
        f"CLAIMS_REQUIRED is {CLAIMS_REQUIRED!r}; it must be none, key (what TLDRs and takeaways claim, and "
        "quotations) or all: the claims that must be decided before an article is approved."
    )

if REVIEW_WORDS_PER_MINUTE < 0:
    raise ImproperlyConfigured(
        f"REVIEW_WORDS_PER_MINUTE is {REVIEW_WORDS_PER_MINUTE}; it must be a number of words, such as 600, or 0 to ask "
        "for no reading time."
    )

for _name in ("WEBSUB_HUB", "PURGE_URL"):
    _value = globals()[_name]
    if _value and not (
        _value.startswith(("https://", "http://")) and _value.isascii() and not set(_value) & set(" <>")
    ):
        raise ImproperlyConfigured(f"{_name} is {_value!r}; it must be a web address (https://...) or empty.")

if PURGE_HEADER and not (":" in PURGE_HEADER and PURGE_HEADER.isascii() and PURGE_HEADER.isprintable()):
    raise ImproperlyConfigured(  # its value is a secret
        "PURGE_HEADER can't be read; it must be one header of printable ASCII, such as Authorization: Bearer TOKEN."
    )

if SECOND_FACTOR not in ("optional", "publishers", "all"):
    raise ImproperlyConfigured(
        f"SECOND_FACTOR is {SECOND_FACTOR!r}; it must be publishers (whoever may retract signs in with a code of an "
        "app), all (everybody does) or optional."
    )

if not CHECK_LINKS_USER_AGENT.isprintable() or not CHECK_LINKS_USER_AGENT.isascii():
    raise ImproperlyConfigured(
        f"CHECK_LINKS_USER_AGENT is {CHECK_LINKS_USER_AGENT!r}; it must be printable ASCII, such as "
        "ExampleLinks/1.0 (+https://digest.example.org/about)."
    )
if not CHECK_LINKS_USER_AGENT:
    CHECK_LINKS_USER_AGENT = f"DigestLinkLook/1.0 (+{SITE_URL.encode('ascii', 'replace').decode()})"

if CHECK_LINKS_ARCHIVE and "{address}" not in CHECK_LINKS_ARCHIVE:
    raise ImproperlyConfigured(
        f"CHECK_LINKS_ARCHIVE is {CHECK_LINKS_ARCHIVE!r}; it must hold {{address}} where the address that is looked up "
        "stands, such as https://archive.org/wayback/available?url={address}, or be empty."
    )

if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Put a long random value into the environment or into .env; "
        "`make demo` writes one for a trial, `.env.example` shows how to make one."
    )

# --- applications ----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "digest",
    "editorial",
    "import_export",
    "taggit",
    "csp",
    "editorial.admin_app.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "digest.middleware.SafeAnswers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "editorial.access.middleware.DeskSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "digest.urls"
WSGI_APPLICATION = "digest.wsgi.application"

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
            ],
        },
    }
]

# --- data ------------------------------------------------------------------------------------------------

if _DATABASE["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction that reads and then writes waits for its turn instead of failing at once.
    _DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY"
        ),
    }
DATABASES = {"default": _DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if _CACHE_URL.startswith(("redis://", "rediss://")):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": _CACHE_URL}}
elif not _CACHE_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
else:
    raise ImproperlyConfigured(
        f"CACHE_URL is {_CACHE_URL!r}; it must start with redis:// or rediss://, or be empty for a local cache."
    )

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static_collected"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# --- mail ------------------------------------------------------------------------------------------------

if "EMAIL_BACKEND" not in _EMAIL:
    raise ImproperlyConfigured(f"EMAIL_URL can't be read; it looks like {_SECRET['EMAIL_URL']}.")
DEFAULT_FROM_EMAIL = EMAIL_FROM or f"digest@{urlsplit(SITE_URL).hostname or 'localhost'}"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
SENDS_MAIL = bool(os.environ.get("EMAIL_URL"))
_EMAIL["EMAIL_TIMEOUT"] = _EMAIL["EMAIL_TIMEOUT"] or 10  # seconds
if SENDS_MAIL and django.VERSION < (6, 1):
    globals().update(_EMAIL)
elif SENDS_MAIL:
    MAILERS = {"default": {"BACKEND": _EMAIL["EMAIL_BACKEND"]}}
    if _EMAIL["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
        MAILERS["default"]["OPTIONS"] = {
            "host": _EMAIL["EMAIL_HOST"],
            "port": _EMAIL["EMAIL_PORT"],
            "username": _EMAIL["EMAIL_HOST_USER"],
            "password": _EMAIL["EMAIL_HOST_PASSWORD"],
            "use_tls": _EMAIL["EMAIL_USE_TLS"],
            "use_ssl": _EMAIL["EMAIL_USE_SSL"],
            "timeout": _EMAIL["EMAIL_TIMEOUT"],
        }

# --- people ----------------------------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]  # either is enough
AXES_FAILURE_LIMIT = LOGIN_MAX_FAILURES
AXES_COOLOFF_TIME = datetime.timedelta(minutes=LOGIN_LOCKOUT_MINUTES)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # or a stranger could keep an account locked for good
AXES_CLIENT_IP_CALLABLE = "editorial.access.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "editorial.admin.login.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # sessions say who is signed in, and where
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
OTP_TOTP_ISSUER = SITE_NAME
SESSION_ENGINE = "editorial.access.session_store"
SESSION_COOKIE_AGE = SESSION_IDLE_MINUTES * 60

# --- language --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "digest" / "locale"]
FORMAT_MODULE_PATH = "digest.formats"
USE_I18N = True
USE_TZ = True

# --- safety ----------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, *(f"https://{host}" for host in IMAGE_HOSTS)],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
if not DEBUG:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # whoever asks whether the process lives asks it directly
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
if TRUST_PROXY_HEADER:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_MAX_BYTES * 2
DATA_UPLOAD_MAX_NUMBER_FILES = UPLOAD_MAX_FILES * 10  # more than the form takes, so that the form can say so
TAGGIT_CASE_INSENSITIVE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
