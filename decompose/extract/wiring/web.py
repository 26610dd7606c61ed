"""What answers requests and runs commands outside of Django: Flask, FastAPI, Pyramid, click, DRF routers."""

from collections.abc import Iterator

from ..code import Call, Class, Function
from .hint import Entry, Site, argument, chain, looks_at

__all__ = ["entry_points"]

_ROUTES = frozenset({"route", "get", "post", "put", "patch", "delete", "head", "options", "websocket", "api_route"})
_VIEWS = frozenset({"view_config", "view_defaults", "api_view", "action", "notfound_view_config"})
_ANSWERS = ("View", "ViewSet", "Resource", "Mutation", "RequestHandler")  # bases of classes that answer requests
_COMMANDS = frozenset({"command", "group"})
_REGISTERS = {
    "register": 1,
    "add_resource": 0,
    "add_url_rule": 2,
    "register_view": 0,
    "add_view": 0,
    "add_api_route": 1,
}


@looks_at(Class, Function, Call, called=_REGISTERS)
def entry_points(site: Site) -> Iterator[Entry]:
    """@app.route("/pay")   @view_config(...)   @click.command()   router.register("pay", Pay)   class Pay(View)"""
    if isinstance(site.node, Function | Class):
        for decorator in site.node.decorators:
            kind = _kind(decorator)
            if kind:
                yield Entry(kind, site.node.name, site.function, site.line)
                return
        if isinstance(site.node, Class) and any(chain(base).endswith(_ANSWERS) for base in site.node.bases):
            yield Entry("request", site.node.name, site.function, site.line)
    elif isinstance(site.node, Call):
        called = chain(site.node.func).rpartition(".")[2]
        if called in _REGISTERS and (name := chain(argument(site.node, _REGISTERS[called], "view_func", "viewset"))):
            yield Entry("request", name, site.function, site.line)


def _kind(decorator: object) -> str:
    if not isinstance(decorator, Call):
        return ""
    owner, _, called = chain(decorator.func).rpartition(".")
    if called in _VIEWS or (owner and called in _ROUTES and decorator.args):
        return "request"
    return "command" if owner and called in _COMMANDS else ""
