"""Stage 1, whole project: FileCode of all modules -> tables, and who reads and writes them where.

A way of touching tables is one file and one entry in `DETECTORS`; `docs/tables.md` says how to add one.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from ...model.facts import (
    Access,
    AskedBack,
    Call,
    ColumnUse,
    Fixture,
    ForeignKey,
    GenericKey,
    Heard,
    Op,
    Origin,
    OwnUse,
    Query,
    Setting,
    TableFact,
    Transaction,
    Unresolved,
)
from ...model.names import Module, Table
from ..collecting import let_go
from ..fixtures import Loaded
from ..infer import Draft, Library, Machine, Unit
from ..program import Source, link
from . import django, migrations, peewee, pyramid, raw_sql, scripts, sqlalchemy, tortoise
from .answered import answers
from .backward import asked_back
from .calls import CONFIDENCE, calls
from .column_uses import column_uses, own_uses
from .handed import hand_back
from .heard import heard
from .interfaces import INTERFACES
from .inventory import Inventory
from .libraries import described
from .libraries.unseen import unseen
from .loaded import fixtures_of, name_fixtures
from .mapping import Key, TableEntry
from .rows import ROWS
from .runs import effects_of
from .scripts import Script
from .settings import settings
from .shared import shared
from .statements import QUERIES
from .transactions import flushed, transactions

__all__ = ["DETECTORS", "Detector", "Found", "Script", "find", "within"]


@dataclass(frozen=True, slots=True)
class Detector:
    """One way of touching tables: `prepare` declares its tables, `library` says what its values do."""

    library: Library
    prepare: Callable[[Machine, Inventory], None]


DETECTORS: tuple[Detector, ...] = (
    Detector(django.DJANGO, django.prepare),
    Detector(sqlalchemy.SQLALCHEMY, sqlalchemy.prepare),
    Detector(peewee.PEEWEE, peewee.prepare),
    Detector(tortoise.TORTOISE, tortoise.prepare),
    Detector(raw_sql.RAW_SQL, raw_sql.prepare),
    Detector(pyramid.PYRAMID, pyramid.prepare),
)


@dataclass(frozen=True, slots=True)
class Found:
    """What the whole project does to its tables; every tuple is sorted."""

    tables: tuple[TableFact, ...]
    foreign_keys: tuple[ForeignKey, ...]
    generic_keys: tuple[GenericKey, ...]
    accesses: tuple[Access, ...]
    shared: tuple[Access, ...]
    queries: tuple[Query, ...]
    transactions: tuple[Transaction, ...]
    calls: tuple[Call, ...]
    columns: tuple[ColumnUse, ...]
    own_uses: tuple[OwnUse, ...]
    unresolved: tuple[Unresolved, ...]
    settings: tuple[Setting, ...]
    fixtures: tuple[Fixture, ...]
    heard: tuple[Heard, ...]
    asked_back: tuple[AskedBack, ...]
    answers: Mapping[tuple[Module, str], str]


def find(sources: Iterable[Source], sql: Iterable[Script] = (), loaded: Iterable[Loaded] = ()) -> Found:
    """Infer what every line of `sources` may touch; `sql` creates tables, and files have rows of them `loaded`.

    In whatever order: the result is the same.
    """
    loaded = sorted(loaded)
    machine = infer(sorted(sources, key=lambda source: (source.dotted, source.path)), sorted(sql), loaded)
    hand_back(machine)
    inventory: Inventory = machine.inventory
    accesses = _accesses(machine)
    listed = _table_facts(inventory, {access.table.name for access in accesses})
    found = Found(
        listed,
        _foreign_keys(inventory, {fact.table for fact in listed}),
        _generic_keys(inventory, {fact.table for fact in listed}),
        accesses,
        shared(machine),
        _queries(machine),
        transactions(machine),
        calls(machine),
        column_uses(machine, django.listed(machine)),
        own_uses(machine),
        _unresolved(machine, accesses),
        settings(machine),
        fixtures_of(inventory, loaded),
        heard(inventory),
        asked_back(machine),
        answers(machine),
    )
    _let_go(machine)
    return found


def _let_go(machine: Machine) -> None:
    program = machine.program
    made = {one for info in program.classes for one in info.below()}.union(machine.factories.values())
    let_go(*made, *machine.units, *program.by_node.values(), *program.scopes, machine)


def within(found: Found, own: Set[Module]) -> Found:
    """What `found` says of the modules `own`: their lines, the tables that they declare, and those that they touch."""
    accesses = tuple([one for one in found.accesses if one.module in own])
    touched = {one.table for one in accesses}
    declared = [one for one in found.tables if one.module in own or (one.origin is Origin.OWN and one.module is None)]
    tables = (*declared, *(one for one in found.tables if one.table in touched and one not in declared))
    named = {one.table for one in tables}
    named |= {key.to_table for key in found.foreign_keys if key.table in named}
    tables = tuple([_seen_from(own, one) for one in found.tables if one.table in named])
    return Found(
        tables,
        tuple([key for key in found.foreign_keys if key.table in named]),
        tuple([key for key in found.generic_keys if key.table in named]),
        accesses,
        tuple([one for one in found.shared if one.module in own]),
        tuple([one for one in found.queries if one.module in own]),
        tuple([one for one in found.transactions if one.module in own]),
        tuple([one for one in found.calls if one.module in own]),
        tuple([one for one in found.columns if one.module in own]),
        tuple([one for one in found.own_uses if one.module in own]),
        tuple([one for one in found.unresolved if one.module in own]),
        found.settings,
        tuple([one for one in found.fixtures if one.table in named]),
        tuple([one for one in found.heard if one.module in own]),
        tuple([one for one in found.asked_back if one.module in own]),
        {named: text for named, text in found.answers.items() if named[0] in own},
    )


def _seen_from(own: Set[Module], fact: TableFact) -> TableFact:
    """A table that a package outside of `own` declares is a dependency's."""
    if fact.origin is not Origin.OWN or fact.module is None or fact.module in own:
        return fact
    return replace(fact, module=None, origin=Origin.FRAMEWORK)


