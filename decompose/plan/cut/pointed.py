"""Rows and classes of which only a running program knows the table: who asks for them, and what to do: Facts -> str."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ...model.counts import listed
from ...model.facts import Evidence, Facts, GenericKey, How, ModuleKind, TableFact
from ...model.judgements import BoundaryFact, Form, Partition
from ...model.names import Boundary, Module, Table
from ...model.spread import spread
from ..context.calls import by_whom
from ..context.named import lines
from ..context.travel import Named
from .chosen import Chosen

__all__ = ["Pointed", "Unknown", "asked_by_name", "dealt", "pointed", "risked", "unknown"]

Unknown = Mapping[Boundary | None, tuple[Evidence, ...]]
"""Lines that ask for classes by names that no code tells, by whose they are."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """A generic key with its owner: `known` are the tables whose classes say that such rows are theirs, `types` its
    column of types ("" where several may be), `asked` the lines that ask for a row behind it, by whose they are.

    `made` are the owner's lines that make rows of it with the object itself, and `given` further tables of whose rows
    that may be one, each with the line that chooses among them.
    """

    key: GenericKey
    owner: Boundary
    known: tuple[Table, ...]
    types: str
    asked: Mapping[Boundary | None, tuple[Evidence, ...]]
    made: tuple[Evidence, ...] = ()
    given: Mapping[Table, Evidence] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.key.table}.{self.key.column}"


def pointed(facts: Facts, partition: Partition, choices: Sequence[Chosen] = ()) -> tuple[Pointed, ...]:
    """Those of all boundaries' tables, in the order of tables; `choices` are lines that choose among tables."""
    home = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    owners = {table: fact.boundary for fact in partition.boundaries for table in fact.tables}
    paths = {fact.module: fact.path for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    asked: dict[tuple[Table, str], dict[Boundary | None, set[Evidence]]] = {}
    for use in facts.columns if facts.generic_keys else ():
        if use.how is How.BEHIND and use.module in paths:
            by_whom = asked.setdefault((use.table, use.column), {})
            by_whom.setdefault(home.get(use.module), set()).add(Evidence(paths[use.module], use.line))
    types: dict[Table, list[str]] = {}
    for one in facts.foreign_keys:
        if one.to_table.name == "django_content_type":
            types.setdefault(one.table, []).append(one.column)
    said: dict[tuple[Table, str], set[Table]] = {}
    for key in facts.generic_keys:
        if key.to_table is not None:
            said.setdefault((key.table, key.column), set()).add(key.to_table)
    made = _made(facts, home, owners)
    return tuple(
        Pointed(
            key,
            owners[key.table],
            tuple(sorted(said.get((key.table, key.column), ()))),
            types[key.table][0] if len(types.get(key.table, ())) == 1 else "",
            {who: tuple(sorted(at)) for who, at in asked.get((key.table, key.column), {}).items()},
            tuple(sorted(Evidence(paths[module], line) for (module, _), line in made.get(key.table, ()))),
            _given(facts, {place for place, _ in made.get(key.table, ())}, choices),
        )
        for key in facts.generic_keys
        if key.to_table is None and key.table in owners
    )


def _made(
    facts: Facts, home: Mapping[Module, Boundary], owners: Mapping[Table, Boundary]
) -> Mapping[Table, Sequence[tuple[Named, int]]]:
    """Image(content_object=order): a row is made, and its id of no null is not given by itself."""
    keys = {key.table: key.column for key in facts.generic_keys}
    empty = {fact.table for fact in facts.tables if _may_lack(fact, keys.get(fact.table, ""))}
    gives: defaultdict[tuple[Table, Named, int], set[str]] = defaultdict(set)
    for use in facts.columns if keys else ():
        mine = use.module in home and home[use.module] == owners.get(use.table)
        if mine and use.how is How.NEW and use.table in keys and use.table not in empty:
            gives[use.table, (use.module, use.function), use.line].add(use.column)
    found: defaultdict[Table, list[tuple[Named, int]]] = defaultdict(list)
    for (table, place, line), given in gives.items():
        if keys[table] not in given:
            found[table].append((place, line))
    return found


def _may_lack(fact: TableFact, column: str) -> bool:
    return any(one.nullable for one in fact.columns if one.name == column)


def _given(facts: Facts, makers: set[Named], choices: Sequence[Chosen]) -> Mapping[Table, Evidence]:
    """The tables that a function chooses among which comes to make such a row."""
    come = spread(makers, by_whom(facts)) if makers and choices else set()
    return {table: one.at for one in reversed(choices) if one.place in come for table in one.tables}


def dealt(fact: BoundaryFact, keys: Iterable[Pointed], owners: Mapping[Table, Boundary]) -> Iterator[str]:
    """What the cut of one boundary changes at lines that ask for such rows."""
    me = fact.boundary
    for one in keys:
        mine, others = one.asked.get(me, ()), [at for who, found in one.asked.items() if who != me for at in found]
        if one.owner == me and mine:
            yield (
                f"what {one.name} leads to, by a type and an id, is asked for at {lines(mine)}: {_whose(one, owners)}; "
                "it keeps a list of types (app.model) with their owners, asks each for its rows by type and id, and "
                "takes a type that nobody answers for as a row that is gone"
            )
        if one.owner == me and one.made:
            yield (
                f"rows of {one.key.table} are made with the object that {one.key.column} leads to, which no API hands "
                f"over where it is of others: at {lines(one.made)} its type and its id are given in its place"
            )
        if one.owner == me and others:
            yield f"lines that stay ask for what {one.name} leads to: {lines(others)}; {_BY_THEMSELVES}"
        if one.owner != me and mine:
            yield f"its lines ask for what {one.name} of {one.owner} leads to: {lines(mine)}; {_BY_THEMSELVES}"
        if one.owner != me and others and (own := [table.name for table in one.known if owners.get(table) == me]):
            yield (
                f"rows of {listed(own, 6)} may be what {one.name} of {one.owner} leads to, as their classes say "
                f"(GenericRelation), where that is asked for: {lines(others)}; it answers for them by type and id"
            )


_BY_THEMSELVES = (
    "they get the type and the id with the row, find what is their own by these, and ask its owner for what is not"
)


def _whose(one: Pointed, owners: Mapping[Table, Boundary]) -> str:
    said = [f"{table} of {owners[table]}" if table in owners else table.name for table in one.known]
    query = f" (SELECT DISTINCT {one.types} FROM {one.key.table})" if one.types else ""
    more = [
        f"{table} of {owners[table]} ({at.file}:{at.line} may give one)"
        for table, at in sorted(one.given.items())
        if table not in one.known and table in owners
    ]
    parts = [f"{listed(said, 6)}, whose classes say so (GenericRelation)"] * bool(said) + more
    if parts:
        return f"rows of {', of '.join(parts)}, and of what else its types{query} name"
    return f"which tables these are of only its types tell{query}"


def unknown(facts: Facts, home: Mapping[Module, Boundary]) -> Unknown:
    """get_model(name)      content_type.model_class()"""
    source = {fact.module for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    found: dict[Boundary | None, set[Evidence]] = {}
    for one in facts.unresolved:
        if one.kind == "dynamic_model" and one.module in source:
            found.setdefault(home.get(one.module), set()).add(Evidence(one.file, one.line))
    return {who: tuple(sorted(at)) for who, at in found.items()}


def asked_by_name(fact: BoundaryFact, asked: Unknown) -> Iterator[str]:
    """Classes by their names: what the boundary is asked for, and what it asks for itself."""
    known = "classes are asked for by names that only a running program knows (get_model, model_class)"
    others = {at for who, found in asked.items() if who != fact.boundary for at in found}
    if fact.tables and others:
        yield f"{known}: {lines(others)}; those that are its own are then asked of it"
    if mine := asked.get(fact.boundary):
        yield f"in it {known}: {lines(mine)}; it lists those that these may be, and asks the owners for those of others"


def risked(fact: BoundaryFact, form: Form, keys: Sequence[Pointed]) -> Iterator[str]:
    """Rows that point by a type and an id, out of the boundary or into it: nobody knows where to, before they run."""
    ours = [one.key for one in keys if one.owner == fact.boundary]
    theirs = [one.key for one in keys if one.owner != fact.boundary]
    if ours:
        yield (
            f"rows of {_tables(ours)} point to rows of any table by a type and an id, the "
            f"first at {ours[0].file}:{ours[0].line}: those of others it has to ask their owners for"
        )
    if theirs and fact.tables and form is Form.SERVICE:
        yield (
            f"rows of {_tables(theirs)} may point to its rows, by a type and an id, the first "
            f"at {theirs[0].file}:{theirs[0].line}: it has to be asked for them, and to say when they are deleted"
        )


def _tables(keys: Iterable[GenericKey]) -> str:
    names = list(dict.fromkeys(key.table.name for key in keys))
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


_NAMED = 6
