"""Stage 1: SQL text -> the tables that it reads and writes, and the columns that it filters, joins and orders by."""

import logging
import re
from functools import lru_cache
from typing import Any, NamedTuple

import sqlglot
from sqlglot import exp

from ...model.facts import Op, Origin, Via
from ..infer import Draft, Library, Machine, Site
from ..types import NONE, Type, Types, is_unseen
from .inventory import Inventory
from .scripts import touched_by

__all__ = ["RAW_SQL", "Statement", "looks_like_sql", "prepare", "run_sql", "statement"]


logging.getLogger("sqlglot").propagate = False  # what it cannot read is told as unresolved, with its line
logging.getLogger("sqlglot").addHandler(logging.NullHandler())


class Statement(NamedTuple):
    """What one text does. `holes` says that a table's name is not constant, `parsed` that sqlglot could read it."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    joined: tuple[str, ...]
    filtered: tuple[str, ...]
    ordered: tuple[str, ...]
    aggregates: bool
    holes: bool
    parsed: bool


_LONGEST = 100_000
_HOLE = "hole_"
_STARTS = re.compile(
    r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*\(?\s*"
    r"(select\s.+?\sfrom\s|insert\s+(ignore\s+|or\s+\w+\s+)?into\s|update\s.+?\sset\s|delete\s+from\s"
    r"|with\s+(recursive\s+)?\S+?\s*(\([^)]*\)\s*)?as\s|replace\s+into\s|merge\s+into\s|truncate\s"
    r"|create\s+(or\s+replace\s+)?(temp\w*\s+)?(table|view|materialized)\s|alter\s+table\s|drop\s+table\s"
    r"|lock\s+table\s|refresh\s+materialized\s+view\s)",
    re.I | re.S,
)
# %s  %(name)s  %d  {name}  {{ name }}  \0  ${name}
_MARKS = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\{.*?\}\}|\{%.*?%\}|\$\{\w+\}|\{[\w.!:]*\}|\x00")


def looks_like_sql(text: str) -> bool:
    """A cheap look before anything is parsed."""
    return len(text) > 12 and bool(_STARTS.match(text[:4000]))


@lru_cache(maxsize=8192)
def statement(text: str) -> Statement | None:
    """Read one text, which may hold several statements; None where it is no SQL that touches rows."""
    if not looks_like_sql(text):
        return None
    text = _MARKS.sub(_HOLE, text[:_LONGEST])
    try:
        trees = [tree for tree in sqlglot.parse(text, error_level=sqlglot.ErrorLevel.RAISE) if tree is not None]
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError, TypeError):
        return _by_pattern(text)
    if any(isinstance(tree, exp.Command) for tree in trees):
        return _by_pattern(text)
    return _from_trees(trees)


def _from_trees(trees: list[Any]) -> Statement:
    reads: dict[str, None] = {}
    writes: dict[str, None] = {}
    columns: dict[str, dict[str, None]] = {"joined": {}, "filtered": {}, "ordered": {}}
    aggregates = False
    for tree in trees:
        hidden = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
        written = _written(tree)
        aliases: dict[str, str] = {}
        for table in tree.find_all(exp.Table):
            name = _name(table)
            if not name or name in hidden:
                continue
            aliases[table.alias_or_name] = name
            (writes if table in written else reads)[name] = None
        for kind, role in ((exp.Where, "filtered"), (exp.Join, "joined"), (exp.Order, "ordered")):
            for node in tree.find_all(kind):
                for column in node.find_all(exp.Column):
                    owner = aliases.get(column.table) or (next(iter(aliases.values())) if len(aliases) == 1 else "")
                    if owner and column.name != _HOLE:
                        columns[role][f"{owner}.{column.name}"] = None
        aggregates = aggregates or any(True for _ in tree.find_all(exp.AggFunc, exp.Group))
    holes = any(_HOLE in name for name in (*reads, *writes))
    kept = [tuple(name for name in names if _HOLE not in name) for names in (reads, writes)]
    joined, filtered, ordered = (tuple(found) for found in columns.values())
    return Statement(kept[0], kept[1], joined, filtered, ordered, aggregates, holes, True)


def _written(tree: Any) -> list[Any]:
    found: list[exp.Expression] = []
    for node in tree.find_all(exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.TruncateTable):
        targets = node.expressions if isinstance(node, exp.TruncateTable) else [node.this]
        for target in targets:
            table = target if isinstance(target, exp.Table) else target and target.find(exp.Table)
            if table is not None:
                found.append(table)
    if isinstance(tree, exp.Create | exp.Drop | exp.Alter):
        table = tree.this if isinstance(tree.this, exp.Table) else tree.this and tree.this.find(exp.Table)
        if table is not None:
            found.append(table)
    return found


def _name(table: Any) -> str:
    if not isinstance(table.this, exp.Identifier):
        return ""
    parts = [part.name for part in (table.args.get("db"), table.this) if part is not None]
    return ".".join(parts)


_NAME = r"\s+([\w\"`.\[\]]+)"
_CHANGES = (
    r"insert\s+(?:ignore\s+|or\s+\w+\s+)?into|(?<!key\s)(?<!for\s)update|delete\s+from|replace\s+into|merge\s+into|truncate(?:\s+table)?"
    r"|(?:create|alter|drop|lock)\s+table(?:\s+if\s+(?:not\s+)?exists)?"
)
_PATTERNS = (
    (re.compile(rf"\b(?:from|join){_NAME}", re.I), Op.READ),
    (re.compile(rf"\b(?:{_CHANGES}){_NAME}", re.I), Op.WRITE),
)
_VIEW = re.compile(
    r"\b(?:create|refresh)\s+(?:or\s+replace\s+)?(?:materialized\s+)?view\s+(?:concurrently\s+|if\s+not\s+exists\s+)?\"?(\w+)",
    re.I,
)
_NO_TABLE = frozenset("select set where values only lateral unnest the a an this ignore into table from".split())


def _by_pattern(text: str) -> Statement:
    """What words betray where the grammar does not fit."""
    found: dict[Op, dict[str, None]] = {Op.READ: {}, Op.WRITE: {}}
    for pattern, op in _PATTERNS:
        for match in pattern.finditer(text):
            name = re.sub(r'["`\[\]]', "", match[1]).strip(".")
            if name and name.lower() not in _NO_TABLE:
                found[op][name] = None
    deleted = {name for name in found[Op.WRITE] if re.search(rf"delete\s+from\s+\W?{re.escape(name)}\b", text, re.I)}
    reads = [name for name in found[Op.READ] if name not in deleted]
    holes = any(_HOLE in name for names in found.values() for name in names)
    kept = [tuple(name for name in names if _HOLE not in name) for names in (reads, found[Op.WRITE])]
    return Statement(kept[0], kept[1], (), (), (), False, holes, False)


def run_sql(machine: Machine, types: Types, line: int, known_only: bool = False, doubt: int = 0) -> bool:
    """The line sends one of the texts among `types` to the database; says whether one was SQL."""
    inventory: Inventory = machine.inventory
    ran = False
    for one in types:
        if one.kind not in ("text", "sql"):
            continue
        found = statement(one.of)
        if found is None:
            if one.extra and not ran and not known_only:
                machine.unresolved("dynamic_sql", line, one.of.replace("\x00", "{}")[:80])
            continue
        ran = True
        inventory.views.update(dict.fromkeys(_VIEW.findall(one.of)))
        if found.holes and not known_only:
            machine.unresolved("dynamic_sql", line, one.of.strip().replace("\x00", "{}")[:80])
        if not found.parsed and not known_only:
            machine.unresolved("sql_syntax", line, one.of.strip().replace("\x00", "{}")[:80])
        _note(machine, inventory, found, line, known_only, max(doubt, one.doubt))
    return ran


def _note(machine: Machine, inventory: Inventory, found: Statement, line: int, known_only: bool, doubt: int) -> None:
    draft = Draft(line, Via.SQL, machine.loops > 0, bool(machine.heads), aggregates=found.aggregates)
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
        (found.ordered, draft.ordered),
    ):
        for column in columns:
            owner, _, name = column.rpartition(".")
            entry = inventory.named(owner)
            into[entry.name if entry else owner, name] = None
    if draft.targets:
        machine.unit.queries[-1 - len(machine.unit.queries)] = draft


def _is_plain(name: str) -> bool:
    return re.fullmatch(r"[\w.]+", name) is not None and not name.lower().startswith(
        ("information_schema", "pg_", "sqlite_")
    )


_EXECUTES = frozenset(
    {"execute", "executemany", "executescript", "callproc", "mogrify", "fetch", "fetchrow", "fetchval"}
)
_READERS = frozenset({"read_sql", "read_sql_query", "read_sql_table"})
_DATABASES = (
    "connection",
    "cursor",
    "connect",
    "create_engine",
    "connections",
    "engine",
    "get_connection",
    "Connection",
)


def _call(machine: Machine, one: Type, site: Site) -> Types | None:
    """cursor.execute("..."), pandas.read_sql("...", connection)"""
    if one.kind == "method":
        if one.extra in _EXECUTES and one.of.kind == "unknown":
            run_sql(machine, site.arg(0, "sql"), site.line, known_only=True, doubt=1)
        return None
    if one.kind != "external":
        return None
    last = one.of.rpartition(".")[2]
    if last in _READERS:
        run_sql(machine, site.arg(0, "sql"), site.line)
        return NONE
    if last in _EXECUTES:  # django.db.connection.execute, a module's own cursor
        run_sql(machine, site.arg(0, "sql"), site.line, known_only=not one.of.startswith("django.db"))
        return NONE
    return None


def _made_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    # connection.cursor().execute(...)      engine.connect().execute(...)
    if name in _EXECUTES:
        own = one.of.startswith(("django.db", "sqlalchemy", "flask_sqlalchemy"))
        run_sql(machine, (*site.arg(0, "sql"), *site.arg(0, "query")), site.line, known_only=not own)
        return NONE
    return None


_RUNS = ("execute", "fetch", "read_sql", "run_sql", "raw_sql")


def _overhears(machine: Machine, callees: Types, name: str, site: Site) -> None:
    """txn.execute("select ..."): SQL that is handed to whatever executes is SQL, whoever that is."""
    inventory: Inventory = machine.inventory
    if inventory.scripts:
        for types in site.all():
            for one in types:
                if one.kind == "text" and one.of.endswith(".sql"):
                    _run_script(machine, inventory, one.of.rpartition("/")[2], site.line)
    if not name.startswith(_RUNS) or any(one.kind not in ("function", "method") for one in callees):
        return
    if all(one.kind == "function" or is_unseen(one) for one in callees):
        foreign = any(entry.origin is Origin.OWN for entry in inventory.tables.values())
        for types in site.args[:2]:
            if run_sql(machine, types, site.line, known_only=foreign, doubt=1):
                return


def _run_script(machine: Machine, inventory: Inventory, name: str, line: int) -> None:
    for table, ops in touched_by(inventory.scripts.get(name, "")).items():
        if entry := inventory.named(table):
            for op in sorted(ops):
                machine.effect(entry.name, op, Via.SQL, line, 1)


def prepare(machine: Machine, inventory: Inventory) -> None:
    """Nothing is declared in SQL text; tables only known from it are entered where they are met."""


RAW_SQL = Library(name="raw_sql", calls=_call, methods={"raw_made": _made_method}, overhears=_overhears)
