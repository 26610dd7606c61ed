"""What answers GraphQL: resolvers of graphene, Strawberry and Ariadne."""

from collections.abc import Iterator

from ..code import Attr, Call, Expr, Function
from .hint import Entry, Site, argument, chain, constant, looks_at

__all__ = ["resolvers"]

_STRAWBERRY = frozenset({"field", "mutation", "subscription"})


_TAKES = frozenset({"Field", "List", "NonNull", "ConnectionField", "set_field", *_STRAWBERRY})


@looks_at(Function, Call, called=_TAKES)
def resolvers(site: Site) -> Iterator[Entry]:
    """def resolve_order(self, info)   @strawberry.field   @query.field("order")   Field(Order, resolver=find_order)"""
    if isinstance(site.node, Function):
        if _is_resolver(site.node, site.function) or any(map(_declares, site.node.decorators)):
            yield Entry("request", site.node.name, site.function, site.line)
    elif isinstance(site.node, Call):
        name = chain(argument(site.node, -1, "resolver")) or _set_field(site.node)
        if name:
            yield Entry("request", name, site.function, site.line)


def _is_resolver(node: Function, within: str) -> bool:
    # class Query(ObjectType): def resolve_order(root, info, id)
    named = node.name.startswith("resolve_") and bool(within)
    return named and len(node.params) > 1 and node.params[1].name.strip("_") == "info"


def _declares(decorator: Expr) -> bool:
    # @strawberry.field      @strawberry_django.mutation(...)      query = QueryType(): @query.field("order")
    called = decorator.func if isinstance(decorator, Call) else decorator
    owner, _, last = chain(called).rpartition(".")
    if owner.startswith("strawberry"):
        return last in _STRAWBERRY
    return bool(owner) and last == "field" and isinstance(decorator, Call) and bool(constant(argument(decorator, 0)))


def _set_field(node: Call) -> str:
    # query.set_field("order", resolve_order)
    set_field = isinstance(node.func, Attr) and node.func.name == "set_field"
    return chain(argument(node, 1)) if set_field and constant(argument(node, 0)) else ""
