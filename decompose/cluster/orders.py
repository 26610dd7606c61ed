"""Stage 4: what people decided about boundaries: text -> Orders, and Orders over the nodes of a graph -> Decided."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from ..errors import InputError
from ..model.facts import Facts, ModuleKind
from ..model.globs import matches
from ..model.judgements import CouplingGraph

__all__ = ["Decided", "Orders", "decide", "owned", "read_orders", "whereabouts"]

Pairs = tuple[tuple[str, str], ...]
Claim = tuple[tuple[bool, int], str, str]
"""(is a name and no glob, its length), the place, the entry: of two that match one module the greater has it."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One boundary of a file: its name and the entries (names or globs) of its modules and tables."""

    name: str
    modules: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Orders:
    """What `boundaries.toml` says. Entries are names or globs of modules and tables; `*` also matches dots.

    `boundaries` are where to start from, or what to judge; the others are obeyed by every proposal. `pins` are (entry,
    boundary), `forbidden` likewise; `renamed` are (name proposed, name wanted).
    """

    boundaries: tuple[Declared, ...] = ()
    kernel: Declared = field(default_factory=lambda: Declared("shared_kernel"))
    roots: Declared = field(default_factory=lambda: Declared("composition_roots"))
    pins: Pairs = ()
    forbidden: Pairs = ()
    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()
    merged: tuple[tuple[str, ...], ...] = ()
    renamed: Pairs = ()
    count: int = 0
    file: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """Orders as nodes of one graph: what moves as one, what must not meet, who is pinned where or kept out of where."""

    units: tuple[tuple[int, ...], ...] = ()
    pinned: Mapping[int, str] = field(default_factory=dict)
    apart: tuple[tuple[int, int], ...] = ()
    forbidden: frozenset[tuple[int, str]] = frozenset()


_KEYS = ("version", "boundaries", "shared_kernel", "composition_roots", "orders")
_ORDERS = ("pin", "forbid", "together", "apart", "merge", "name", "count")


def read_orders(text: str, file: str) -> Orders:
    """The orders in the text of a `boundaries.toml`. Raises InputError with the file and, where known, the line."""
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{file}: not valid TOML: {error}") from None
    for key in document:
        if key not in _KEYS:
            raise InputError(f"{_at(file, text, key)}: unknown key {key!r}; known are {', '.join(_KEYS)}")
    orders = _table(document, "orders", file, text)
    for key in orders:
        if key not in _ORDERS:
            raise InputError(f"{_at(file, text, key)}: unknown order {key!r}; known are {', '.join(_ORDERS)}")
    count = orders.get("count", 0)
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise InputError(f"{_at(file, text, 'count')}: count must be a number of boundaries")
    boundaries = _table(document, "boundaries", file, text)
    return Orders(
        boundaries=tuple(_declared(name, table, file, text) for name, table in boundaries.items()),
        kernel=_declared("shared_kernel", document.get("shared_kernel", {}), file, text),
        roots=_declared("composition_roots", document.get("composition_roots", {}), file, text),
        pins=_pairs(orders, "pin", file, text),
        forbidden=_pairs(orders, "forbid", file, text),
        together=_lists(orders, "together", file, text),
        apart=_lists(orders, "apart", file, text),
        merged=_lists(orders, "merge", file, text),
        renamed=_pairs(orders, "name", file, text),
        count=count,
        file=file,
        text=text,
    )


