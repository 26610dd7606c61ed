"""What lies on the ways of transactions, whose remedies deal with it: Ways + Seams -> lines and functions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from ...model.facts import Evidence, Facts
from ...model.judgements import Seam, SeamKind
from ...model.names import Boundary, Module, Table
from .travel import Named
from .ways import Ways

__all__ = ["callers", "handled", "reached", "within"]


def handled(ways: Ways, seams: Iterable[Seam]) -> dict[tuple[str, int, Table | Module], Evidence]:
    """The writes, by file, line and table, that a remedy of the transaction around them deals with."""
    found: dict[tuple[str, int, Table | Module], Evidence] = {}
    for seam in seams:
        if seam.kind is SeamKind.TRANSACTION:
            for scope in seam.evidence:
                for table, way in ways.get((scope.file, scope.line), {}).items():
                    found.setdefault((way.at.file, way.at.line, table), scope)
    return found


def within(
    ways: Ways, seams: Iterable[Seam], home: Mapping[Module, Boundary]
) -> dict[tuple[Boundary, Module, str], Evidence]:
    """orders calls issue() of billing in a transaction, which writes an invoice there: (orders, shop.billing, issue)"""
    found: dict[tuple[Boundary, Module, str], Evidence] = {}
    for seam in seams:
        if seam.kind is SeamKind.TRANSACTION:
            for scope in seam.evidence:
                for way in ways.get((scope.file, scope.line), {}).values():
                    for (module, _), (called, name) in pairwise(way.path):
                        if home.get(module) == seam.from_boundary and home.get(called) == seam.to_boundary:
                            found.setdefault((seam.from_boundary, called, name), scope)
    return dict(sorted(found.items()))


def callers(facts: Facts, ways: Ways) -> dict[Named, tuple[Evidence, ...]]:
    """The lines that call the functions on the ways, those of the scopes themselves aside."""
    wanted = {place for found in ways.values() for way in found.values() for place in way.path[1:]}
    paths = {fact.module: fact.path for fact in facts.modules}
    found: defaultdict[Named, set[Evidence]] = defaultdict(set)
    for call in facts.calls if wanted else ():
        if (call.called, call.callee) in wanted:
            found[call.called, call.callee].add(Evidence(paths[call.module], call.line, call.function))
    return {place: tuple(sorted(found[place])) for place in sorted(found)}


def reached(ways: Ways, heard: Mapping[Table, frozenset[Named]]) -> set[tuple[object, str]]:
    """The functions on the ways of transactions, and the receivers of signals."""
    on_ways = {place for found in ways.values() for way in found.values() for place in way.path}
    return on_ways.union(*heard.values())
