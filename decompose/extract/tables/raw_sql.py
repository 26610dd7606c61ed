"""Stage 1, whole project: SQL text on its way to a database: whose line sends it, and what it touches there."""

import re

from ...model.facts import Op, Origin, Via
from ..code import Attr
from ..file import SCRIPTS
from ..infer import Draft, Library, Machine, Site, plus
from ..types import NONE, Type, Types, each, is_unseen
from .asking import Asking
from .inventory import Inventory
from .scripts import touched_by
from .sql_text import Statement, fragment, made_for_now, made_views, statement

__all__ = ["RAW_SQL", "prepare", "run_fragment", "run_pieces", "run_sql"]


def run_sql(machine: Machine, types: Types, line: int, known_only: bool = False, doubt: int = 0) -> bool:
    """The line sends one of the texts among `types` to the database; says whether one was SQL."""
    inventory: Inventory = machine.inventory
    ran = False
    for one in types:
        if one.kind not in _SQL:
            continue
        found = statement(one.of)
        if found is None:
            if one.extra and not ran and not known_only:
                machine.unresolved("dynamic_sql", line, one.of.replace("\x00", "{}")[:80])
            continue
        ran = True
        inventory.views.update(dict.fromkeys(made_views(one.of)))
        inventory.passing.update(dict.fromkeys(made_for_now(one.of)))
        if found.holes and not known_only:
            machine.unresolved("dynamic_sql", line, one.of.strip().replace("\x00", "{}")[:80])
        if not found.parsed and not known_only:
            machine.unresolved("sql_syntax", line, one.of.strip().replace("\x00", "{}")[:80])
        _note(machine, inventory, found, line, known_only, max(doubt, one.doubt))
    return ran


def run_fragment(machine: Machine, types: Types, line: int) -> tuple[str, ...]:
    """The query of this line holds a piece of SQL: what else it reads."""
    read: dict[str, None] = {}
    for one in types:
        if one.kind == "text" and one.of.strip():
            noted = _note(machine, machine.inventory, fragment(one.of), line, True, one.doubt)
            read.update(dict.fromkeys(noted))
    return tuple(read)


def run_pieces(machine: Machine, site: Site) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Django's `extra(select={name: sql}, where=[sql], tables=[name])`: what it reads, and what with the rows alone."""
    tables = [Type("text", f"FROM {one.of}") for one in each(site.arg(3, "tables")) if one.kind == "text"]
    along = run_fragment(machine, each(site.arg(0, "select")), site.line)
    return run_fragment(machine, (*each(site.arg(1, "where")), *tables), site.line), along


def _note(
    machine: Machine, inventory: Inventory, found: Statement, line: int, known_only: bool, doubt: int
) -> tuple[str, ...]:
    draft = Draft(line, Via.SQL, machine.loops > 0, bool(machine.head), aggregates=found.aggregates)
    for names, op in ((found.reads, Op.READ), (found.writes, Op.WRITE)):
        for name in names:
            entry = inventory.named(name)
            if entry is None and (known_only or not _is_plain(name)):
                continue
            table = entry.name if entry else inventory.unknown_table(name, machine.unit.scope, line)
            machine.effect(table, op, Via.SQL, line, doubt)
            draft.targets[table] = None
    for columns, into in (
        (found.joined, draft.joined),
        (found.filtered, draft.filtered),
        ((*found.sought, *found.ordered), draft.sought),
        (found.ordered, draft.ordered),
    ):
        for column in columns:
            owner, _, name = column.rpartition(".")
            entry = inventory.named(owner)
            into[entry.name if entry else owner, name] = None
    if draft.targets:
        machine.unit.queries[-1 - len(machine.unit.queries)] = draft
    return tuple(draft.targets)


def _is_plain(name: str) -> bool:
    return re.fullmatch(r"[\w.]+", name) is not None and not name.lower().startswith(
        ("information_schema", "pg_", "sqlite_")
    )


_EXECUTES = frozenset(
    "execute executemany executescript callproc mogrify fetch fetchrow fetchval copy_expert copy".split()
)
"""Methods that send their first argument; psycopg 3 copies by `copy`."""

_READERS = frozenset({"read_sql", "read_sql_query", "read_sql_table"})
_TO_MANY = frozenset({"execute_values", "execute_batch"})  # psycopg2's
_COPIES = {"copy_from": (1, Op.WRITE), "copy_to": (1, Op.READ), "to_sql": (0, Op.WRITE)}
"""psycopg2's, and pandas': which argument names the table, and what becomes of it."""

_KEEP = frozenset({"dedent", "cleandoc", "SQL", "Template"})  # of textwrap, inspect, psycopg and string
_NAMES = frozenset({"quote_name", "quote_ident", "quote_identifier"})
_ROOTS = frozenset({"textwrap", "inspect", "psycopg", "psycopg2", "string"})


