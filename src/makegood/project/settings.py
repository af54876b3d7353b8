"""Django's settings, from the settings of the installation."""

from __future__ import annotations

from pathlib import Path

from makegood.configuration import Settings
from makegood.project.databases import DATABASES as DATABASES
from makegood.project.secret import secret_key

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
]

MIDDLEWARE = [
    "makegood.project.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
            ],
        },
    },
]

AUTH_USER_MODEL = "staff.Member"

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
TIME_ZONE = INSTALLATION.time_zone
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
# The files lie in the packages and are served from there; nothing is collected first.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

PROCRASTINATE_IMPORT_PATHS = ["makegood.project.tasks"]
SILENCED_SYSTEM_CHECKS: list[str] = []
