"""Which functions keep what they read of a table in a cache: Facts + homes -> lines, by boundary and table."""

from collections import defaultdict
from collections.abc import Mapping

from ...model.facts import Evidence, Facts, Op
from ...model.names import Boundary, Module, Table

__all__ = ["kept"]


def kept(facts: Facts, homes: Mapping[Module, Boundary]) -> dict[tuple[Boundary, Table], tuple[Evidence, ...]]:
    """Those that read it themselves, at the lines at which they do, in the order of files."""
    caching = {(one.module, one.name) for one in facts.definitions if one.cached and one.kind == "function"}
    found: defaultdict[tuple[Boundary, Table], set[Evidence]] = defaultdict(set)
    for one in facts.accesses if caching else ():
        if one.op is Op.READ and (one.module, one.function) in caching and one.module in homes:
            found[homes[one.module], one.table].add(Evidence(one.file, one.line))
    return {key: tuple(sorted(found[key])) for key in sorted(found)}
