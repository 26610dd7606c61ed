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
--- shop/sends.py
from django.core import mail
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import models
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
        ("behind", "files", "shop/sends.py", 6, None),
        ("behind", "cache", "shop/sends.py", 8, None),
        ("behind", "mail", "shop/sends.py", 8, None),
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
    ], "no secret is kept"
