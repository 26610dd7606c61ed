"""What the remedies look up in the facts: Facts + Partition + Seams -> Context."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..model.facts import Definition, Facts, ForeignKey, ImportKind, ModuleKind, Op, Query, TableFact
from ..model.judgements import Partition, Seam
from ..model.names import Boundary, Module, Table

__all__ = ["Baggage", "Context", "context"]

TOO_HEAVY = 2_000
"""Lines beyond which nobody would carry a module and all that it imports into a library."""


@dataclass(frozen=True, slots=True)
class Baggage:
    """A module and every module of a boundary that it imports, however far."""

    modules: tuple[Module, ...]
    lines: int


@dataclass(frozen=True, slots=True)
class Context:
    """`baggage` lacks the modules that cannot travel: they, or what they import, use a table or are too heavy.

    `lodgers` are the modules that no other module of their own boundary imports; `libraries` the boundaries that
    become one. `models` are names in lower case; `scopes` what transactions write themselves, signals aside. `active`
    classes have a method that comes to read or write a table; `rooted` functions come to one, and `reading` ones only
    to read it.
    """

    home: Mapping[Module, Boundary]
    owners: Mapping[Table, Boundary]
    lines: Mapping[Module, int]
    paths: Mapping[Module, str]
    definitions: Mapping[tuple[Module, str], Definition]
    tables: Mapping[Table, TableFact]
    models: frozenset[str]
    scopes: Mapping[tuple[str, int], frozenset[Table]]
    keys: Mapping[Table, tuple[ForeignKey, ...]]
    queries: Mapping[tuple[str, int], Query]
    baggage: Mapping[Module, Baggage]
    lodgers: frozenset[Module]
    active: frozenset[tuple[Module, str]]
    reading: frozenset[tuple[Module, str]]
    rooted: frozenset[tuple[Module, str]]
    libraries: frozenset[Boundary]


def context(
    facts: Facts, partition: Partition, seams: Iterable[Seam], libraries: frozenset[Boundary] = frozenset()
) -> Context:
    """The look-ups that deciding on remedies needs, worked out once."""
    seams = tuple(seams)
    home = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    lines = {fact.module: fact.lines for fact in facts.modules}
    wanted = {(seam.to, name) for seam in seams for name in seam.names}
    keys: defaultdict[Table, list[ForeignKey]] = defaultdict(list)
    for key in facts.foreign_keys:
        keys[key.table].append(key)
    imports = _imports(facts, home)
    reads, writes = _comes_to(facts, Op.READ), _comes_to(facts, Op.WRITE)
    return Context(
        home=home,
        owners={table: fact.boundary for fact in partition.boundaries for table in fact.tables},
        lines=lines,
        paths={fact.module: fact.path for fact in facts.modules},
        definitions={(d.module, d.name): d for d in facts.definitions if (d.module, d.name) in wanted},
        tables={fact.table: fact for fact in facts.tables},
        models=frozenset(fact.model.lower() for fact in facts.tables if fact.model),
        scopes={(scope.file, scope.line): frozenset(scope.writes) for scope in facts.transactions},
        keys={table: tuple(keys[table]) for table in keys},
        queries={(query.file, query.line): query for query in facts.queries},
        baggage=_baggage(facts, imports, lines, {seam.to for seam in seams if isinstance(seam.to, Module)}),
        lodgers=_lodgers(imports, home),
        active=frozenset((module, name.partition(".")[0]) for module, name in reads | writes if "." in name),
        reading=frozenset(reads - writes),
        rooted=frozenset(reads | writes),
        libraries=libraries,
    )


def _imports(facts: Facts, home: Mapping[Module, Boundary]) -> dict[Module, set[Module]]:
    source = {fact.module for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    found: defaultdict[Module, set[Module]] = defaultdict(set)
    for fact in facts.imports:
        if fact.kind is not ImportKind.TYPE and fact.importer in source and fact.imported in home:
            found[fact.importer].add(fact.imported)
    return dict(found)


def _lodgers(imports: Mapping[Module, set[Module]], home: Mapping[Module, Boundary]) -> frozenset[Module]:
    wanted = {
        imported
        for importer, targets in imports.items()
        for imported in targets
        if importer != imported and home.get(importer) == home[imported]
    }
    return frozenset(home.keys() - wanted)


def _comes_to(facts: Facts, op: Op) -> set[tuple[Module, str]]:
    """The functions that read or write a table, by themselves or by what they call."""
    callers: defaultdict[tuple[Module, str], set[tuple[Module, str]]] = defaultdict(set)
    for call in facts.calls:
        callers[call.called, call.callee].add((call.module, call.function))
    found = {(access.module, access.function) for access in facts.accesses if access.op is op}
    waiting = list(found)
    while waiting:
        fresh = callers.get(waiting.pop(), set()) - found
        found |= fresh
        waiting.extend(fresh)
    return found


def _baggage(
    facts: Facts, imports: Mapping[Module, set[Module]], lines: Mapping[Module, int], wanted: set[Module]
) -> dict[Module, Baggage]:
    rooted = {access.module for access in facts.accesses} | {fact.module for fact in facts.tables if fact.module}
    found = ((module, _pack(module, imports, lines, rooted)) for module in sorted(wanted))
    return {module: bag for module, bag in found if bag}


def _pack(
    module: Module, imports: Mapping[Module, set[Module]], lines: Mapping[Module, int], rooted: set[Module]
) -> Baggage | None:
    packed: set[Module] = set()
    waiting, weight = [module], 0
    while waiting:
        one = waiting.pop()
        if one in packed:
            continue
        weight += lines.get(one, 0)
        if one in rooted or weight > TOO_HEAVY:
            return None
        packed.add(one)
        waiting.extend(imports.get(one, ()))
    return Baggage(tuple(sorted(packed)), weight)