def decide(graph: CouplingGraph, orders: Orders) -> Decided:
    """`orders` over the nodes of `graph`. Raises InputError that lists, with their lines, all that cannot be obeyed."""
    problems: list[str] = []
    nodes = _Names(graph, orders, problems)
    pinned: dict[int, str] = {}
    for entry, boundary in orders.pins:
        clashes = [node for node in nodes.of(entry) if pinned.setdefault(node, boundary) != boundary]
        problems += [nodes.says(entry, f"is pinned to {pinned[node]!r} and to {boundary!r}") for node in clashes]
    units = _units([[node for entry in entries for node in nodes.of(entry)] for entries in orders.together])
    unit_of = {node: label for label, unit in enumerate(units) for node in unit}
    for unit in units:
        homes = sorted({pinned[node] for node in unit if node in pinned})
        if len(homes) > 1:
            problems.append(nodes.says(nodes.name(unit[0]), f"is kept together with modules pinned to {homes}"))
        pinned |= dict.fromkeys(unit, homes[0]) if homes else {}
    apart = []
    for entries in orders.apart:
        sides = [nodes.of(entry) for entry in entries]
        for a, b in ((a, b) for i, side in enumerate(sides) for other in sides[:i] for a in side for b in other):
            apart.append((a, b))
            if a == b or unit_of.get(a, -1) == unit_of.get(b, -2):
                problems.append(nodes.says(nodes.name(a), f"is kept together with and apart from {nodes.name(b)!r}"))
            elif a in pinned and pinned[a] == pinned.get(b):
                problems.append(nodes.says(nodes.name(a), f"is kept apart from {nodes.name(b)!r}, pinned to the same"))
    forbidden = frozenset((node, boundary) for entry, boundary in orders.forbidden for node in nodes.of(entry))
    for node, boundary in sorted(forbidden):
        if pinned.get(node) == boundary:
            problems.append(nodes.says(nodes.name(node), f"is pinned to {boundary!r} and forbidden there"))
    if problems:
        raise InputError("\n".join(problems))
    return Decided(units, pinned, tuple(apart), forbidden)


def matching(names: Sequence[str], entry: str) -> list[int]:
    """The positions of the names that an entry, a name or a glob, stands for."""
    if not _is_glob(entry):
        return [i for i, name in enumerate(names) if name == entry]
    return [i for i, name in enumerate(names) if fnmatchcase(name, entry)]


def claim(claims: dict[int, Claim], found: Iterable[int], place: str, entry: str) -> list[tuple[int, Claim]]:
    """Put the positions `found` into `place`, but for those that a longer entry has; returns clashes, and with whom.

    The longest entry that matches wins, and a name wins over a glob.
    """
    rank = (not _is_glob(entry), len(entry))
    clashes = []
    for position in found:
        standing = claims.get(position)
        if standing and standing[0] == rank and standing[1] != place:
            clashes.append((position, standing))
        if not standing or rank > standing[0]:
            claims[position] = (rank, place, entry)
    return clashes


def whereabouts(names: Sequence[str], orders: Orders) -> dict[str, tuple[str, ...]]:
    """Each place of a file, `shared_kernel` and `composition_roots` among them, with the modules of `names` there.

    Raises InputError where one module has two places by entries alike.
    """
    at = {name: (position,) for position, name in enumerate(names)}
    places = (*orders.boundaries, orders.kernel, orders.roots)
    claims: dict[int, Claim] = {}
    problems = []
    for place in places:
        for entry in place.modules:
            found = matching(names, entry) if _is_glob(entry) else at.get(entry, ())
            for position, (_, other, _) in claim(claims, found, place.name, entry):
                problems.append(f"{orders.file}: {names[position]!r} is in {other!r} and in {place.name!r}")
    if problems:
        raise InputError("\n".join(problems))
    held: dict[str, list[str]] = {place.name: [] for place in places}
    for position, (_, home, _) in sorted(claims.items()):
        held[home].append(names[position])
    return {home: tuple(found) for home, found in held.items()}


def _is_glob(entry: str) -> bool:
    return any(mark in entry for mark in "*?[")


