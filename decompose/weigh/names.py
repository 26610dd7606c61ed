"""Stage 3: names -> pairs. Packages and words that nodes share, each as strong as those that share it cohere."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from itertools import combinations
from math import log
from zlib import crc32

from ..model.names import Module, Table
from .cohesion import Observed, Pairs, lift
from .evidence import Nodes, WeighOptions, pair

__all__ = ["names", "roles", "words"]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+")


def words(name: str) -> frozenset[str]:
    """The words of a dotted path, a class or a table name in lower case: "OrderLine_v2" has order, line, v."""
    return frozenset(word.lower() for word in _WORD.findall(name))


def names(nodes: Nodes, observed: Observed, apart: frozenset[int], options: WeighOptions) -> Pairs:
    """ln(lift) / (size - 1) for every pair in a group of lift above 1: each member gets ln(lift) from its group.

    Words of the domain come out high, because modules that share them also import each other and change together;
    technical layers ("api", "db", "drivers") come out low by the same measure, without any list of them. What names a
    role says no word.
    """
    pairs: Pairs = defaultdict(float)
    for members in _groups(nodes, apart, max(options.largest_group * len(nodes.modules), options.ties_per_group)):
        strength = log(lift(members, observed))
        if strength > 0:
            for (a, b), share in _spread(members, options.ties_per_group):
                pairs[a, b] += strength * share
    return pairs


def roles(modules: Collection[str]) -> frozenset[str]:
    """The parts of dotted names that say what a module does for its feature: "forms", "models", "views".

    An application is made of like packages where a child of the same name stands in more than half of them, of four at
    least. They are the children of what holds more than half of all modules: the program itself, and further down as
    long as one package does.
    """
    children: dict[str, set[str]] = defaultdict(set)
    sizes: Counter[str] = Counter()
    for name in modules:
        parts = name.split(".")
        for depth in range(len(parts)):
            children[".".join(parts[:depth])].add(parts[depth])
            sizes[".".join(parts[:depth])] += 1
    found: set[str] = set()
    for holder in (name for name, size in sizes.items() if 2 * size > len(modules)):
        inner = [f"{holder}.{child}" if holder else child for child in children[holder]]
        packages = [children[name] for name in inner if name in children]
        held = Counter(child for package in packages for child in package)
        found.update(child for child, times in held.items() if len(packages) >= _LIKE and 2 * times > len(packages))
    return frozenset(found)


_LIKE = 4  # packages; of fewer, a common child is a chance


def _groups(nodes: Nodes, apart: frozenset[int], most: float) -> Iterator[tuple[int, ...]]:
    """Sub-packages, and words of module paths and table names, that several nodes share."""
    groups: dict[tuple[str, str], set[int]] = defaultdict(set)
    silent = roles([module.name for module in nodes.modules])
    named: Module | Table
    for named, node in nodes.of.items():
        if node in apart:
            continue
        parts = named.name.split(".")
        for depth in range(1, len(parts) + 1):
            groups["package", ".".join(parts[:depth])].add(node)
        for word in words(".".join(part for part in parts if part not in silent)):
            groups["word", word].add(node)
    mixed = {node: crc32(named.name.encode("utf-8", "surrogatepass")) for named, node in nodes.of.items()}
    for _, group in sorted(groups.items()):
        if 2 <= len(group) <= most:
            yield tuple(sorted(group, key=lambda node: (mixed[node], node)))


def _spread(members: tuple[int, ...], ties: int) -> Iterator[tuple[tuple[int, int], float]]:
    """Every pair of a small group, a circulant graph of about `ties` ties a node of a large one; each node gets 1.

    Members come in an order that says nothing: in that of their names, neighbours would be of one sub-package.
    """
    size = len(members)
    if size <= ties + 1:
        for a, b in combinations(members, 2):
            yield pair(a, b), 1 / (size - 1)
        return
    half = ties // 2
    steps = sorted({max(1, round((size / 2) ** (i / half))) for i in range(1, half + 1)})
    for step in steps:
        for i, member in enumerate(members):
            yield pair(member, members[(i + step) % size]), 1 / (2 * len(steps))
