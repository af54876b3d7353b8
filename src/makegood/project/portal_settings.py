"""Django's settings of the customers' site: other addresses, cookies and key than the staff's.

The tables and the rooms are the same; no staff page can be reached here, and no staff session
counts here.
"""

from __future__ import annotations

from makegood.project.secret import secret_key
from makegood.project.settings import *  # noqa: F403 - what both sites share
from makegood.project.settings import INSTALLATION, PACKAGE

SECRET_KEY = secret_key(INSTALLATION, "portal-key")
ALLOWED_HOSTS = list(INSTALLATION.portal_hosts)
ROOT_URLCONF = "makegood.project.portal_urls"

MIDDLEWARE = [
    "makegood.project.health.HealthMiddleware",
    "makegood.trust.monitoring.MetricsMiddleware",
    # Before a line is logged or a session is touched: who waits costs next to nothing.
    "makegood.portal.waiting.WaitingMiddleware",
    "makegood.trust.monitoring.RequestMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "makegood.portal.headers.HeadersMiddleware",
    "makegood.portal.headers.LanguageMiddleware",
    "makegood.trust.staff.middleware.OriginMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # The staff's sign-in library asks for it wherever its tables are known; it does nothing here.
    "allauth.account.middleware.AccountMiddleware",
    "makegood.trust.customers.middleware.CustomerMiddleware",
    "makegood.portal.errors.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "makegood.portal.frame.frame",
            ],
        },
    },
]

# --- Cookies and sessions: of this host only, out of scripts' reach ---
_HOST = "__Host-" if INSTALLATION.portal_https else ""
SESSION_ENGINE = "makegood.trust.customers.session_store"
SESSION_COOKIE_NAME = f"{_HOST}makegood-customer"
SESSION_COOKIE_SECURE = INSTALLATION.portal_https
SESSION_COOKIE_SAMESITE = "Lax"  # the way back from the customers' provider needs it
SESSION_COOKIE_AGE = INSTALLATION.customer_session_hours * 3600
CSRF_COOKIE_NAME = f"{_HOST}makegood-customer-csrf"
CSRF_COOKIE_SECURE = INSTALLATION.portal_https
CSRF_FAILURE_VIEW = "makegood.portal.errors.forged"
LANGUAGE_COOKIE_SECURE = INSTALLATION.portal_https

LOCALE_PATHS = [PACKAGE / "portal" / "locale"]