def _call(machine: Machine, one: Type, site: Site) -> Types | None:
    """cursor.execute("..."), pandas.read_sql("...", connection)"""
    if one.kind == "method":
        if one.of.kind != "unknown":
            return None
        if one.extra in _EXECUTES:
            run_sql(machine, site.arg(0, "sql"), site.line, known_only=True, doubt=1)
        if one.extra == "extra" and not site.args:
            run_pieces(machine, site)
        return site.arg(0) if one.extra in _NAMES else None
    if one.kind != "external":
        return None
    last = one.of.rpartition(".")[2]
    if last in _READERS:
        run_sql(machine, site.arg(0, "sql"), site.line)
        return NONE
    if last in _EXECUTES:  # django.db.connection.execute, a module's own cursor
        run_sql(machine, site.arg(0, "sql"), site.line, known_only=not one.of.startswith("django.db"))
        return NONE
    if last in _TO_MANY:
        run_sql(machine, site.arg(1, "sql"), site.line, known_only=_has_own(machine.inventory))
        return NONE
    if last == "RawSQL":  # django's expression
        read = run_fragment(machine, site.arg(0, "sql"), site.line)
        return (Type("asking", last, Asking((), read)),) if read else None
    if last == "Identifier":  # psycopg's: Identifier("public", "orders")
        return _dotted(machine, site)
    if last in _NAMES or (last in _KEEP and one.of.partition(".")[0] in _ROOTS):
        return site.arg(0)
    return None


def _dotted(machine: Machine, site: Site) -> Types:
    found = site.arg(0)
    for types in site.args[1:]:
        found = plus(machine, plus(machine, found, (Type("text", "."),)), types)
    return found


def _copied(machine: Machine, name: str, site: Site) -> None:
    # cursor.copy_from(lines, "orders")      frame.to_sql(name="orders", con=engine)
    place, op = _COPIES[name]
    for one in (*site.arg(place, "table"), *site.keywords.get("name", NONE)):
        if one.kind == "text" and (entry := machine.inventory.named(one.of)):
            machine.effect(entry.name, op, Via.SQL, site.line, 1)


_SQL = ("text", "sql")
_RUNS = ("execute", "fetch", "read_sql", "run_sql", "raw_sql")
_TELLS = frozenset("append critical debug error exception info log print warn warning write".split())
"""Methods that keep or show their argument."""


def _overhears(machine: Machine, callees: Types, name: str, site: Site) -> None:
    """txn.execute("select ..."), db.one("select ..."): SQL that is handed to whatever executes is SQL, whoever that is.

    A name that does not say so is taken at its argument: a whole statement, given to a method that nobody has seen.
    """
    inventory: Inventory = machine.inventory
    if name in _COPIES and not any(one.kind == "function" for one in callees):
        _copied(machine, name, site)
    if inventory.scripts:
        opened = tuple([one.of for one in callees if one.kind == "method"])  # (folder / "fill.sql").read_text()
        for types in (opened, *site.all()):
            for one in types:
                if one.kind == "text" and one.of.endswith(SCRIPTS):
                    _run_script(machine, inventory, one.of.rpartition("/")[2], site.line)
    if not [one for types in site.args[:2] for one in types if one.kind in _SQL]:
        return
    unknown = type(site.node.func) is Attr and name not in _TELLS and all(map(_is_foreign, callees))
    named = name.startswith(_RUNS) and all(one.kind == "function" or is_unseen(one) for one in callees)
    if named or unknown:
        foreign = _has_own(inventory)
        for types in site.args[:2]:
            if run_sql(machine, types, site.line, known_only=foreign or not named, doubt=1):
                return


def _is_foreign(one: Type) -> bool:
    return is_unseen(one) or (one.kind == "method" and one.of.kind in ("unknown", "made"))


def _has_own(inventory: Inventory) -> bool:
    """Is anything declared? Then a table that nobody declares is more likely no table."""
    return any(entry.origin is Origin.OWN for entry in inventory.tables.values())


def _run_script(machine: Machine, inventory: Inventory, name: str, line: int) -> None:
    for table, ops in touched_by(inventory.scripts.get(name, "")).items():
        if entry := inventory.named(table):
            for op in sorted(ops):
                machine.effect(entry.name, op, Via.SQL, line, 1)


def prepare(machine: Machine, inventory: Inventory) -> None:
    """Nothing is declared in SQL text; tables only known from it are entered where they are met."""


RAW_SQL = Library(name="raw_sql", roots=_ROOTS, calls=_call, overhears=_overhears)
