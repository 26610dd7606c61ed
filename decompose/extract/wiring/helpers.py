"""What templates call by a plain name: filters, tests and functions that a library, an app or a blueprint is given."""

from collections.abc import Iterator

from ...model.facts import WireKind
from ..code import Call, Function
from .hint import Hint, Site, argument, chain, constant, looks_at

__all__ = ["helpers"]

_GIVES = frozenset(
    """
    app_template_filter app_template_global app_template_test contextfunction filter global_function inclusion_tag
    simple_tag template_filter template_global template_test test
    """.split()
)


@looks_at(Function)
def helpers(site: Site) -> Iterator[Hint]:
    """@library.global_function def profile_url      @register.filter("money") def euros      @app.template_filter()"""
    assert isinstance(site.node, Function)
    for one in site.node.decorators if not site.function else ():
        owner, _, last = chain(one.func if isinstance(one, Call) else one).rpartition(".")
        if owner and last in _GIVES:
            name = constant(argument(one, 0, "name")) if isinstance(one, Call) else ""
            yield Hint(WireKind.STRING, "helper", name or site.node.name, site.node.name, site.line)
