"""Stage 1: SQL text -> the tables that it reads and writes, and the columns that it filters, joins and orders by."""

import logging
import re
from functools import lru_cache
from typing import Any, NamedTuple

import sqlglot
from sqlglot import exp

from ...model.facts import Op

__all__ = ["Statement", "fragment", "looks_like_sql", "made_for_now", "made_views", "statement"]


logging.getLogger("sqlglot").propagate = False  # what it cannot read is told as unresolved, with its line
logging.getLogger("sqlglot").addHandler(logging.NullHandler())


class Statement(NamedTuple):
    """What one text does. `holes` says that a table's name is not constant, `parsed` that sqlglot could read it.

    `sought` are those of the `filtered` columns whose rows an index finds.
    """

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    joined: tuple[str, ...]
    filtered: tuple[str, ...]
    ordered: tuple[str, ...]
    aggregates: bool
    holes: bool
    parsed: bool
    sought: tuple[str, ...] = ()


_LONGEST = 100_000
_HOLE = "hole_"
_STARTS = re.compile(
    r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*"
    r"|(?:begin|set|drop|analyze|create\s+(?:unique\s+)?(?:index|extension))\b[^;']*;\s*|prepare\s+\w+\s*(?:\([^)]*\)\s*)?as\s+)*\(?\s*"
    r"(select\s.+?\sfrom\s|insert\s+(ignore\s+|or\s+\w+\s+)?into\s|update\s.+?\sset\s|delete\s+from\s"
    r"|with\s+(recursive\s+)?\S+?\s*(\([^)]*\)\s*)?as\s|replace\s+into\s|merge\s+into\s|truncate\s"
    r"|create\s+(or\s+replace\s+)?(temp\w*\s+)?(table|view|materialized)\s|alter\s+table\s|drop\s+table\s"
    r"|lock\s+table\s|refresh\s+materialized\s+view\s|copy\s+[\w\"(]|explain\s)",
    re.I | re.S,
)
# %s  %(name)s  %d  {name}  {{ name }}  \0  ${name}
_MARKS = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\{.*?\}\}|\{%.*?%\}|\$\{\w+\}|\{[\w.!:]*\}|\x00")


# explain analyze select ...     prepare p as update ...     update only t     copy t from stdin
_AROUND = re.compile(
    r"^\s*prepare\s+\w+\s*(?:\([^)]*\)\s*)?as\s+|^\s*explain\s+(?:analyze\s+|verbose\s+|\([^)]*\)\s*)*|(?<=\w)\s+only(?=\s+[\w\"])",
    re.I,
)
_PLAIN = re.compile(r"\s*(?:lock|refresh)\s", re.I)  # of no grammar that is known here, and of one form alone


def looks_like_sql(text: str) -> bool:
    """A cheap look before anything is parsed."""
    return len(text) > 12 and bool(_STARTS.match(text[:4000]))


@lru_cache(maxsize=8192)
def statement(text: str) -> Statement | None:
    """Read one text, which may hold several statements; None where it is no SQL that touches rows."""
    if not looks_like_sql(text):
        return None
    text = _AROUND.sub("", _MARKS.sub(_HOLE, text[:_LONGEST]))
    try:
        trees = [tree for tree in sqlglot.parse(text, error_level=sqlglot.ErrorLevel.RAISE) if tree is not None]
    except Exception:  # whatever its grammar stumbles over: a form that it half knows gives an UnboundLocalError
        return _by_pattern(text)
    if any(isinstance(tree, exp.Command) for tree in trees):
        return _by_pattern(text)
    return _from_trees(trees)


