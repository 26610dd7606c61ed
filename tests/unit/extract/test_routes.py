"""Who answers the route of a name: Django's, Pyramid's and Flask's ways of naming, namespaces and blueprints."""

from pathlib import Path

import pytest

from decompose.extract import ExtractOptions, extract
from decompose.extract.resolve import index
from decompose.extract.routes import addresses
from decompose.extract.source import open_tree
from decompose.extract.state import tree_digest
from decompose.extract.symbols import symbols
from decompose.extract.wires import wires
from tests.trees import files, write

DJANGO = """
--- shop/__init__.py
--- shop/urls.py
import shop.mail.views
urlpatterns = [
    path("", include("shop.orders.urls")),
    path("books/", include(("shop.ledger.urls", "books"), namespace="ours")),
    path("mail/", include("shop.mail.urls")),
    path("start/", shop.mail.views.inbox, name="start"),
]
urlpatterns += i18n_patterns(path("kept/", include("shop.mail.urls")), prefix_default_language=True)
--- shop/orders/__init__.py
--- shop/orders/views.py
def pay(request): ...
class Cancel(View): ...
--- shop/orders/urls.py
from . import views
from lib import Info
from shop.mail import views as mail
urlpatterns = [
    path("pay/", login_required(views.pay), name="pay"),
    re_path("cancel/", views.Cancel.as_view(), name="orders.cancel"),
    path("info/", Info.as_view(), name="info"),
    path("twice/", views.pay, name="twice"),
    path("old/", mail.inbox, name="old"),
]
--- shop/ledger/__init__.py
--- shop/ledger/views.py
def book(request): ...
--- shop/ledger/urls.py
from .views import book
urlpatterns = [path("", book, name="list"), path("more/", include("shop.ledger.more"))]
--- shop/ledger/more.py
from .views import book
urlpatterns = [path("", book, name="more")]
--- shop/mail/__init__.py
--- shop/mail/urls.py
from .views import inbox
app_name = "mail"
urlpatterns = [path("", inbox, name="list"), path("", inbox, name="twice")]
--- shop/mail/views.py
def inbox(request): ...
"""
FLASK = """
--- shop/__init__.py
--- shop/auth/__init__.py
from flask import Blueprint
bp = Blueprint("auth", __name__)
--- shop/auth/views.py
from . import bp
@bp.route("/login")
def login(): ...
@bp.route("/out", endpoint="leave")
def logout(): ...
"""
PYRAMID = """
--- shop/__init__.py
--- shop/routes.py
def includeme(config):
    config.add_route("shop.pay", "/pay")
    config.add_route("shop.legacy", "/legacy")
    config.add_route("shop.refund", "/refund")
--- shop/refund.py
@view_defaults(route_name="shop.refund", renderer="refund.html")
class Refund: ...
--- shop/pay.py
@view_config(route_name="shop.pay", renderer="pay.html")
def pay(request): ...
"""


def links(project: str, text: str) -> list[str]:
    said = files(f"{project}--- shop/api.py\n{text}\n")
    found = index(said)
    wired, *_ = wires({one.path: one.wiring for one in said}, found, symbols(said, found), [], [])
    return [
        f"{one.name} {one.target} {one.line}" for one in wired if one.kind == "link" and one.source.name == "shop.api"
    ]


@pytest.mark.parametrize(
    ("project", "text", "expected"),
    [
        (DJANGO, 'reverse("pay", args=[1])', "pay shop.orders.views 1"),
        (DJANGO, 'def f(request):\n    return redirect("pay")', "pay shop.orders.views 2"),
        (DJANGO, 'x = reverse_lazy(viewname="orders.cancel")', "orders.cancel shop.orders.views 1"),
        (DJANGO, 'reverse("info")', "info shop.orders.urls 1"),  # a library's view
        (DJANGO, 'reverse("old")', "old shop.orders.urls 1"),  # a view of elsewhere, whose name goes with these routes
        (DJANGO, 'reverse("start")', "start shop.mail.views 1"),  # what puts the program together stays, and names all
        (DJANGO, 'reverse("ours:list")', "ours:list shop.ledger.views 1"),
        (DJANGO, 'reverse("ours:more")', "ours:more shop.ledger.views 1"),
        (DJANGO, 'reverse("mail:list")', "mail:list shop.mail.views 1"),
        (DJANGO, 'reverse("mail:twice")', "mail:twice shop.mail.views 1"),
        (DJANGO, 'reverse("twice")', "twice shop.orders.views 1"),
        (DJANGO, 'full_url("orders.cancel")', None),  # no name of a module
        (PYRAMID, 'full_url("shop.pay")', "shop.pay shop.pay 1"),  # the name of a page, as that of a module
        (PYRAMID, 'request.route_path("shop.refund")', "shop.refund shop.refund 1"),
        (DJANGO, 'reverse("list")', None),  # two have it, and both in a namespace
        (DJANGO, 'reverse("admin:list")', None),
        (DJANGO, 'LOGIN_URL = "pay"', "pay shop.orders.views 1"),
        (DJANGO, 'LOGIN_URL = "/pay/"', None),
        (DJANGO, 'redirect("/pay/")', None),
        (DJANGO, 'redirect("nowhere")', None),
        (FLASK, 'url_for("auth.login")', "auth.login shop.auth.views 1"),
        (FLASK, 'url_for("auth.leave")', "auth.leave shop.auth.views 1"),
        (FLASK, 'url_for("login")', None),
        (PYRAMID, 'def f(request):\n    return request.route_url("shop.pay")', "shop.pay shop.pay 2"),
        (PYRAMID, 'def f(request):\n    return request.route_path("shop.legacy")', "shop.legacy shop.routes 2"),
    ],
)
def test_a_link_leads_to_who_answers_it(project: str, text: str, expected: str | None) -> None:
    assert links(project, text) == ([expected] if expected else [])


