import os
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ.get("LEARNHUB_SECRET_KEY", "only-for-development")
DEBUG = os.environ.get("LEARNHUB_DEBUG", "1") == "1"
ALLOWED_HOSTS = ["*"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "learnhub.accounts",
    "learnhub.permissions",
    "learnhub.courses",
    "learnhub.enrolment.apps.EnrolmentConfig",
    "learnhub.assessments",
    "learnhub.certificates",
    "learnhub.leaderboards.apps.LeaderboardsConfig",
    "learnhub.analytics",
    "learnhub.billing",
    "learnhub.notifications",
    "learnhub.search.apps.SearchConfig",
    "learnhub.reporting",
    "learnhub.backoffice",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "learnhub.accounts.middleware.OrganisationMiddleware",
]

ROOT_URLCONF = "learnhub.urls"
WSGI_APPLICATION = "learnhub.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "learnhub" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("LEARNHUB_DB", BASE_DIR / "db.sqlite3"),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "learnhub" / "fixtures"]

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

if "test" in sys.argv:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
STATIC_URL = "static/"

# Without a worker around, tasks run where they are called.
CELERY_TASK_ALWAYS_EAGER = os.environ.get("LEARNHUB_WORKER", "0") != "1"
CELERY_BROKER_URL = os.environ.get("LEARNHUB_BROKER", "memory://")
CELERY_BEAT_SCHEDULE = {
    "send-pending-mail": {"task": "learnhub.notifications.tasks.send_pending", "schedule": 60.0},
    "daily-digest": {"task": "learnhub.notifications.tasks.send_digests", "schedule": 86400.0},
    "refresh-search": {"task": "learnhub.search.tasks.refresh_stale", "schedule": 300.0},
    "daily-stats": {"task": "learnhub.analytics.tasks.store_daily_stats", "schedule": 86400.0},
    "renew-subscriptions": {"task": "learnhub.billing.tasks.renew_subscriptions", "schedule": 86400.0},
    "dunning": {"task": "learnhub.billing.tasks.chase_overdue", "schedule": 86400.0},
    "waitlists": {"task": "learnhub.enrolment.tasks.promote_waitlists", "schedule": 3600.0},
}
