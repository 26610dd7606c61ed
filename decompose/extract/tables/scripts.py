"""Stage 1: `.sql` files -> the tables that they create, with columns, indexes and foreign keys."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ...model.facts import Column, ModuleKind, Op, Origin
from ..file import kind_of
from .inventory import Inventory
from .mapping import Key, TableEntry
from .schema import Schema

__all__ = ["Script", "declare", "define", "touched_by"]


class Script(NamedTuple):
    """One `.sql` file, in whatever dialect."""

    path: str
    text: str


_NAME = r"((?:[\w$]+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\])(?:\.(?:[\w$]+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\]))*)"
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)
_CREATE = re.compile(
    rf"\bcreate\s+((?:global\s+|local\s+|temp\w*\s+|unlogged\s+|foreign\s+|virtual\s+)*)table\s+(?:if\s+not\s+exists\s+)?{_NAME}",
    re.I,
)
_DROP = re.compile(rf"\bdrop\s+table\s+(?:if\s+exists\s+)?{_NAME}", re.I)
_RENAME = re.compile(rf"\balter\s+table\s+(?:if\s+exists\s+|only\s+)*{_NAME}\s+rename\s+to\s+{_NAME}", re.I)
_INDEX = re.compile(
    rf"\bcreate\s+(unique\s+)?index\s+[^;(]*?\bon\s+(?:only\s+)?{_NAME}\s*(?:using\s+\w+\s*)?\(\s*{_NAME}", re.I
)
_INDEX_NAME = re.compile(
    rf"create\s+(?:unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?{_NAME}\s+on\b", re.I
)
_DROP_INDEX = re.compile(rf"\bdrop\s+index\s+(?:concurrently\s+)?(?:if\s+exists\s+)?{_NAME}", re.I)
_DEFINITIONS = (_CREATE, _DROP, _RENAME, _INDEX, _DROP_INDEX)
_REFERENCES = re.compile(rf"\breferences\s+{_NAME}(.*)", re.I | re.S)
_ON_DELETE = re.compile(r"\bon\s+delete\s+(cascade|restrict|set\s+null|set\s+default|no\s+action)", re.I)
_NOT_COLUMNS = frozenset(
    "primary unique constraint foreign check key index exclude like fulltext spatial period".split()
)
_SCHEMAS = ("public.", "dbo.", "main.")
_MOST = 5_000  # columns of one table that are kept


def declare(inventory: Inventory, scripts: Iterable[Script]) -> None:
    """Enter the tables that `scripts` create and that no class declares; dropped and renamed ones are none."""
    kept = [script for script in scripts if kind_of(script.path) is not ModuleKind.TEST]
    texts = [(script.path, _COMMENT.sub(_blank, script.text)) for script in kept]
    declared = set(inventory.tables)
    known = {name.lower() for name in declared}
    for path, text in texts:
        _create(inventory, path, text, known)
    gone = {_plain(match[1]) for _, text in texts for match in (*_DROP.finditer(text), *_RENAME.finditer(text))}
    for _, text in texts:
        for match in _RENAME.finditer(text):
            _rename(inventory, _plain(match[1]), _plain(match[2]))
        for match in _INDEX.finditer(text):
            _index(inventory, _plain(match[2]), _plain(match[3]), bool(match[1]))
    for name in gone - declared - _recreated(texts):
        inventory.tables.pop(name, None)
    inventory.scripts = {script.path.rpartition("/")[2]: script.text for script in kept}


def touched_by(text: str) -> Mapping[str, set[Op]]:
    """The tables whose rows the statements of a script read and write, by name; definitions are left out."""
    found: dict[str, set[Op]] = {}
    text = _COMMENT.sub(_blank, text)
    for pattern, op in _ROWS:
        for match in pattern.finditer(text):
            found.setdefault(_plain(match[1]), set()).add(op)
    return found


_ROWS = (
    (
        re.compile(rf"\b(?:insert\s+(?:ignore\s+)?into|update|delete\s+from|truncate(?:\s+table)?)\s+{_NAME}", re.I),
        Op.WRITE,
    ),
    (re.compile(rf"\b(?<!delete\s)(?:from|join)\s+{_NAME}", re.I), Op.READ),
)


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _plain(name: str) -> str:
    bare = re.sub(r"[\"`\[\]]", "", name)
    return next((bare.removeprefix(schema) for schema in _SCHEMAS if bare.lower().startswith(schema)), bare)


def _create(inventory: Inventory, path: str, text: str, known: set[str]) -> None:
    for match in _CREATE.finditer(text):
        name = _plain(match[2])
        if "temp" in match[1].lower() or name.lower() in known:
            continue
        known.add(name.lower())
        _enter(inventory, name, text, match.end(), path, text.count("\n", 0, match.start()) + 1)


def _enter(inventory: Inventory, name: str, text: str, start: int, path: str, line: int) -> None:
    columns: dict[str, Column] = {}
    for part in _parts(text, start):
        _column(inventory, columns, part, name, path, line)
    inventory.add(TableEntry(name, "", None, Origin.OWN, columns, line, None, path))


def define(schema: Schema, text: str, path: str, line: int) -> None:
    """Apply the definitions among the statements of `text`, which stands at `path` and `line`, in their order."""
    text = _COMMENT.sub(_blank, text)
    found = [(match.start(), match) for pattern in _DEFINITIONS for match in pattern.finditer(text)]
    for _, match in sorted(found, key=lambda one: one[0]):
        _define(schema, match, text, path, line)


def _define(schema: Schema, match: re.Match[str], text: str, path: str, line: int) -> None:
    if match.re is _CREATE:
        copied = not re.compile(r"\s*\(").match(text, match.end())  # create table x as select ...: to be dropped soon
        if "temp" not in match[1].lower() and not copied:
            end = match.end()
            schema.create(_plain(match[2]), lambda inventory, name: _enter(inventory, name, text, end, path, line))
    elif match.re is _DROP:
        schema.drop(_plain(match[1]))
    elif match.re is _RENAME:
        schema.rename(_plain(match[1]), _plain(match[2]))
    elif match.re is _DROP_INDEX:
        schema.drop_index(_plain(match[1]))
    else:
        named = _INDEX_NAME.match(match[0])
        schema.add_index(_plain(match[2]), _plain(named[1]) if named else "", _plain(match[3]))


def _parts(text: str, start: int) -> Iterator[str]:
    """What stands between the commas of the brackets that follow `start`."""
    opened = re.compile(r"\s*\(").match(text, start)
    if opened is None:
        return
    depth, begin = 1, opened.end()
    for match in re.compile(r"[(),]").finditer(text, begin):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0 or (depth == 1 and match[0] == ","):
            yield text[begin : match.start()].strip()
            begin = match.end()
        if depth == 0:
            return


def _column(inventory: Inventory, columns: dict[str, Column], part: str, table: str, path: str, line: int) -> None:
    # order_id INTEGER NOT NULL REFERENCES orders(id)      PRIMARY KEY (id)      FOREIGN KEY (a) REFERENCES orders
    words = part.split(None, 2)
    if not words or len(columns) >= _MOST:
        return
    first = _plain(words[0])
    keyword = re.match(r"\w*", first.lower())
    if keyword and keyword[0] in _NOT_COLUMNS and not words[0].startswith(('"', "`", "[")):
        named = re.search(r"\(\s*([\w\"`\[\]]+)", part)
        first = _plain(named[1]) if named else ""
        unique = re.search(r"\b(primary\s+key|unique)\b", part, re.I)
        if unique and first in columns:
            one = columns[first]
            primary = unique[1].lower() != "unique"
            columns[first] = Column(one.name, one.type, one.nullable and not primary, True, one.unique, primary)
    else:
        low = part.lower()
        primary = "primary key" in low
        unique_here = primary or " unique" in low
        kind = re.match(r"[\w]+", words[1]) if len(words) > 1 else None
        nullable = not primary and "not null" not in low
        columns[first] = Column(first, kind[0] if kind else "", nullable, unique_here, unique_here, primary)
    target = _REFERENCES.search(part)
    if target and first:
        rule = _ON_DELETE.search(target[2])
        on_delete = re.sub(r"\s+", "_", rule[1].lower()) if rule else ""
        inventory.keys.append(Key(table, first, _plain(target[1]), on_delete, None, line, path))


def _rename(inventory: Inventory, old: str, new: str) -> None:
    entry = inventory.tables.get(old)
    if entry is not None and new not in inventory.tables and entry.scope is None:
        inventory.add(TableEntry(new, "", None, entry.origin, entry.columns, entry.line, None, entry.file))


def _index(inventory: Inventory, table: str, column: str, unique: bool) -> None:
    entry = inventory.named(table)
    known = entry.columns.get(column) if entry else None
    if entry is not None and known is not None:
        made = Column(known.name, known.type, known.nullable, True, known.unique or unique, known.primary)
        entry.columns[column] = made


def _recreated(texts: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Tables that are dropped only to be made again: in the same file, by a rename or by a script of a later number."""
    drops: dict[str, dict[str, int]] = defaultdict(dict)  # name -> path -> the first place where it is dropped
    makes: dict[str, dict[str, int]] = defaultdict(dict)  # name -> path -> the last place where it is made
    for path, text in texts:
        for match in _DROP.finditer(text):
            drops[_plain(match[1])].setdefault(path, match.start())
        for match in _CREATE.finditer(text):
            makes[_plain(match[2])][path] = match.start()
        for match in _RENAME.finditer(text):
            made = makes[_plain(match[2])]
            made[path] = max(match.start(), made.get(path, 0))
    return frozenset(name for name in drops if _again(drops[name], makes[name]))


def _again(drops: Mapping[str, int], makes: Mapping[str, int]) -> bool:
    if any(drop < makes.get(path, 0) for path, drop in drops.items()):
        return True
    later = [_pieces(path) for path in makes]
    return all(any(_numbered_later(make, drop) for make in later) for drop in map(_pieces, drops))


def _numbered_later(path: Sequence[str], other: Sequence[str]) -> bool:
    """delta/59/users.sql after delta/30/old.sql, V12__a.sql after V3__b.sql: the first difference is a number."""
    for mine, theirs in zip(path, other, strict=False):
        if mine != theirs:
            return mine.isdigit() and theirs.isdigit() and int(mine) > int(theirs)
    return False


def _pieces(path: str) -> list[str]:
    return re.findall(r"\d+|[^\d/]+|/", path)
