"""What templates ask of a cut: those that they take, those that stand around them, and who may see what."""

from dataclasses import replace
from pathlib import Path

import pytest

from decompose.assess import assess
from decompose.extract import ExtractOptions, extract
from decompose.model.columns import columns
from decompose.model.facts import Evidence, Wire
from decompose.model.judgements import RemedyKind, SplitPlan
from decompose.model.names import Boundary
from decompose.plan import plan
from decompose.plan.context import context
from decompose.plan.cut.frames import frames
from decompose.plan.sketches.shown import templates
from decompose.plan.verdict import around
from tests.builders import facts, partition
from tests.trees import write

CUT = partition("mail: shop.mail shop.mail.views\norders: shop.orders shop.orders.tags | o_order\nroots: shop")

SEAMS = """
wire page shop.mail -> shop.orders : orders/base.html
wire page shop.mail -> shop.orders : orders/row.html
wire permission shop.mail.views -> shop.orders : orders.cancel
wire permission shop.mail.views -> shop.orders : orders.pay
table o_order in shop.orders: id primary
"""

PAGES = """
page shop/mail/templates/inbox.html in shop.mail [takes shop/templates/base.html] [reads box shop/middleware.py]
page shop/orders/templates/order.html in shop.orders [takes shop/templates/base.html] [link inbox shop.mail.views]
page shop/templates/base.html in shop [link inbox shop.mail.views, order shop.orders] [reads codes shop/mail.py]
entry request shop.mail.views:inbox
entry request shop.orders:order
wire link shop -> shop.orders : order
"""


def planned(text: str) -> SplitPlan:
    found = facts(text)
    return plan(found, CUT, assess(found, CUT))


def test_all_templates_of_a_boundary_and_all_its_permissions_are_one_remedy_each() -> None:
    page, permission = planned(SEAMS).remedies
    assert (page.id, page.subject) == (
        "wiring.page:mail->orders",
        "templates of mail take templates of orders: orders/base.html, orders/row.html",
    )
    assert [(one.kind, one.points) for one in page.options] == [(RemedyKind.KERNEL, 1.0), (RemedyKind.SYNC_API, 3.5)]
    assert "orders-templates" in page.sketch
    assert (permission.id, permission.options[0].kind, permission.options[0].points) == (
        "wiring.permission:mail->orders",
        RemedyKind.CLAIM,
        0.7,
    )
    assert permission.sketch.splitlines()[0].endswith("which of these they have: orders.cancel, orders.pay")


def test_neither_makes_a_boundary_need_another() -> None:
    owned = dict.fromkeys((Boundary("mail"), Boundary("orders")), 1)
    near = around(owned, assess(facts(SEAMS), CUT).seams, ())
    assert [(one.needs, one.mutual) for one in near.values()] == [(0, 0), (0, 0)]


