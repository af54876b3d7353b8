"""Django's settings, from the settings of the installation."""

from __future__ import annotations

from pathlib import Path

from makegood.configuration import Settings
from makegood.project.bodies import document_body_bytes_max
from makegood.project.databases import DATABASES as DATABASES  # noqa: PLC0414 - handed on to Django
from makegood.project.secret import secret_key
from makegood.trust.staff import provider_settings

INSTALLATION = Settings.load()
PACKAGE = Path(__file__).parents[1]

SECRET_KEY = secret_key(INSTALLATION)
DEBUG = False
ALLOWED_HOSTS = list(INSTALLATION.web_hosts)
ROOT_URLCONF = "makegood.project.urls"
WSGI_APPLICATION = "makegood.project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "makegood.trust.audit",
    "makegood.trust.vault",
    "makegood.trust.proposals",
    "makegood.trust.access",
    "makegood.trust.staff",
    "makegood.trust.customers",
    "makegood.publication",
    "makegood.ledger",
    "makegood.channels.messages",
    "makegood.channels.vouchers",
    "makegood.redress.serving",
    "makegood.redress.quotes",
    "makegood.redress.claims",
    "makegood.redress.choices",
    "makegood.runs",
    "makegood.runs.events",
    "makegood.cases",
    "makegood.dues",
    "makegood.acts",
    "makegood.trust.monitoring",
    # Before allauth: our pages take the place of its own.
    "makegood.operations",
    "makegood.centre",
    "makegood.centre.behalf",
    "makegood.centre.casework",
    "makegood.portal",
    "makegood.portal.acts",
    "makegood.portal.waiting",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
]

MIDDLEWARE = [
    "makegood.project.health.HealthMiddleware",
    "makegood.trust.monitoring.MetricsMiddleware",
    "makegood.trust.monitoring.RequestMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "makegood.trust.staff.headers.HeadersMiddleware",
    "makegood.trust.staff.headers.LanguageMiddleware",
    "makegood.trust.staff.middleware.OriginMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "makegood.trust.staff.middleware.StaffMiddleware",
    "makegood.operations.errors.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "makegood.operations.frame.frame",
            ],
        },
    },
]

AUTH_USER_MODEL = "staff.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("sign_in_name", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

# --- Cookies and sessions: of this host only, out of scripts' reach ---
_HOST = "__Host-" if INSTALLATION.web_https else ""
SESSION_ENGINE = "makegood.trust.staff.session_store"
SESSION_COOKIE_NAME = f"{_HOST}makegood-staff"
SESSION_COOKIE_SECURE = INSTALLATION.web_https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # the way back from the company's provider needs it
SESSION_COOKIE_AGE = INSTALLATION.session_hours * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{_HOST}makegood-staff-csrf"
CSRF_COOKIE_SECURE = INSTALLATION.web_https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "makegood.operations.errors.forged"
LANGUAGE_COOKIE_NAME = "makegood-language"
LANGUAGE_COOKIE_SECURE = INSTALLATION.web_https
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Shared by all processes: which one-time codes are used up.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
    }
}

# --- Sign-in by allauth ---
ACCOUNT_ADAPTER = "makegood.trust.staff.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "sign_in_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# The lock-out of the staff package counts for all processes; allauth's would for one.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
MFA_ADAPTER = "makegood.trust.staff.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "makegood.trust.staff.forms.CodeForm",
    "reauthenticate": "makegood.trust.staff.forms.CodeAgainForm",
    "authenticate_webauthn": "makegood.trust.staff.forms.PasskeyForm",
    "login_webauthn": "makegood.trust.staff.forms.PasskeyAloneForm",
    "reauthenticate_webauthn": "makegood.trust.staff.forms.PasskeyAgainForm",
    "add_webauthn": "makegood.trust.staff.forms.AddPasskeyForm",
}
SOCIALACCOUNT_ADAPTER = "makegood.trust.staff.adapters.SocialAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = provider_settings(INSTALLATION)

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
TIME_ZONE = INSTALLATION.time_zone
USE_I18N = True
# Our words come before those that other applications have for the same English.
LOCALE_PATHS = [PACKAGE / "operations" / "locale"]
USE_TZ = True

# --- Documents: in memory until they are sealed, never in a file of their own ---
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = document_body_bytes_max(INSTALLATION)

STATIC_URL = "static/"
# 'makegood up' writes them out under names with hashes; else the packages' own are served.
_WRITTEN_OUT = INSTALLATION.home / "static"
STATIC_ROOT = _WRITTEN_OUT if _WRITTEN_OUT.is_dir() else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "makegood.project.static_files.HashedFiles"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False

PROCRASTINATE_IMPORT_PATHS = ["makegood.project.tasks"]
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING_CONFIG = "makegood.trust.monitoring.set_up_logs"
LOGGING = {"format": INSTALLATION.log_format, "level": INSTALLATION.log_level}
