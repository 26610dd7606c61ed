"""Stage 3: Facts -> pairs of nodes, one function for each kind of evidence."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import log2, sqrt

from ..model.facts import Evidence, Facts, ImportKind, ModuleKind, Op, Origin
from ..model.names import Module, Table
from .cohesion import Pairs

__all__ = ["KINDS", "Nodes", "WeighOptions", "nodes_of", "pair", "witnesses"]

YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class WeighOptions:
    """The weight of each kind of evidence (0 switches it off), and the bounds of what counts."""

    imports: float = 1.0
    tables: float = 1.0
    history: float = 1.0
    names: float = 1.0
    wiring: float = 1.0
    hubs: float = 0.25  # how far the ties of what is tied to much are damped: 0 not at all, 1 to like degrees
    years: float = 4.0  # of history, back from the newest commit
    largest_commit: int = 30  # source modules; larger ones are sweeps
    largest_group: float = 0.3  # of the modules: larger packages and words (and above `ties_per_group`) tell nothing
    ties_per_group: int = 16  # ties that one package or word may give a node
    kernel_importers: int = 5  # fewer do not make everybody
    root_imports: int = 8
    spread: float = 1.5  # the highest lift of modules that have nothing in common
    unstable: float = 0.15  # the highest instability of a kernel module


@dataclass(frozen=True, slots=True)
class Nodes:
    """The index of each node: modules first, then tables."""

    modules: tuple[Module, ...]
    tables: tuple[Table, ...]
    of: Mapping[Module | Table, int]


def nodes_of(facts: Facts) -> Nodes:
    """The source modules, and the tables that are not a test's, nor a framework's that each service has."""
    modules = tuple(sorted(fact.module for fact in facts.modules if fact.kind is ModuleKind.SOURCE))
    tables = tuple(
        sorted(fact.table for fact in facts.tables if fact.origin is not Origin.TEST and not fact.everywhere)
    )
    named: tuple[Module | Table, ...] = (*modules, *tables)
    return Nodes(modules, tables, {node: i for i, node in enumerate(named)})


def pair(a: int, b: int) -> tuple[int, int]:
    """The two in order."""
    return (a, b) if a < b else (b, a)


def imports(facts: Facts, nodes: Nodes, options: WeighOptions) -> Pairs:
    """log2(1 + distinct names used) / sqrt(in-degree of the imported): many names bind, hubs do not.

    An import of all names (`*`) is one: who writes it names none.
    """
    taken: dict[tuple[int, int], set[str]] = defaultdict(set)
    for fact in facts.imports:
        a, b = nodes.of.get(fact.importer), nodes.of.get(fact.imported)
        if a is not None and b is not None and a != b and fact.kind is not ImportKind.TYPE:
            taken[a, b].update(fact.names or ("",))
    for use in facts.uses:
        a, b = nodes.of.get(use.module), nodes.of.get(use.used)
        if a is not None and b is not None and "*" not in taken.get((a, b), "*"):
            taken[a, b].add(use.name)
    importers = Counter(b for _, b in taken)
    return _summed((pair(a, b), log2(1 + len(names)) / sqrt(importers[b])) for (a, b), names in taken.items())


def tables(facts: Facts, nodes: Nodes, options: WeighOptions) -> Pairs:
    """A table's ties: 2 to the module that declares it, to one that writes it and to a table that refers to it.

    A reader has 1. Accesses are damped by sqrt(modules that access the table), references by sqrt(tables that refer to
    it): a table that everybody reads, or refers to, binds nobody.
    """
    return _summed([*_declared(facts, nodes), *_accessed(facts, nodes), *_referred(facts, nodes)])


def _declared(facts: Facts, nodes: Nodes) -> Iterator[tuple[tuple[int, int], float]]:
    for fact in facts.tables:
        a, b = nodes.of.get(fact.module) if fact.module else None, nodes.of.get(fact.table)
        if a is not None and b is not None:
            yield (a, b), 2.0


def _accessed(facts: Facts, nodes: Nodes) -> Iterator[tuple[tuple[int, int], float]]:
    writes: dict[tuple[int, int], bool] = {}
    for access in facts.accesses:
        a, b = nodes.of.get(access.module), nodes.of.get(access.table)
        if a is not None and b is not None:
            writes[a, b] = writes.get((a, b), False) or access.op is Op.WRITE
    users = Counter(b for _, b in writes)
    for (a, b), writing in writes.items():
        yield (a, b), (2.0 if writing else 1.0) / sqrt(users[b])


def _referred(facts: Facts, nodes: Nodes) -> Iterator[tuple[tuple[int, int], float]]:
    keys = [(nodes.of.get(key.table), nodes.of.get(key.to_table)) for key in facts.foreign_keys]
    ends = sorted({(a, b) for a, b in keys if a is not None and b is not None and a != b})
    referring = Counter(b for _, b in ends)
    for a, b in ends:
        yield pair(a, b), 2.0 / sqrt(referring[b])


def history(facts: Facts, nodes: Nodes, options: WeighOptions) -> Pairs:
    """1 / (n - 1) for each commit that changed 2 .. `largest_commit` source modules in the last `years`."""
    changes = _changes(facts, nodes, options.years * YEAR)
    return _summed(
        (both, 1 / (len(changed) - 1))
        for changed in changes
        if 2 <= len(changed) <= options.largest_commit
        for both in combinations(sorted(changed), 2)
    )


def _changes(facts: Facts, nodes: Nodes, seconds: float) -> Iterable[set[int]]:
    """For each commit not older than `seconds` before the newest, the source modules that it touched."""
    past = facts.history
    if not len(past.commits):
        return ()
    of_path = {fact.path: nodes.of[fact.module] for fact in facts.modules if fact.module in nodes.of}
    node_of = [of_path.get(path) for path in past.paths]
    times = past.commits.codes("time")[0]
    oldest = max(times) - seconds
    changed: dict[int, set[int]] = defaultdict(set)
    for commit, path in zip(past.touches.codes("commit")[0], past.touches.codes("path")[0], strict=True):
        node = node_of[path]
        if node is not None and times[commit] >= oldest:
            changed[commit].add(node)
    return changed.values()


def wiring(facts: Facts, nodes: Nodes, options: WeighOptions) -> Pairs:
    """1 / sqrt(in-degree of the target) for each pair wired by a string, a signal, a task ..."""
    wired = {(nodes.of.get(wire.source), nodes.of.get(wire.target)) for wire in facts.wires if wire.binds}
    ends = sorted((a, b) for a, b in wired if a is not None and b is not None and a != b)
    targets = Counter(b for _, b in ends)
    return _summed((pair(a, b), 1 / sqrt(targets[b])) for a, b in ends)


KINDS: dict[str, Callable[[Facts, Nodes, WeighOptions], Pairs]] = {
    "imports": imports,
    "tables": tables,
    "history": history,
    "wiring": wiring,
}
"""What was observed between two nodes. Names are weighed last, against all of these."""


def _summed(weighed: Iterable[tuple[tuple[int, int], float]]) -> Pairs:
    pairs: Pairs = defaultdict(float)
    for both, weight in weighed:
        pairs[both] += weight
    return pairs


def witnesses(facts: Facts, nodes: Nodes) -> Mapping[tuple[int, int], Evidence]:
    """One line for each pair that code binds: of an import, else of a declaration or access, else of a wire."""
    seen: dict[tuple[int, int], Evidence] = {}
    ends: list[tuple[Module | Table | None, Module | Table, str, int]] = [
        *((fact.importer, fact.imported, fact.file, fact.line) for fact in facts.imports),
        *((fact.module, fact.table, fact.file, fact.line) for fact in facts.tables),
        *((fact.module, fact.table, fact.file, fact.line) for fact in facts.accesses),
        *((fact.table, fact.to_table, fact.file, fact.line) for fact in facts.foreign_keys),
        *((fact.source, fact.target, fact.file, fact.line) for fact in facts.wires if fact.binds),
    ]
    for one, other, file, line in ends:
        a, b = nodes.of.get(one) if one else None, nodes.of.get(other)
        if a is not None and b is not None:
            seen.setdefault(pair(a, b), Evidence(file, line))
    return seen