def test_a_package_of_templates_holds_what_those_take(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
--- shop/__init__.py
--- shop/mail/__init__.py
--- shop/mail/templates/inbox.html
{% extends "row.html" %}
--- shop/orders/__init__.py
--- shop/orders/templates/row.html
{% include "cell.html" %}
--- shop/orders/templates/cell.html
""",
    )
    found = extract(tmp_path, ExtractOptions())
    cut = partition("mail: shop.mail\norders: shop.orders")
    (one,) = plan(found, cut, assess(found, cut)).remedies
    assert one.sketch.splitlines()[0].endswith(
        "shop/orders/templates/row.html, with the 1 template that these take: shop/orders/templates/cell.html"
    )


LINKING = """
--- shop/__init__.py
--- shop/mail/__init__.py
--- shop/mail/templates/inbox.html
{% include "row.html" %}
--- shop/orders/__init__.py
--- shop/orders/views.py
def pay(request): ...
--- shop/orders/urls.py
from .views import pay
urlpatterns = [path("pay/", pay, name="pay")]
--- shop/orders/templates/row.html
{% include "built/head.html" %}{% include "built/" %}
{% url "pay" %}
"""


def test_what_templates_that_are_taken_link_to_and_lack_is_told(tmp_path: Path) -> None:
    write(tmp_path, LINKING)
    found = extract(tmp_path, ExtractOptions())
    cut = partition("mail: shop.mail\norders: shop.orders shop.orders.views shop.orders.urls")
    seams = [one for one in assess(found, cut).seams if one.detail == "page"]
    known = context(found, cut, seams)
    told = [list(templates(seams, replace(known, leaves=Boundary(one)))) for one in ("orders", "mail")]
    links = (
        "  they link by name to pages of orders: mail declares these names with their paths, too, before the routes of "
        "orders go with its code: pay (shop/orders/templates/row.html:2)"
    )
    assert [links in lines for lines in told] == [True, False]
    lacks = (
        "  they take what is no file of the repository, but a library's or made by a build, which both have, too: "
        "built/head.html (shop/orders/templates/row.html:1)"
    )
    assert [lacks in lines for lines in told] == [True, True]


def test_tags_are_carried_or_asked_for() -> None:
    wired = "wire tags shop.mail -> shop.orders.tags : price\ndef shop.orders.tags:price(order) -> str\n"
    carried = planned(wired).remedies[0]
    assert carried.options[0].kind is RemedyKind.KERNEL
    assert "shop.orders.tags.price" in carried.sketch
    reading = f"{wired}table o_order in shop.orders: id primary\nread shop.orders.tags:price o_order\n"
    asked = planned(reading).remedies[0]
    assert asked.id == "wiring.tags:mail->orders:shop.orders.tags"
    assert (asked.options[0].kind, asked.sketch.splitlines()[0]) == (
        RemedyKind.SYNC_API,
        "tags of the same names in mail show what orders answers:",
    )


def test_a_step_knows_what_stands_around_its_pages_and_what_is_in_no_boundary_and_links_to_them() -> None:
    (told,) = (step.cut for step in planned(PAGES).steps if step.boundary.name == "orders")
    stand, reads, linked = told[:3]
    assert "link by name to pages that it will not answer: inbox (shop/templates/base.html:4);" in stand
    assert reads.endswith("one of its own: request.codes (shop/templates/base.html:4, set at shop/mail.py:4)")
    assert linked.startswith("what is no boundary's own links to its pages by name: order at shop.py:7;")


def test_what_its_own_middleware_sets_and_its_own_pages_link_to_is_no_news() -> None:
    home = {module: one.boundary for one in CUT.boundaries for module in one.modules}
    stand, reads, linked = frames(facts(PAGES), home, {}).told(Boundary("mail"))
    assert "will not answer: order (" in stand
    assert reads.endswith("request.box (shop/mail/templates/inbox.html:2, set at shop/middleware.py:2)")
    assert "by name: inbox at shop/templates/base.html:4;" in linked
    beside = {Boundary("orders"): (("shop/templates", 1),)}
    assert [one[:7] for one in frames(facts(PAGES), home, beside).told(Boundary("orders"))] == [
        "what it",
        "what is",
    ]


def test_filters_and_functions_of_others_that_pages_use_are_named_and_what_asks_a_table() -> None:
    text = """
page shop/mail/templates/inbox.html in shop.mail [takes shop/templates/base.html] [calls money shop.text]
page shop/templates/base.html [calls basket shop.orders, inbox shop.mail, money shop.text] [load bars shop.bars]
read shop.orders:basket o_order
"""
    home = {module: one.boundary for one in CUT.boundaries for module in one.modules}
    (told,) = (one for one in frames(facts(text), home, {}).told(Boundary("mail")) if "filters" in one)
    assert told == (
        "its pages, and those that they stand in, use filters, tags and functions of others, the first at "
        "shop/mail/templates/inbox.html:2: bars of shop.bars, basket of shop.orders, money of shop.text; what renders "
        "them has these by a library, but for what comes to a table (basket), which its owner serves or a copy "
        "answers: each page that has a name which nothing knows fails"
    )


def _cut(text: str) -> tuple[str, ...]:
    (told,) = (step.cut for step in planned(text).steps if step.boundary.name == "orders")
    return told


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("", "route to it 1 request: order at"),
        ("address shop -> shop.orders : o/\naddress shop -> shop.orders : \naddress shop -> shop.mail : m/",
         "route to it 1 request, at o/ (shop.py:4), / (shop.py:5): order at"),
        ("address shop.orders -> shop.orders : /pay", "route to it 1 request, at /pay (shop/orders.py:4): order at"),
        ("address shop -> shop.orders : o/\naddress shop.orders -> shop.orders : pay/",
         "route to it 1 request, at o/ (shop.py:4): order at"),
    ],
)  # fmt: skip
def test_requests_are_routed_by_the_paths_that_others_give_or_its_own(more: str, told: str) -> None:
    text = f"\ntable o_order in shop.orders: id primary\nentry request shop.orders:order\n{more}"
    assert any(one.startswith(told) for one in _cut(text))


TASKS = """
table o_order in shop.orders: id primary
entry task shop.orders:pay [named shop.orders.pay]
entry task shop.orders.tags:count [named shop.orders.tags.count]
entry task shop.orders:plain
wire setting shop -> shop.orders : shop.orders.pay
wire setting shop -> shop.orders : shop.orders
"""


def test_a_cut_keeps_the_names_that_tasks_have_by_their_modules() -> None:
    (told,) = (one for one in _cut(TASKS) if "name=" in one)
    assert told == (
        "Celery calls shop.orders.pay (shop/orders.py:3) and 1 more after their modules: where a module of tasks gets "
        "another path there, keep the name (name=), for messages that wait in the queue carry it, and so do the lines "
        "that name tasks as text: shop.py:6"
    )
    (own,) = (one for one in _cut(TASKS) if "task_routes" in one)
    assert own.startswith("its tasks get a queue of their own (task_routes), which its workers alone take: ")
    assert not any(
        "name=" in one
        for one in _cut(TASKS.replace(" [named shop.orders.pay]", "").replace(" [named shop.orders.tags.count]", ""))
    )


@pytest.mark.parametrize(
    ("settings", "answers", "told"),
    [("login", "shop.mail", True), ("login", "shop", True), ("login", "shop.orders", False), ("/login/", "", False)],
)
def test_the_name_of_the_login_is_a_path_where_another_answers_it(settings: str, answers: str, told: bool) -> None:
    wire = f"wire link shop.mail.views -> {answers} : login" if answers else ""
    text = (
        f"table o_order in shop.orders: id primary\nentry request shop.orders:order\nsetting LOGIN_URL = {settings}\n"
    )
    found = facts(f"{text}{wire}")
    at = Evidence("shop/settings.py", 3)
    found = replace(found, wires=columns(Wire, [replace(one, file=at.file, line=at.line) for one in found.wires]))
    steps = plan(found, CUT, assess(found, CUT)).steps
    (cut,) = (step.cut for step in steps if step.boundary.name == "orders")
    assert any("LOGIN_URL at shop/settings.py:3" in one for one in cut) is told


def test_templates_that_are_nobodys_and_load_the_tags_of_a_boundary_fail_without() -> None:
    text = """
page shop/templates/cart.html in shop [load order_tags shop.orders.tags]
page shop/templates/row.html [load order_tags shop.orders.tags]
page shop/orders/templates/order.html in shop.orders [load order_tags shop.orders.tags]
entry request shop.orders:order
"""
    step = next(one for one in planned(f"{SEAMS}{text}").steps if one.boundary.name == "orders")
    line = text.splitlines().index("page shop/templates/cart.html in shop [load order_tags shop.orders.tags]")
    told = next(one for one in step.cut if "load its tags" in one)
    at = line + SEAMS.count("\n") + 1
    assert told.startswith(
        f"templates that are no boundary's own load its tags: order_tags at shop/templates/cart.html:{at}; before"
    )
    assert not any("load its tags" in one for one in next(iter(planned(SEAMS).steps)).cut)
