"""What each boundary reads of a table, and what each function reads of it and gives: Facts + homes -> Fields."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...model.facts import Definition, Facts, How, Op, TableFact
from ...model.judgements import Seam, SeamKind
from ...model.names import Boundary, Module, Table
from .travel import Named

__all__ = ["NOTHING", "Fields", "Gives", "fields", "run_on"]

_Columns = Mapping[Table, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Gives:
    """What a function does to rows of a table: the columns that it gives, where they are known."""

    columns: frozenset[str] = frozenset()
    makes: bool = False
    deletes: bool = False


NOTHING = Gives()


@dataclass(frozen=True, slots=True)
class Fields:
    """`reads` are the columns that a boundary reads of a table, `own` those that a function does, `inside` what this
    calls in its own boundary. `asks` are the tables whose rows it finds itself. `gone` are the lines that delete
    rows of a table, and neither make nor change any, `changed` what others change alone of rows that are there.
    `joined` are the keys that queries of a boundary go along.
    """

    reads: Mapping[tuple[Boundary, Table], frozenset[str]]
    own: Mapping[Named, _Columns]
    inside: Mapping[Named, tuple[Named, ...]]
    asks: Mapping[Named, frozenset[Table]]
    gives: Mapping[tuple[Module, str, Table], Gives]
    gone: frozenset[tuple[Module, Table, int]]
    changed: Mapping[tuple[Module, Table, int], frozenset[str]]
    joined: frozenset[tuple[Boundary, Table, str]]

    def read_in(self, function: Named, table: Table) -> frozenset[str]:
        """What a function reads of a table, with all that it calls in its own boundary."""
        return frozenset().union(*(self.own.get(one, {}).get(table, frozenset()) for one in self._within(function)))

    def inside_of(self, function: Named) -> set[Table]:
        """The tables of whose columns it reads any, with all that it calls in its own boundary."""
        return {table for one in self._within(function) for table in self.own.get(one, ())}

    def finds(self, function: Named, table: Table) -> bool:
        """Does it, or what it calls there, find rows of the table itself?"""
        return any(table in self.asks.get(one, ()) for one in self._within(function))

    def _within(self, function: Named) -> set[Named]:
        found, waiting = {function}, [function]
        while waiting:
            fresh = [one for one in self.inside.get(waiting.pop(), ()) if one not in found]
            found.update(fresh)
            waiting.extend(fresh)
        return found


def fields(facts: Facts, home: Mapping[Module, Boundary]) -> Fields:
    """Looked up once for all remedies."""
    reads: defaultdict[tuple[Boundary, Table], set[str]] = defaultdict(set)
    own: defaultdict[Named, defaultdict[Table, set[str]]] = defaultdict(lambda: defaultdict(set))
    gives: defaultdict[tuple[Module, str, Table], set[tuple[How, str]]] = defaultdict(set)
    done: defaultdict[How, set[tuple[Module, Table, int]]] = defaultdict(set)
    changed: defaultdict[tuple[Module, Table, int], set[str]] = defaultdict(set)
    for one in facts.columns:
        if one.how is How.READ and one.column:
            own[one.module, one.function][one.table].add(one.column)
            if one.module in home:
                reads[home[one.module], one.table].add(one.column)
        elif one.how not in (How.READ, How.BEHIND, How.NAMED):
            gives[one.module, one.function, one.table].add((one.how, one.column))
            done[one.how].add((one.module, one.table, one.line))
            changed[one.module, one.table, one.line].add(one.column if one.how is How.SET else "")
    for boundary, table, column in _shown(facts, home):
        reads[boundary, table].add(column)
    asks: defaultdict[Named, set[Table]] = defaultdict(set)
    for access in facts.accesses:
        if access.op is Op.READ:
            asks[access.module, access.function].add(access.table)
    inside: defaultdict[Named, set[Named]] = defaultdict(set)
    for call in facts.calls:
        if call.module in home and home[call.module] == home.get(call.called):
            inside[call.module, call.function].add((call.called, call.callee))
    return Fields(
        {key: frozenset(names) for key, names in reads.items()},
        {place: {table: frozenset(names) for table, names in found.items()} for place, found in own.items()},
        {place: tuple(sorted(called)) for place, called in inside.items()},
        {place: frozenset(tables) for place, tables in asks.items()},
        {key: _gives(found) for key, found in gives.items()},
        frozenset(done[How.GONE] - done[How.NEW] - done[How.SET]),
        {line: frozenset(names) for line, names in changed.items() if "" not in names},
        frozenset(_joined(facts, home)),
    )


def _shown(facts: Facts, home: Mapping[Module, Boundary]) -> Iterator[tuple[Boundary, Table, str]]:
    """What templates show of names that are those of one table's class: `{{ image.file.url }}`, of Image."""
    named: defaultdict[str, list[TableFact]] = defaultdict(list)
    for fact in facts.tables:
        if fact.model:
            named[fact.model.lower()].append(fact)
    only = {name: found[0] for name, found in named.items() if len(found) == 1}
    columns = {name: {one.name for one in fact.columns} for name, fact in only.items()}
    for page in facts.pages:
        if page.holder is None or page.holder not in home:
            continue
        for one in page.shows:
            name, _, attribute = one.partition(".")
            known = columns.get(name.replace("_", ""), set())
            for column in {attribute, f"{attribute}_id"} & known:
                yield home[page.holder], only[name.replace("_", "")].table, column


def _joined(facts: Facts, home: Mapping[Module, Boundary]) -> Iterator[tuple[Boundary, Table, str]]:
    for query in facts.queries:
        for one in query.joined if query.module in home else ():
            table, _, column = one.rpartition(".")
            yield home[query.module], Table(table), column


def run_on(
    seams: Iterable[Seam], of_rows: Container[Named], definitions: Mapping[Named, Definition], known: Fields
) -> dict[tuple[Boundary, Table], frozenset[str]]:
    """What functions and methods that say something of a row read of it, by who may run them on its copies."""
    found: defaultdict[tuple[Boundary, Table], set[str]] = defaultdict(set)
    for seam in seams:
        called = seam.to if seam.kind is SeamKind.CALL and isinstance(seam.to, Module) else None
        for named in [(called, name) for name in seam.names] if called else ():
            one = definitions.get(named)
            if one and (seam.detail == "derived" or named in of_rows):
                place = one.module, one.name
                for table in known.inside_of(place):
                    found[seam.from_boundary, table] |= known.read_in(place, table)
    return {key: frozenset(columns) for key, columns in found.items()}


def _gives(found: set[tuple[How, str]]) -> Gives:
    hows = {how for how, _ in found}
    return Gives(frozenset(name for _, name in found if name), How.NEW in hows, How.GONE in hows)
