"""How much of what touches tables could be resolved: Facts -> shares, of each module and of the whole. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from .facts import Facts
from .names import Module

__all__ = ["Resolution", "resolution"]

_OF_TABLES = frozenset(
    "dynamic_model dynamic_sql sql_syntax unknown_receiver unknown_statement reflected any_model any_row"
    " too_deep".split()
)


@dataclass(frozen=True, slots=True)
class Resolution:
    """Lines that touch tables, or may: of `resolved` all tables are known, of `unresolved` some are not."""

    module: Module | None  # None: the whole
    resolved: int
    unresolved: int

    @property
    def share(self) -> float:
        """Of lines, 0 to 1; 1 where none touches a table."""
        return self.resolved / (self.resolved + self.unresolved) if self.resolved + self.unresolved else 1.0


def resolution(facts: Facts) -> tuple[Resolution, tuple[Resolution, ...]]:
    """(the whole, every module that touches tables, the least resolved first)."""
    known: defaultdict[Module, set[int]] = defaultdict(set)
    open_: defaultdict[Module, set[int]] = defaultdict(set)
    for access in facts.accesses:
        known[access.module].add(access.line)
    for one in facts.unresolved:
        if one.kind in _OF_TABLES:
            open_[one.module].add(one.line)
    modules = [_of(module, known[module], open_[module]) for module in {*known, *open_}]
    ranked = sorted(modules, key=lambda one: (one.share, -one.unresolved, str(one.module)))
    return _sum(ranked), tuple(ranked)


def _of(module: Module, known: set[int], open_: set[int]) -> Resolution:
    return Resolution(module, len(known - open_), len(open_))


def _sum(parts: Iterable[Resolution]) -> Resolution:
    kept = tuple(parts)
    return Resolution(None, sum(one.resolved for one in kept), sum(one.unresolved for one in kept))
