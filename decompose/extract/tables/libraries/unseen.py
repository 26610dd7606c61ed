"""Models of libraries that nobody described, as far as lines of the project that ask for their rows tell."""

import ast
from collections.abc import Iterable, Iterator, Sequence

from ....model.facts import ModuleKind
from ....model.names import Module
from ...code import Import, read, within
from ...program import Source

__all__ = ["unseen"]


def unseen(sources: Sequence[Source], described: Iterable[Source]) -> list[Source]:
    """A module for each `models` of a library that is asked for rows; its tables have the names that Django gives them.

    `EmailAddress.objects.filter(...)`, where `from allauth.account.models import EmailAddress`: account_emailaddress.
    """
    taken = {source.dotted for source in described}
    tops = {source.dotted.partition(".")[0] for source in sources}
    found: dict[str, set[str]] = {}
    for source in sources:
        for module, name in _asked(source) if source.kind is not ModuleKind.TEST else ():
            if module not in taken and module.partition(".")[0] not in tops:
                found.setdefault(module, set()).add(name)
    return [_module(dotted, sorted(names)) for dotted, names in sorted(found.items())]


def _asked(source: Source) -> Iterator[tuple[str, str]]:
    """The module and the name of each class of others' `models` that the file asks for `objects`."""
    chains = (one.chain.split(".", 2) for one in source.code.mentions)
    asked = {chain[0] for chain in chains if chain[1:2] == ["objects"]}
    imports = [one for one in within(source.code.body) if isinstance(one, Import)] if asked else []
    for node in imports:
        if node.bound in asked and not node.level and node.name and node.module.endswith(".models"):
            yield node.module, node.name


def _module(dotted: str, names: Sequence[str]) -> Source:
    text = "\n".join(["from django.db import models", *(f"class {name}(models.Model): pass" for name in names)])
    return Source(Module(dotted), dotted, "", "", False, ModuleKind.VENDORED, read(ast.parse(text)), library=True)
