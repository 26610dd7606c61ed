"""Templates: what they take of each other, whose tags and permissions they name, and what they ask of a request."""

from pathlib import Path

import pytest

from decompose.extract import ExtractOptions, extract
from decompose.model.facts import Facts
from tests.trees import write

SHOP = """
--- shop/__init__.py
--- shop/orders/__init__.py
--- shop/orders/models.py
class Order(models.Model):
    class Meta:
        permissions = (("cancel", "May cancel"),)
--- shop/orders/templatetags/__init__.py
--- shop/orders/templatetags/money.py
@register.filter
def euros(value): ...
@register.simple_tag
def price(order): ...
--- shop/mail/__init__.py
--- shop/mail/middleware.py
class Boxes:
    def __call__(self, request):
        request.box = 1
--- shop/mail/views.py
def odd(request):
    request.odd = 1
--- shop/orders/templates/orders/base.html
{% extends "all.html" %}
--- shop/templates/all.html
--- templates/nobody.html
{% include "orders/base.html" %}
--- shop/mail/templates/mail/macros.html
--- shop/a/__init__.py
--- shop/a/templates/twice.html
--- shop/mail/templates/twice.html
"""


def found(folder: Path, page: str) -> Facts:
    write(folder, f"{SHOP}--- shop/mail/templates/mail/inbox.html\n{page}\n")
    return extract(folder, ExtractOptions())


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<p>\n{% extends "orders/base.html" %}', ["page shop.orders orders/base.html 2"]),
        ("{%- include 'orders/base.html' with x=1 %}", ["page shop.orders orders/base.html 1"]),
        ('{% from "orders/base.html" import field with context %}', ["page shop.orders orders/base.html 1"]),
        ('{% import "orders/base.html" as base %}', ["page shop.orders orders/base.html 1"]),
        ('{% include "all.html" %}', []),  # of a package above: everybody's
        ('{% include "twice.html" %}', []),
        ('{% include "mail/macros.html" %}{% include "./macros.html" %}{% include name %}', []),
        ('{# {% extends "orders/base.html" %} #}', []),
        ('{% comment %}\n{% extends "orders/base.html" %}{% endcomment %}', []),
        ('{# never closed {% extends "orders/base.html" %}', ["page shop.orders orders/base.html 1"]),
        ("{% load money %}", ["tags shop.orders.templatetags.money money 1"]),
        ("{% load i18n money %}{{ x|euros }}", ["tags shop.orders.templatetags.money euros 1"]),
        ("{% load price from money %}{% price x %}", ["tags shop.orders.templatetags.money price 1"]),
        ("{% load i18n %}{{ x|euros }}", []),
        ("{% if perms.orders.cancel %}", ["permission shop.orders.models orders.cancel 1"]),
        ('{% if user.has_perm("orders.view_order") %}', ["permission shop.orders.models orders.view_order 1"]),
        ("{% if perms.auth.view_user %}", []),
    ],
)
def test_the_package_of_a_template_takes_what_it_names(tmp_path: Path, page: str, expected: list[str]) -> None:
    wires = [one for one in found(tmp_path, page).wires if one.source.name == "shop.mail"]
    assert [f"{one.kind} {one.target} {one.name} {one.line}" for one in wires] == expected
    assert not any(one.binds for one in wires)


def test_a_page_knows_what_it_takes_and_what_middleware_sets_for_it(tmp_path: Path) -> None:
    facts = found(tmp_path, '{% extends "orders/base.html" %}\n{{ request.box }}{{ request.odd }}{{ request.user }}')
    pages = {one.file: one for one in facts.pages}
    mine = pages["shop/mail/templates/mail/inbox.html"]
    assert (str(mine.holder), mine.takes) == ("shop.mail", ((1, "shop/orders/templates/orders/base.html"),))
    assert [(line, name, at.file, at.line) for line, name, at in mine.reads] == [
        (2, "box", "shop/mail/middleware.py", 3)
    ]
    assert pages["shop/orders/templates/orders/base.html"].takes == ((1, "shop/templates/all.html"),)
    assert (pages["templates/nobody.html"].holder, len(pages["templates/nobody.html"].takes)) == (None, 1)


@pytest.mark.parametrize(
    ("page", "calls"),
    [
        ('{{ price(order) }}\n{{ _("{name} is {euros}")|euros }}', [(1, "price"), (2, "money")]),
        ("{% if price(order) %}{% endif %}{{ total | euros }}", [(1, "money"), (1, "price")]),
        ("{{ total|euros }}", []),  # Django loads what it uses
        ("{% load money %}{{ total|euros }}", []),
        ("{{ order.price() }}{{ odd(x) }}{# {{ price(x) }} #}price(x)", []),
    ],
)
def test_what_a_template_calls_by_a_plain_name_is_known_where_one_function_is_called_so(
    tmp_path: Path, page: str, calls: list[tuple[int, str]]
) -> None:
    more = """--- shop/helpers.py
from django_jinja import library
@library.global_function
def price(order): ...
@library.filter("euros")
def money(value): ...
@library.filter
def odd(value): ...
@app.template_global("odd")
def other(value): ...
class Row:
    @library.filter
    def price(self): ...
"""
    write(tmp_path, SHOP.replace("@register.filter\n", "").replace("@register.simple_tag\n", "") + more)
    write(tmp_path, f"--- shop/mail/templates/mail/inbox.html\n{page}\n")
    (told,) = (one.calls for one in extract(tmp_path, ExtractOptions()).pages if one.file.endswith("inbox.html"))
    assert [(line, function) for line, _, _, function in told] == calls
    assert {module.name for _, _, module, _ in told} <= {"shop.helpers"}


def test_what_opens_and_never_closes_costs_no_time(tmp_path: Path) -> None:
    for odd in (
        "{#",
        "{% comment ",
        "{% load ",
        "{% load a ",
        "{%",
        "perms.",
        "| ",
        '{% include "',
        "request.",
        '{{ "',
        "{{ {",
        "{{ }",
    ):
        found(tmp_path, odd * (1_000_000 // len(odd)))


def test_what_templates_show_of_names_is_told(tmp_path: Path) -> None:
    page = (
        "{{ order.total|money }}{% if order.lines.all %}{{ one.two.three }}{% endif %}{# {{ a.b }} #}"
        "{{ url('shop.pay') }} order.name {{ Order.name }} {{ pay(user.email) }}"
        "{{ settings.LIMITS['a'] }}"
    )
    (told,) = (one.shows for one in found(tmp_path, page).pages if one.file.endswith("inbox.html"))
    assert told == ("one.two", "order.lines", "order.total", "settings.LIMITS", "user.email")