def _from_trees(trees: list[Any]) -> Statement:
    reads: dict[str, None] = {}
    writes: dict[str, None] = {}
    columns: dict[str, dict[str, None]] = {"joined": {}, "filtered": {}, "ordered": {}, "sought": {}}
    aggregates = False
    for tree in trees:
        hidden = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
        others = _of_no_rows(tree)
        written = _written(tree)
        aliases: dict[str, str] = {}
        for table in tree.find_all(exp.Table):
            name = _name(table)
            if not name or name in hidden or any(table is one for one in others):
                continue
            aliases[table.alias_or_name] = name
            (writes if any(table is one for one in written) else reads)[name] = None
        for kind, role in ((exp.Where, "filtered"), (exp.Join, "joined"), (exp.Order, "ordered")):
            for node in tree.find_all(kind):
                for column in node.find_all(exp.Column):
                    owner = aliases.get(column.table) or (next(iter(aliases.values())) if len(aliases) == 1 else "")
                    if owner and column.name != _HOLE:
                        columns[role][f"{owner}.{column.name}"] = None
                        if kind is exp.Where and _is_sought(column):
                            columns["sought"][f"{owner}.{column.name}"] = None
        aggregates = aggregates or any(True for _ in tree.find_all(exp.AggFunc, exp.Group))
    holes = any(_HOLE in name for name in (*reads, *writes))
    kept = [tuple(name for name in names if _HOLE not in name) for names in (reads, writes)]
    joined, filtered, ordered, sought = (tuple(found) for found in columns.values())
    return Statement(kept[0], kept[1], joined, filtered, ordered, aggregates, holes, True, sought)


def _is_sought(column: Any) -> bool:
    """paid = 1, total BETWEEN 3 AND 5, id IN (...): no function of it, no pattern, nothing that it is not."""
    test = column.parent
    return isinstance(test, exp.EQ | exp.GT | exp.GTE | exp.LT | exp.LTE | exp.Between | exp.In) and not isinstance(
        test.parent, exp.Not
    )


def _of_no_rows(tree: Any) -> list[Any]:
    """What is dropped and is no table, a constraint say; and the name that a table is given."""
    kinds = [node for node in tree.find_all(exp.Drop, exp.AlterRename) if node.args.get("kind") != "TABLE"]
    return [table for node in kinds for table in node.find_all(exp.Table)]


def _written(tree: Any) -> list[Any]:
    found: list[exp.Expression] = []
    for node in tree.find_all(exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.TruncateTable, exp.Into):
        targets = node.expressions if isinstance(node, exp.TruncateTable) else [node.this]
        for target in targets:
            table = target if isinstance(target, exp.Table) else target and target.find(exp.Table)
            if table is not None:
                found.append(table)
    if isinstance(tree, exp.Drop):
        found.extend(tree.find_all(exp.Table))
    if isinstance(tree, exp.Create | exp.Alter) or (isinstance(tree, exp.Copy) and tree.args.get("kind")):
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
_NO_TABLE = frozenset(
    "select set where values only lateral unnest the a an this ignore into table from"
    " on of cascade restrict".split()  # create trigger ... before insert or update on t      on update cascade
)


_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)


def _by_pattern(text: str) -> Statement:
    """What words betray where the grammar does not fit."""
    found: dict[Op, dict[str, None]] = {Op.READ: {}, Op.WRITE: {}}
    text = _COMMENT.sub(" ", text)
    for pattern, op in _PATTERNS:
        for match in pattern.finditer(text):
            name = re.sub(r'["`\[\]]', "", match[1]).strip(".")
            if name and name.lower() not in _NO_TABLE:
                found[op][name] = None
    deleted = {name for name in found[Op.WRITE] if re.search(rf"delete\s+from\s+\W?{re.escape(name)}\b", text, re.I)}
    reads = [name for name in found[Op.READ] if name not in deleted]
    holes = any(_HOLE in name for names in found.values() for name in names)
    kept = [tuple(name for name in names if _HOLE not in name) for names in (reads, found[Op.WRITE])]
    return Statement(kept[0], kept[1], (), (), (), False, holes, bool(_PLAIN.match(text)))


def fragment(text: str) -> Statement:
    """What a piece of SQL names: a condition with a query in it, a join."""
    return statement(text) or _by_pattern(_MARKS.sub(_HOLE, text[:_LONGEST]))


_TEMPORARY = re.compile(
    r"\b(?:create\s+(?:or\s+replace\s+)?(?:global\s+|local\s+)?temp(?:orary)?\s+(?:table|view)(?:\s+if\s+not\s+exists)?"
    r"|into\s+temp(?:orary)?(?:\s+table)?)\s+[\"`]?(\w+)",
    re.I,
)


def made_for_now(text: str) -> list[str]:
    """The tables that a text creates and that end with the connection."""
    return _TEMPORARY.findall(text)


def made_views(text: str) -> list[str]:
    """The views that a text creates or refreshes: no tables."""
    return _VIEW.findall(text)
