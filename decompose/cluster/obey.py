"""Stage 4: groups and what people decided -> groups that obey it, with as few moves as that takes."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from ..errors import InputError
from ..model.judgements import CouplingGraph
from .orders import Claim, Decided, Orders, claim, matching

__all__ = ["declared", "obey"]

Homes = dict[int, str]
"""Node -> the name of its boundary."""


def obey(graph: CouplingGraph, homes: Homes, decided: Decided, orders: Orders) -> Homes:
    """`homes` changed where an order wants it: merges, then pins and what stays together, then what must not meet."""
    homes = _merged(homes, orders)
    for unit in (*decided.units, *((node,) for node in decided.pinned)):
        placed = [homes[node] for node in unit if node in homes]
        wanted = decided.pinned.get(unit[0]) or (Counter(sorted(placed)).most_common(1)[0][0] if placed else "")
        homes |= dict.fromkeys(unit, wanted) if wanted else {}
    unit_of = {node: unit for unit in decided.units for node in unit}
    barred: dict[int, set[int]] = defaultdict(set)
    for a, b in decided.apart:
        for one, others in ((a, unit_of.get(b, (b,))), (b, unit_of.get(a, (a,)))):
            for node in unit_of.get(one, (one,)):
                barred[node] |= set(others)

    def fits(unit: Sequence[int], home: str) -> bool:
        return not any(
            (node, home) in decided.forbidden or any(homes.get(other) == home for other in barred[node])
            for node in unit
        )

    near = _near(graph) if barred or decided.forbidden else {}
    for node in sorted({*barred, *(node for node, _ in decided.forbidden)}, key=lambda node: node in decided.pinned):
        unit = unit_of.get(node, (node,))
        if node in homes and node not in decided.pinned and not fits(unit, homes[node]):
            homes |= dict.fromkeys(unit, _elsewhere(unit, homes, near, fits, graph))
    return homes


def _merged(homes: Homes, orders: Orders) -> Homes:
    """The boundaries of each `merge` under its first name, then those that have a new `name`."""
    into: dict[str, str] = {}
    known = set(homes.values())
    for names in orders.merged:
        into |= dict.fromkeys(names[1:], names[0])
    for old, new in orders.renamed:
        into[old] = new
    missing = sorted({*into, *(names[0] for names in orders.merged if names)} - known)
    if missing:
        raise InputError(
            f"{orders.file}: no boundary is called {', '.join(missing)}; there are {', '.join(sorted(known))}"
        )
    for _ in into:
        homes = {node: into.get(home, home) for node, home in homes.items()}
    return homes


def _near(graph: CouplingGraph) -> dict[int, dict[int, float]]:
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for tie in graph.ties:
        near[tie.a][tie.b] = near[tie.b][tie.a] = tie.weight
    return near


def _elsewhere(
    unit: Sequence[int],
    homes: Homes,
    near: dict[int, dict[int, float]],
    fits: Callable[[Sequence[int], str], bool],
    graph: CouplingGraph,
) -> str:
    """The boundary that pulls `unit` most among those where it fits, else one of its own."""
    pull: dict[str, float] = defaultdict(float)
    for node in unit:
        for other, weight in near.get(node, {}).items():
            if other in homes:
                pull[homes[other]] += weight
    for _, home in sorted((-weight, home) for home, weight in pull.items()):
        if fits(unit, home):
            return home
    names = [*(module.name for module in graph.modules), *(table.name for table in graph.tables)]
    own = names[unit[0]].rpartition(".")[2]
    return own if own not in homes.values() else names[unit[0]]


def declared(graph: CouplingGraph, orders: Orders) -> tuple[Homes, frozenset[int], frozenset[int], tuple[str, ...]]:
    """The boundaries of a file as (homes, kernel, roots, notes); what it leaves out has no home.

    The longest entry that matches wins, and a name wins over a glob; tests, migrations and scripts follow what they
    exercise, so that an entry for them is good and has no effect. Raises InputError where one node has two places by
    entries alike, or where nothing is declared.
    """
    if not orders.boundaries:
        raise InputError(f"{orders.file}: declares no boundary; write [boundaries.NAME] with its modules and tables")
    modules, tables = [module.name for module in graph.modules], [table.name for table in graph.tables]
    following = [follower.module.name for follower in graph.followers]
    claims: dict[int, Claim] = {}
    problems, notes = [], []
    for place in (*orders.boundaries, orders.kernel, orders.roots):
        for names, entries, offset in ((modules, place.modules, 0), (tables, place.tables, len(modules))):
            for entry in entries:
                found = matching(names, entry)
                if not found and not (offset == 0 and matching(following, entry)):
                    notes.append(f"{orders.file}: {entry!r} of {place.name} matches nothing")
                for node, (_, other, earlier) in claim(claims, [offset + i for i in found], place.name, entry):
                    name, where = (modules + tables)[node], _lines(orders, earlier, entry)
                    problems.append(f"{where}: {name!r} is in {other!r} and in {place.name!r}")
    if problems:
        raise InputError("\n".join(problems))
    special = (orders.kernel.name, orders.roots.name)
    homes = {node: home for node, (_, home, _) in sorted(claims.items()) if home not in special}
    kernel, roots = (frozenset(node for node, (_, home, _) in claims.items() if home == name) for name in special)
    return homes, kernel, roots, tuple(notes)


def _lines(orders: Orders, *entries: str) -> str:
    lines = [
        str(i)
        for i, line in enumerate(orders.text.splitlines(), 1)
        if any(f'"{entry}"' in line or f"'{entry}'" in line for entry in entries)
    ]
    return f"{orders.file}:{','.join(lines)}" if lines else orders.file