def test_a_route_that_two_modules_answer_is_neither_s() -> None:
    other = '--- shop/other.py\nfrom .orders import urls\nurlpatterns = [path("", urls.x, name="pay")]\n'
    assert links(f"{DJANGO}{other}", 'reverse("pay")') == []


@pytest.mark.parametrize(("depth", "times"), [(2_000, 1), (40, 2)])
def test_includes_may_go_deep_and_lead_to_one_file_by_many_ways(depth: int, times: int) -> None:
    lines = ["--- shop/__init__.py", "--- shop/urls.py", 'app_name = "deep"']
    for layer in range(depth):
        below = [f"shop.u{layer}_{one}" for one in range(times)]
        for above in (
            ("--- shop/urls.py",) if not layer else [f"--- shop/u{layer - 1}_{one}.py" for one in range(times)]
        ):
            lines += [above] * bool(layer) + [f"urlpatterns = [{', '.join(f'include({name!r})' for name in below)}]"]
    for one in range(times):
        lines += [
            f"--- shop/u{depth - 1}_{one}.py",
            'from .views import pay\nurlpatterns = [path("", pay, name="pay")]',
        ]
    project = "\n".join(["", *lines, "--- shop/views.py", "def pay(request): ...", ""])
    assert links(project, 'reverse("deep:pay")') == ["deep:pay shop.views 1"]


def test_the_links_of_a_template_are_those_of_the_package_that_holds_it(tmp_path: Path) -> None:
    page = (
        '{% extends "base.html" %}\n<a href="{% url \'pay\' order.pk %}">\n{{ url("mail:list") }}<i style="url(a.png)">'
    )
    template = "shop/ledger/templates/ledger/book.html"
    write(
        tmp_path,
        f"{DJANGO}--- {template}\n{page}\n--- templates/base.html\n{page}\n--- shop/templates/all.html\n{page}\n",
    )
    found = extract(tmp_path, ExtractOptions())
    assert [
        (str(one.source), one.name, str(one.target), one.file, one.line) for one in found.wires if not one.binds
    ] == [
        ("shop.ledger", "pay", "shop.orders.views", template, 2),
        ("shop.ledger", "mail:list", "shop.mail.views", template, 3),
    ]


def test_a_template_that_changes_is_read_again(tmp_path: Path) -> None:
    write(tmp_path, DJANGO)
    before = tree_digest(open_tree(tmp_path))
    page = "--- shop/ledger/templates/book.html\n"
    write(tmp_path, f"{page}<p>\n")
    one = tree_digest(open_tree(tmp_path))
    write(tmp_path, f"{page}{{% url 'pay' %}}\n")
    assert len({before, one, tree_digest(open_tree(tmp_path))}) == 3


FLASK = """
--- shop/__init__.py
--- shop/pages.py
shop = Blueprint("shop", __name__)
@shop.route("/pay", methods=["POST"])
def pay(): ...
@shop.get("/refund")
def refund(): ...
@cache.get("key")
def odd(): ...
"""


@pytest.mark.parametrize(
    ("project", "expected"),
    [
        (
            DJANGO,
            {
                "/ shop.orders.urls",
                "books/ shop.ledger.urls",
                "mail/ shop.mail.urls",
                "<language>/kept/ shop.mail.urls",
                "start/ shop.mail.views",
                "pay/ shop.orders.views",
                "cancel/ shop.orders.views",
                "old/ shop.mail.views",
                "more/ shop.ledger.more",
            },
        ),
        (FLASK, {"/pay shop.pages", "/refund shop.pages"}),
    ],
)
def test_who_answers_at_a_path_is_known_where_it_is_given(project: str, expected: set[str]) -> None:
    said = files(project)
    found = index(said)
    places = {place.path: place for place in found.places}
    told = addresses([(places[one.path], one.wiring.routes) for one in said], found, symbols(said, found))
    assert expected <= {f"{one.path or '/'} {one.answers}" for one in told}
    assert not any(one.path == "key" for one in told)
