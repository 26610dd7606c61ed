"""Stage 3: Relations -> CouplingGraph. How strongly imports, tables, history, names and wiring bind two modules."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import log, log2, sqrt

from .model.columns import columns
from .model.facts import Facts, ImportKind, ModuleKind, Op
from .model.judgements import CouplingGraph, Tie
from .model.names import Module, Table
from .model.relations import Relations

__all__ = ["KINDS", "WeighOptions", "weigh", "words"]

Pairs = dict[tuple[int, int], float]

YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class WeighOptions:
    """The weight of each kind of evidence (0 switches it off), and the bounds of what counts."""

    imports: float = 1.0
    tables: float = 1.0
    history: float = 1.0
    names: float = 1.0
    wiring: float = 1.0
    years: float = 4.0  # of history, back from the head commit
    largest_commit: int = 30  # source modules; larger ones are sweeps
    largest_group: float = 0.3  # a package or word of more of the modules than this tells nothing


@dataclass(frozen=True, slots=True)
class Nodes:
    """The index of each node: modules first, then tables."""

    modules: tuple[Module, ...]
    tables: tuple[Table, ...]
    of: Mapping[Module | Table, int]


def weigh(relations: Relations, options: WeighOptions = WeighOptions()) -> CouplingGraph:  # frozen
    """The source modules and tables of `facts`; each kind of evidence is scaled to a mean degree of its weight."""
    facts = relations.facts
    nodes = _nodes(facts)
    found = {kind: _scaled(gather(facts, nodes, options), getattr(options, kind)) for kind, gather in KINDS.items()}
    if options.names:
        observed = _total(found)
        found["names"] = _scaled(_names(facts, nodes, observed, options), options.names)
    kernel, roots = _kernel(facts, nodes), _roots(facts, nodes)
    apart = frozenset(kernel) | frozenset(roots)
    return CouplingGraph(nodes.modules, nodes.tables, columns(Tie, _ties(found, apart)), kernel, roots)


def _nodes(facts: Facts) -> Nodes:
    modules = tuple(sorted(fact.module for fact in facts.modules if fact.kind is ModuleKind.SOURCE))
    tables = tuple(sorted(fact.table for fact in facts.tables))
    named: tuple[Module | Table, ...] = (*modules, *tables)
    return Nodes(modules, tables, {node: i for i, node in enumerate(named)})


def _scaled(pairs: Pairs, weight: float) -> Pairs:
    """`pairs`, scaled so that the nodes that they touch have a mean degree of `weight`."""
    total = sum(pairs.values())
    if not weight or not total:
        return {}
    touched = len({node for pair in pairs for node in pair})
    factor = weight * touched / (2 * total)
    return {pair: value * factor for pair, value in pairs.items()}


def _total(found: Mapping[str, Pairs]) -> Pairs:
    total: Pairs = defaultdict(float)
    for pairs in found.values():
        for pair, value in pairs.items():
            total[pair] += value
    return total


def _ties(found: Mapping[str, Pairs], apart: frozenset[int]) -> Iterator[Tie]:
    total = _total(found)
    for a, b in sorted(total):
        if a not in apart and b not in apart:
            kinds = {kind: pairs.get((a, b), 0.0) for kind, pairs in found.items()}
            yield Tie(a, b, total[a, b], **kinds)


def _pair(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def imports(facts: Facts, nodes: Nodes, options: WeighOptions) -> Pairs:
    """log2(1 + distinct names used) / sqrt(in-degree of the imported): many names bind, hubs do not."""
    names: dict[tuple[int, int], set[str]] = defaultdict(set)
    for fact in facts.imports:
        a, b = nodes.of.get(fact.importer), nodes.of.get(fact.imported)
        if a is not None and b is not None and a != b and fact.kind is not ImportKind.TYPE:
            names[a, b].update(fact.names or ("*",))
    for use in facts.uses:
        a, b = nodes.of.get(use.module), nodes.of.get(use.used)
        if a is not None and b is not None and (a, b) in names:
            names[a, b].add(use.name)
    importers = Counter(b for _, b in names)
    pairs: Pairs = defaultdict(float)
    for (a, b), used in names.items():
        pairs[_pair(a, b)] += log2(1 + len(used)) / sqrt(importers[b])
    return pairs


def tables(facts: Facts, nodes: Nodes, options: WeighOptions) -> Pairs:
    """A table's ties to the module that declares it, to those that write and read it, and to tables it refers to."""
    pairs: Pairs = defaultdict(float)
    for fact in facts.tables:
        if fact.module is not None and fact.module in nodes.of:
            pairs[_pair(nodes.of[fact.module], nodes.of[fact.table])] += 2.0
    users: dict[tuple[int, int], Op] = {}
    for access in facts.accesses:
        a, b = nodes.of.get(access.module), nodes.of.get(access.table)
        if a is not None and b is not None and users.get((a, b)) is not Op.WRITE:
            users[a, b] = access.op
    count = Counter(b for _, b in users)
    for (a, b), op in users.items():
        pairs[_pair(a, b)] += (2.0 if op is Op.WRITE else 1.0) / sqrt(count[b])
    for key in facts.foreign_keys:
        a, b = nodes.of.get(key.table), nodes.of.get(key.to_table)
        if a is not None and b is not None and a != b:
            pairs[_pair(a, b)] += 0.5
    return pairs


