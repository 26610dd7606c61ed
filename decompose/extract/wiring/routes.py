"""Links: addresses by the names of their routes, as Django, Pyramid and Flask give them, and who asks for a name."""

from collections.abc import Iterator

from ...model.facts import WireKind
from ..code import Assign, Call, Class, Const, Display, Expr, Function
from .hint import Hint, Route, Site, argument, chain, constant, looks_at

__all__ = ["links", "login", "routes"]

_NAMES = ("route_url", "route_path", "current_route_url", "current_route_path", "url_for", "url_path_for")
_ASKS = frozenset({"reverse", "reverse_lazy", "redirect", "resolve_url", *_NAMES})
_SPACES = ("app_name", "namespace")


@looks_at(Call, called=_ASKS)
def links(site: Site) -> Iterator[Hint]:
    """reverse("shop:pay")   redirect("pay")   request.route_url("shop.pay")   url_for("shop.pay")"""
    assert isinstance(site.node, Call)
    text = constant(argument(site.node, 0, "viewname", "route_name", "endpoint", "to", "name"))
    if text and "/" not in text and " " not in text:
        yield Hint(WireKind.LINK, "route", text, site.function, site.line)


_SETTINGS = frozenset({"LOGIN_URL", "LOGIN_REDIRECT_URL", "LOGOUT_REDIRECT_URL"})


@looks_at(Assign)
def login(site: Site) -> Iterator[Hint]:
    """LOGIN_URL = "shop:login" """
    assert isinstance(site.node, Assign)
    if site.node.targets[0] in _SETTINGS and (text := constant(site.node.value)) and "/" not in text:
        yield Hint(WireKind.LINK, "route", text, site.function, site.line)


_DECLARES = ("path", "re_path", "url", "include", "add_route", "Blueprint", "i18n_patterns")


@looks_at(Assign, Call, Class, Function, called=_DECLARES)
def routes(site: Site) -> Iterator[Route]:
    """path("pay/", views.pay, name="pay")   include("shop.urls", namespace="shop")   app_name = "shop"

    config.add_route("shop.pay", "/pay")   @view_config(route_name="shop.pay"), view_defaults   @shop.route("/pay")
    """
    node = site.node
    if isinstance(node, Call):
        yield from _called(node, site.line)
    elif isinstance(node, Assign):
        target, value = node.targets[0], node.value
        if target in _SPACES and (text := constant(value)):
            yield Route("space", text, "", "", site.line)
        elif isinstance(target, str) and isinstance(value, Call) and chain(value.func).endswith("Blueprint"):
            yield Route("blueprint", constant(argument(value, 0, "name")), target, "", site.line)
    elif isinstance(node, Class | Function):
        for decorator in node.decorators:
            if isinstance(decorator, Call):
                yield from _decorated(decorator, node.name, site)


def _called(call: Call, line: int) -> Iterator[Route]:
    called = chain(call.func).rpartition(".")[2]
    if called == "add_route" and (text := constant(argument(call, 0, "name"))):
        yield Route("declared", text, "", "", line)
    elif called == "include":
        # include("shop.urls")      include(("shop.urls", "shop"), namespace="ours")
        given = argument(call, 0, "arg")
        pair = given.items if isinstance(given, Display) else (given, None)
        space = constant(argument(call, 1, "namespace")) or constant(pair[1] if len(pair) == 2 else None)
        if pair and (text := constant(pair[0])):
            yield Route("include", space, text, "", line)
    elif called == "i18n_patterns":
        for one in call.args:
            if isinstance(one, Call):
                yield from (each._replace(how="language") for each in _addressed(one, line))
    elif called in ("path", "re_path", "url"):
        yield from _addressed(call, line)
        if text := constant(argument(call, 3, "name")):
            yield Route("route", text, _view(argument(call, 1, "view")), "", line)


def _addressed(call: Call, line: int) -> Iterator[Route]:
    """path("shop/", include("shop.urls"))   re_path(r"^pay/$", views.pay)"""
    path, view = argument(call, 0, "route"), argument(call, 1, "view")
    if isinstance(path, Const) and isinstance(path.value, str):
        text = path.value.removeprefix("^").removesuffix("$")
        if isinstance(view, Call) and chain(view.func).rpartition(".")[2] == "include":
            given = argument(view, 0, "arg")
            given = given.items[0] if isinstance(given, Display) and given.items else given
            if included := constant(given):
                yield Route("address", text, included, "include", line)
        elif view is not None and (name := _view(view)):
            yield Route("address", text, name, "", line)


def _view(view: Expr | None) -> str:
    while isinstance(view, Call) and view.args and not chain(view.func).endswith(".as_view"):
        view = view.args[0]  # login_required(views.pay)
    return chain(view.func).removesuffix(".as_view") if isinstance(view, Call) else chain(view)


def _decorated(decorator: Call, name: str, site: Site) -> Iterator[Route]:
    owner, _, called = chain(decorator.func).rpartition(".")
    if called in ("view_config", "view_defaults") and (text := constant(argument(decorator, -1, "route_name"))):
        yield Route("route", text, name, "", site.line)
    elif called == "route" and owner and not site.function:
        text = constant(argument(decorator, -1, "endpoint"))
        yield Route("route", text or name, name, owner, site.line)
    path = constant(argument(decorator, 0, "rule"))
    if owner and called in _PATHS and path.startswith("/") and not site.function:
        yield Route("address", path, name, "", site.line)


_PATHS = frozenset({"route", "get", "post", "put", "patch", "delete"})
