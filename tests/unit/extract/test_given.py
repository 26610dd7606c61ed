"""What code reads of the process around it: Django's settings, and what middleware sets on requests."""

from pathlib import Path

from decompose.extract import ExtractOptions, extract
from tests.trees import write

TREE = r"""
--- shop/__init__.py
--- shop/settings.py
SECRET_KEY = 'hush'
AUTH_USER_MODEL = 'shop.User'
DEBUG = True
SESSION_ENGINE = config('SESSION_ENGINE', default='sessions.cache')
--- shop/middleware.py
def codes(get_response):
    def middleware(request):
        request.codes = set()
        request.path = "/"
        return get_response(request)
    return middleware
--- shop/urls.py
from django.urls import path
from shop import views
urlpatterns = [path('', views.home)]
--- shop/views.py
from django.conf import settings
from django.views import View
def home(request):
    if settings.DEBUG and request.path:
        return settings.LIMITS.get("a"), settings.configured
    request.codes: set = ()
    answer: str
    return request.user.is_staff, request.codes
class Old(View):
    def get(self):
        return self.request.codes
--- shop/other.py
def f(request):
    return request.codes
def may(user):
    user.is_superuser = user.is_staff  # answers no request
    return user.has_perm("a")
def keeps(user):
    return getattr(user, "name", user), getattr(user, "pk")
--- shop/sends.py
from django.core import mail
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import models
from rest_framework.views import APIView
class Letter(models.Model):
    file = models.FileField()
def deliver():
    return cache.get("a") or send_mail("a") or mail.EmailMessage()
"""


def test_settings_and_what_is_set_on_requests_are_found_where_they_are_read(tmp_path: Path) -> None:
    write(tmp_path, TREE)
    facts = extract(tmp_path, ExtractOptions())
    assert [(one.kind, one.name, one.file, one.line, one.by and one.by.line) for one in facts.given] == [
        ("right", "has_perm", "shop/other.py", 5, None),
        ("fallback", "name", "shop/other.py", 7, None),
        ("behind", "rest", "shop/sends.py", 5, None),
        ("behind", "files", "shop/sends.py", 7, None),
        ("behind", "cache", "shop/sends.py", 9, None),
        ("behind", "mail", "shop/sends.py", 9, None),
        ("lasting", "mail", "shop/sends.py", 9, None),
        ("setting", "DEBUG", "shop/views.py", 4, None),
        ("setting", "LIMITS", "shop/views.py", 5, None),
        ("request", "codes", "shop/views.py", 8, 3),
        ("request", "user", "shop/views.py", 8, None),
        ("right", "is_staff", "shop/views.py", 8, None),
        ("request", "codes", "shop/views.py", 11, 3),
    ]
    assert [(one.name, one.value, one.line) for one in facts.settings] == [
        ("SECRET_KEY", "", 1),
        ("AUTH_USER_MODEL", "shop.User", 2),
        ("SESSION_ENGINE", "sessions.cache", 4),
    ], "no secret is kept"


LASTING = r"""
--- shop/__init__.py
--- shop/tasks.py
from celery import shared_task
@shared_task
def tell(order):
    pass
--- shop/orders.py
import requests
from urllib.request import urlopen
from django.core.cache import cache
from django.db import transaction
from shop.tasks import tell
def place(order):
    cache.set("a", cache.get("b"))
    cache.delete("a")
    requests.post("https://a")
    urlopen("https://a")
    tell.delay(order)
    transaction.on_commit(
        lambda: tell.delay(order)
    )
    def later():
        cache.delete("a")
    transaction.on_commit(later)
"""


def test_what_no_rollback_undoes_is_found_but_for_what_waits_for_the_commit(tmp_path: Path) -> None:
    write(tmp_path, LASTING)
    found = [one for one in extract(tmp_path, ExtractOptions()).given if one.file == "shop/orders.py"]
    assert [(one.name, one.line) for one in found if one.kind == "lasting"] == [
        ("cache", 8),
        ("network", 9),
        ("network", 10),
        ("task", 11),
    ]
    assert [one.line for one in found if one.kind == "commit"] == [12, 13, 15, 16, 17]