def owned(facts: Facts, orders: Orders) -> Orders:
    """`orders` that start from CODEOWNERS: a boundary for each first owner, by the last pattern that matches a file.

    Raises InputError where no module has an owner.
    """
    patterns = list(facts.owners.items())
    held: dict[str, list[str]] = {}
    for fact in facts.modules:
        owners = next((owners for pattern, owners in reversed(patterns) if matches(fact.path, [pattern])), ())
        if owners and fact.kind is ModuleKind.SOURCE:
            held.setdefault(owners[0].lstrip("@").rpartition("/")[2], []).append(fact.module.name)
    if not held:
        raise InputError("no module has an owner in CODEOWNERS; start from packages, or let boundaries be found")
    starts = tuple(Declared(name, tuple(modules)) for name, modules in sorted(held.items()))
    return replace(orders, boundaries=starts, file=orders.file or "CODEOWNERS")


class _Names:
    """Entries -> nodes of one graph, and sentences about them that name the file and the line."""

    def __init__(self, graph: CouplingGraph, orders: Orders, problems: list[str]) -> None:
        self._names = [*(module.name for module in graph.modules), *(table.name for table in graph.tables)]
        self._orders, self._problems = orders, problems
        self._apart = frozenset((*graph.kernel, *graph.roots))

    def of(self, entry: str) -> list[int]:
        found = matching(self._names, entry)
        if not found:
            self._problems.append(self.says(entry, "is no module and no table of this program"))
        return found

    def name(self, node: int) -> str:
        return self._names[node]

    def says(self, entry: str, sentence: str) -> str:
        return f"{_at(self._orders.file, self._orders.text, entry)}: {entry!r} {sentence}"


def _units(lists: Iterable[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """Lists that share a node become one."""
    units: list[set[int]] = []
    for nodes in lists:
        touching = [unit for unit in units if not unit.isdisjoint(nodes)]
        units = [unit for unit in units if unit.isdisjoint(nodes)] + [set(nodes).union(*touching)]
    return tuple(sorted(tuple(sorted(unit)) for unit in units if unit))


def _at(file: str, text: str, entry: str) -> str:
    """ "boundaries.toml:3,7": the lines that hold an entry, or the file alone."""
    found = [i for i, line in enumerate(text.splitlines(), 1) if f'"{entry}"' in line or f"'{entry}'" in line]
    whole = re.compile(rf"(?<![\w.]){re.escape(entry)}(?![\w.])")
    found = found or [i for i, line in enumerate(text.splitlines(), 1) if whole.search(line.partition("#")[0])]
    return f"{file}:{','.join(map(str, found))}" if found else file


def _table(document: Mapping[str, object], key: str, file: str, text: str) -> Mapping[str, object]:
    table = document.get(key, {})
    if not isinstance(table, dict):
        raise InputError(f"{_at(file, text, key)}: {key} must be a table")
    return table


def _declared(name: str, table: object, file: str, text: str) -> Declared:
    if not isinstance(table, dict):
        raise InputError(f"{_at(file, text, name)}: {name} must be a table with `modules` and `tables`")
    for key in table:
        if key not in ("modules", "tables"):
            raise InputError(f"{_at(file, text, key)}: {name} has no key {key!r}; known are modules, tables")
    return Declared(name, *(_strings(table.get(key, []), key, file, text) for key in ("modules", "tables")))


def _strings(value: object, key: str, file: str, text: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise InputError(f"{_at(file, text, key)}: {key} must be a list of names")
    return tuple(value)


def _pairs(orders: Mapping[str, object], key: str, file: str, text: str) -> Pairs:
    return tuple(_spelled(_table(orders, key, file, text), key, file, text))


def _spelled(table: Mapping[str, object], key: str, file: str, text: str) -> Iterator[tuple[str, str]]:
    for entry, value in table.items():
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, str) or not item:
                raise InputError(f"{_at(file, text, entry)}: {key} of {entry!r} must be the name of a boundary")
            yield entry, item


def _lists(orders: Mapping[str, object], key: str, file: str, text: str) -> tuple[tuple[str, ...], ...]:
    value = orders.get(key, [])
    if not isinstance(value, list):
        raise InputError(f"{_at(file, text, key)}: {key} must be a list of lists of names")
    return tuple(_strings(item, key, file, text) for item in value)