def history(facts: Facts, nodes: Nodes, options: WeighOptions) -> Pairs:
    """1 / (n - 1) for each commit of 2 .. `largest_commit` source modules in the last `years`."""
    log_ = facts.history
    if not len(log_.commits):
        return {}
    of_path = {fact.path: nodes.of[fact.module] for fact in facts.modules if fact.module in nodes.of}
    node_of = [of_path.get(path) for path in log_.paths]
    times = [commit.time for commit in log_.commits]
    oldest = max(times) - options.years * YEAR
    together: dict[int, set[int]] = defaultdict(set)
    for touch in log_.touches:
        node = node_of[touch.path]
        if node is not None and times[touch.commit] >= oldest:
            together[touch.commit].add(node)
    pairs: Pairs = defaultdict(float)
    for changed in together.values():
        if 2 <= len(changed) <= options.largest_commit:
            for a, b in combinations(sorted(changed), 2):
                pairs[a, b] += 1 / (len(changed) - 1)
    return pairs


def wiring(facts: Facts, nodes: Nodes, options: WeighOptions) -> Pairs:
    """1 / sqrt(in-degree of the target) for each pair that is wired by a string, a signal, a task."""
    wired = {(nodes.of.get(wire.source), nodes.of.get(wire.target)) for wire in facts.wires}
    ends = sorted((a, b) for a, b in wired if a is not None and b is not None and a != b)
    count = Counter(b for _, b in ends)
    pairs: Pairs = defaultdict(float)
    for a, b in ends:
        pairs[_pair(a, b)] += 1 / sqrt(count[b])
    return pairs


KINDS: dict[str, Callable[[Facts, Nodes, WeighOptions], Pairs]] = {
    "imports": imports,
    "tables": tables,
    "history": history,
    "wiring": wiring,
}


def _names(facts: Facts, nodes: Nodes, observed: Pairs, options: WeighOptions) -> Pairs:
    """Shared packages and words, each as strong as its members cohere: ln(lift) / (size - 1) for every pair in it."""
    pairs: Pairs = defaultdict(float)
    for members, lift in _lifted(_groups(nodes, options), observed):
        for a, b in combinations(members, 2):
            pairs[a, b] += log(lift) / (len(members) - 1)
    return pairs


def _lifted(groups: Iterable[tuple[int, ...]], observed: Pairs) -> Iterator[tuple[tuple[int, ...], float]]:
    """Each group whose members are tied more than a random graph of the same degrees would tie them (lift > 1)."""
    degree: dict[int, float] = defaultdict(float)
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for (a, b), value in observed.items():
        degree[a] += value
        degree[b] += value
        near[a][b] = value
    total = sum(degree.values()) or 1.0
    for members in groups:
        inside = set(members)
        seen = sum(value for a in members for b, value in near[a].items() if b in inside)
        own = sum(degree[a] for a in members)
        expected = (own**2 - sum(degree[a] ** 2 for a in members)) / (2 * total)
        lift = (1 + seen) / (1 + expected)
        if lift > 1:
            yield members, lift


def _groups(nodes: Nodes, options: WeighOptions) -> Iterator[tuple[int, ...]]:
    """The sub-packages, and the words of module paths and table names, that several nodes share."""
    groups: dict[tuple[str, str], set[int]] = defaultdict(set)
    for i, module in enumerate(nodes.modules):
        parts = module.name.split(".")
        for depth in range(2, len(parts)):
            groups["package", ".".join(parts[:depth])].add(i)
        for word in words(".".join(parts[1:])):
            groups["word", word].add(i)
    for j, table in enumerate(nodes.tables, len(nodes.modules)):
        for word in words(table.name):
            groups["word", word].add(j)
    most = options.largest_group * len(nodes.of)
    for _, group in sorted(groups.items()):
        if 2 <= len(group) <= most:
            yield tuple(sorted(group))


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")


def words(name: str) -> frozenset[str]:
    """The words of a dotted path, a class or a table name in lower case: "OrderLine_v2" has order, line, v."""
    return frozenset(word.lower() for word in _WORD.findall(name) if not word.isdigit())


def _kernel(facts: Facts, nodes: Nodes) -> tuple[int, ...]:
    """Modules that modules of most packages import, and that import next to nothing themselves."""
    return ()


def _roots(facts: Facts, nodes: Nodes) -> tuple[int, ...]:
    return ()