def infer(sources: Sequence[Source], sql: Sequence[Script] = (), loaded: Sequence[Loaded] = ()) -> Machine:
    """Evaluate everything, in two steps: what modules declare, then what functions do with it."""
    inventory = Inventory()
    known = described(source.dotted for source in sources)
    known += unseen(sources, known)
    machine = Machine(
        link([*known, *sources]),
        [ROWS, QUERIES, INTERFACES, django.MANAGERS, *(detector.library for detector in DETECTORS)],
        inventory,
    )
    machine.modules()
    for detector in DETECTORS:
        detector.prepare(machine, inventory)
    scripts.declare(inventory, sql)
    name_fixtures(inventory, loaded)
    migrations.declare(machine, inventory)
    inventory.finish(machine.program.classes)
    machine.everything()
    return machine


def _table_facts(inventory: Inventory, touched: set[str]) -> tuple[TableFact, ...]:
    used = touched | {key.to_table for key in inventory.keys if _is_own(inventory, key.table)}
    facts = [
        TableFact(
            Table(entry.name),
            entry.model,
            entry.scope.source.module if entry.scope and entry.origin is not Origin.UNKNOWN else None,
            Origin.UNKNOWN if entry.name in inventory.views else entry.origin,
            tuple(entry.columns.values()),
            _file(entry),
            entry.line,
        )
        for entry in inventory.tables.values()
        if (entry.origin is not Origin.FRAMEWORK or entry.name in used) and not inventory.passes(entry.name)
    ]
    return tuple(sorted(facts, key=lambda fact: fact.table))


def _file(found: TableEntry | Key) -> str:
    return found.scope.source.path if found.scope else found.file


def _is_own(inventory: Inventory, table: str) -> bool:
    return table in inventory.tables and inventory.tables[table].origin is not Origin.FRAMEWORK


def _foreign_keys(inventory: Inventory, listed: Collection[Table]) -> tuple[ForeignKey, ...]:
    facts = {
        ForeignKey(Table(key.table), key.column, Table(key.to_table), key.on_delete, _file(key), key.line)
        for key in inventory.keys
        if Table(key.table) in listed
    }
    return tuple(sorted(facts, key=lambda fact: (fact.table, fact.column, fact.to_table, fact.file, fact.line)))


def _generic_keys(inventory: Inventory, listed: Collection[Table]) -> tuple[GenericKey, ...]:
    facts = {
        GenericKey(Table(key.table), key.column, Table(key.to_table) if key.to_table else None, _file(key), key.line)
        for key in inventory.generic_keys
        if Table(key.table) in listed
    }
    return tuple(sorted(facts, key=lambda fact: (fact.table, fact.column, str(fact.to_table), fact.file, fact.line)))


