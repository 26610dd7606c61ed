"""Django's wiring: models as strings, URL includes, templates, management commands, and what answers requests."""

from collections.abc import Iterator

from ...model.facts import WireKind
from ..code import Assign, Attr, Call, Class, Const
from .hint import Entry, Hint, Site, argument, chain, constant, looks_at

__all__ = ["commands", "labels", "middleware", "models", "templates", "urls"]

_RELATIONS = frozenset(
    {"ForeignKey", "OneToOneField", "ManyToManyField", "ParentalKey", "ParentalManyToManyField", "TreeForeignKey"}
)


@looks_at(Call, called={*_RELATIONS, "get_model", "load_model"})
def models(site: Site) -> Iterator[Hint]:
    """ForeignKey("shop.Order")      apps.get_model("shop", "Order")      swapper.load_model("shop", "Order")"""
    assert isinstance(site.node, Call)
    called = chain(site.node.func).rpartition(".")[2]
    first, second = constant(argument(site.node, 0, "to")), constant(argument(site.node, 1))
    if called in _RELATIONS and first.count(".") == 1:
        yield Hint(WireKind.FOREIGN_KEY, "model", first, site.function, site.line)
    elif called in ("get_model", "load_model") and first:
        text = f"{first}.{second}" if second and "." not in first else first
        yield Hint(WireKind.GET_MODEL, "model", text, site.function, site.line)


@looks_at(Call, called={"include", "path", "re_path", "url"})
def urls(site: Site) -> Iterator[Hint | Entry]:
    """include("shop.urls")    path("pay/", views.pay)    url(r"^pay/", Pay.as_view())    path("", "shop.views.home")"""
    assert isinstance(site.node, Call)
    called = chain(site.node.func).rpartition(".")[2]
    if called == "include" and (text := constant(argument(site.node, 0))):
        yield Hint(WireKind.URL, "path", text, site.function, site.line)
    elif called in ("path", "re_path", "url"):
        view = argument(site.node, 1, "view")
        while isinstance(view, Call) and view.args and not chain(view.func).endswith(".as_view"):
            view = view.args[0]  # login_required(views.pay)
        name = chain(view.func).removesuffix(".as_view") if isinstance(view, Call) else chain(view)
        if name:
            yield Entry("request", name, site.function, site.line)
        elif isinstance(view, Const):
            yield Hint(WireKind.URL, "path", constant(view), site.function, site.line)


_TEMPLATE_ARGUMENT = {"render": 1, "render_to_string": 0, "get_template": 0, "TemplateResponse": 1}


@looks_at(Assign, Call, called=_TEMPLATE_ARGUMENT)
def templates(site: Site) -> Iterator[Hint]:
    """render(request, "shop/pay.html")      template_name = "shop/pay.html" """
    if isinstance(site.node, Assign):
        if site.node.targets[0] == "template_name":
            yield from _template(constant(site.node.value), site)
    elif isinstance(site.node, Call):
        called = chain(site.node.func).rpartition(".")[2]
        position = _TEMPLATE_ARGUMENT.get(called)
        if position is not None:
            yield from _template(constant(argument(site.node, position, "template_name")), site)


def _template(text: str, site: Site) -> Iterator[Hint]:
    if "." in text:
        yield Hint(WireKind.TEMPLATE, "template", text, site.function, site.line)


@looks_at(Class, Call, called={"call_command"})
def commands(site: Site) -> Iterator[Hint | Entry]:
    """call_command("send_invoices")      class Command(BaseCommand): def handle(self): ..."""
    if isinstance(site.node, Call) and chain(site.node.func).rpartition(".")[2] == "call_command":
        if text := constant(argument(site.node, 0)):
            yield Hint(WireKind.COMMAND, "command", text, site.function, site.line)
    elif isinstance(site.node, Class) and site.node.name == "Command" and not site.function:
        bases = [base.name if isinstance(base, Attr) else base for base in site.node.bases]
        if any(isinstance(base, str) and base.endswith("Command") for base in bases):
            yield Entry("command", "Command.handle", site.function, site.line)


@looks_at(Class)
def labels(site: Site) -> Iterator[Hint]:
    """class OrdersConfig(AppConfig): label = "shop_orders" """
    if isinstance(site.node, Class) and any(chain(base).endswith("AppConfig") for base in site.node.bases):
        for node in site.node.body:
            if isinstance(node, Assign) and node.targets[0] == "label" and (text := constant(node.value)):
                yield Hint(WireKind.STRING, "label", text, site.function, site.line)


@looks_at(Assign)
def middleware(site: Site) -> Iterator[Hint]:
    """request.basket = Basket(request), which is what templates and views may ask for"""
    target = site.node.targets[0] if isinstance(site.node, Assign) else None
    if isinstance(target, Attr) and target.base == "request" and site.function:
        yield Hint(WireKind.STRING, "sets", target.name, site.function, site.line)
