"""Stage 3: what each test, migration and script exercises."""

from collections import Counter, defaultdict

from ..model.facts import Facts, ModuleKind
from ..model.judgements import Follower
from ..model.names import Module
from .evidence import Nodes

__all__ = ["followers"]


def followers(facts: Facts, nodes: Nodes) -> tuple[Follower, ...]:
    """The modules that are no source, and the source modules that each imports: one more than the names it takes."""
    used: dict[Module, Counter[int]] = defaultdict(Counter)
    for fact in facts.imports:
        if fact.importer not in nodes.of and fact.imported in nodes.of:
            used[fact.importer][nodes.of[fact.imported]] += 1 + len(fact.names)
    return tuple(
        Follower(fact.module, tuple(sorted(used[fact.module].items())))
        for fact in facts.modules
        if fact.kind is not ModuleKind.SOURCE
    )