def _accesses(machine: Machine) -> tuple[Access, ...]:
    best: dict[tuple[object, ...], Access] = {}
    for unit in machine.units:
        source = unit.scope.source
        if source.library:
            continue
        for effect, doubt, looped in effects_of(machine, unit):
            for table in machine.inventory.tables_of(effect.target):
                access = Access(
                    source.module, unit.name, Table(table), effect.op, effect.via, CONFIDENCE[doubt], looped,
                    source.path, effect.line, unit.repeated.get(effect, 0),
                    effect in unit.bulk, effect in unit.along, effect in unit.rare, unit.of.get(effect, ""),
                    unit.by.get(effect, ""),
                )  # fmt: skip
                key = (access.module, access.function, table, effect.op, effect.via, effect.line)
                known = best.get(key)
                if known is None or CONFIDENCE.index(known.confidence) > doubt:
                    best[key] = _both(access, known) if known else access
                elif known.along or known.seldom or known.of or known.by:
                    best[key] = _both(known, access)
    for access in flushed(machine):
        best[access.module, access.function, access.table.name, access.op, access.via, access.line] = access
    return tuple(sorted(best.values(), key=lambda one: (one.file, one.line, one.function, one.table, one.op, one.via)))


def _both(one: Access, other: Access) -> Access:
    """Seen twice: what holds of one access holds where it holds of the other, too."""
    of, by = one.of if one.of == other.of else "", one.by if one.by == other.by else ""
    return replace(one, along=one.along and other.along, seldom=one.seldom and other.seldom, of=of, by=by)


def _queries(machine: Machine) -> tuple[Query, ...]:
    found = dict.fromkeys(
        _query(machine.inventory, unit, draft)
        for unit in machine.units
        if not unit.scope.source.library
        for draft in unit.queries.values()
    )
    return tuple(
        sorted(
            found, key=lambda one: (one.file, one.line, one.function, one.tables, one.filtered, one.joined, one.ordered)
        )
    )


def _query(inventory: Inventory, unit: Unit, draft: Draft) -> Query:
    filtered, ordered = _columns(inventory, draft.filtered), _columns(inventory, draft.ordered)
    sought = () if draft.of_one else _columns(inventory, draft.sought)
    if draft.several:  # no index keeps an order over several values
        sought = tuple(column for column in sought if column in filtered)
    return Query(
        unit.scope.source.module,
        unit.name,
        _tables(inventory, draft.targets),
        _columns(inventory, draft.joined),
        filtered,
        ordered,
        draft.aggregates,
        draft.per_item,
        draft.in_loop,
        draft.via,
        unit.scope.source.path,
        draft.line,
        _tables(inventory, draft.prefetched),
        tuple(column for column in dict.fromkeys((*filtered, *ordered)) if column not in sought),
        draft.locks,
        draft.of_one,
        draft.routed,
    )


def _tables(inventory: Inventory, targets: Iterable[object]) -> tuple[Table, ...]:
    return tuple(Table(name) for name in sorted({name for target in targets for name in inventory.tables_of(target)}))


def _columns(inventory: Inventory, columns: Iterable[tuple[object, str]]) -> tuple[str, ...]:
    return tuple(sorted({f"{table}.{name}" for target, name in columns for table in inventory.tables_of(target)[:1]}))


def _unresolved(machine: Machine, accesses: Iterable[Access]) -> tuple[Unresolved, ...]:
    """What no evaluation of a line could follow: a function may be evaluated apart for what it is given."""
    written = {(access.file, access.line) for access in accesses if access.op is Op.WRITE}
    followed = {(unit.fn, line) for unit in machine.units for line in _followed(unit)}
    found = {
        Unresolved(kind, unit.scope.source.module, unit.scope.source.path, line, text)
        for unit in machine.units
        if not unit.scope.source.library
        for kind, line, text in (*unit.unknown, *_general(machine, unit))
        if unit.fn is None or (unit.fn, line) not in followed
        if kind != "dynamic_model" or not _named_by_callers(unit, (kind, line, text))
        if kind != "unknown_receiver" or (unit.scope.source.path, line) not in written
    }
    return tuple(sorted(found, key=lambda one: (one.file, one.line, one.kind, one.text)))


def _followed(unit: Unit) -> set[int]:
    """The lines of one evaluation that touch tables, or call what does, and leave nothing open."""
    known = {effect.line for effect in unit.effects} | {line for _, line in unit.calls}
    return known - {line for _, line, _ in unit.unknown}


def _named_by_callers(unit: Unit, unknown: tuple[str, int, str]) -> bool:
    """Do callers of the function name the model that this line asks for? make_thumbnail("gallery.Image", 1)"""
    apart = unit.fn.special.values() if unit.fn else ()
    return any(one.tables and unknown not in one.unknown for one in apart)


def _general(machine: Machine, unit: Unit) -> Iterator[tuple[str, int, str]]:
    """Lines that touch the rows of any of many classes: nobody can tell which before somebody calls them."""
    for line in unit.reflected:
        yield "reflected", line, "classes are made of the tables of a database"
    for effect in unit.effects:
        if machine.inventory.is_general(effect.target):
            yield "any_model", effect.line, f"{effect.op} of {effect.target.name}, which many tables inherit from"
