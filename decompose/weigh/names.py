"""Stage 3: names -> pairs. Packages and words that nodes share, each as strong as those that share it cohere."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from math import log

from ..model.names import Module, Table
from .cohesion import Observed, Pairs, lift
from .evidence import Nodes, WeighOptions, pair

__all__ = ["names", "words"]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+")


def words(name: str) -> frozenset[str]:
    """The words of a dotted path, a class or a table name in lower case: "OrderLine_v2" has order, line, v."""
    return frozenset(word.lower() for word in _WORD.findall(name))


def names(nodes: Nodes, observed: Observed, apart: frozenset[int], options: WeighOptions) -> Pairs:
    """ln(lift) / (size - 1) for every pair in a group of lift above 1: each member gets ln(lift) from its group.

    Words of the domain come out high, because modules that share them also import each other and change together;
    technical layers ("api", "db", "drivers") come out low by the same measure, without any list of them.
    """
    pairs: Pairs = defaultdict(float)
    for members in _groups(nodes, apart, max(options.largest_group * len(nodes.modules), options.ties_per_group)):
        strength = log(lift(members, observed))
        if strength > 0:
            for (a, b), share in _spread(members, options.ties_per_group):
                pairs[a, b] += strength * share
    return pairs


def _groups(nodes: Nodes, apart: frozenset[int], most: float) -> Iterator[tuple[int, ...]]:
    """Sub-packages, and words of module paths and table names, that several nodes share."""
    groups: dict[tuple[str, str], set[int]] = defaultdict(set)
    named: Module | Table
    for named, node in nodes.of.items():
        if node in apart:
            continue
        parts = named.name.split(".")
        for depth in range(1, len(parts) + 1):
            groups["package", ".".join(parts[:depth])].add(node)
        for word in words(named.name):
            groups["word", word].add(node)
    for _, group in sorted(groups.items()):
        if 2 <= len(group) <= most:
            yield tuple(sorted(group))


def _spread(members: tuple[int, ...], ties: int) -> Iterator[tuple[tuple[int, int], float]]:
    """Every pair of a small group, a circulant graph of about `ties` ties a node of a large one; each node gets 1."""
    size = len(members)
    if size <= ties + 1:
        for both in combinations(members, 2):
            yield both, 1 / (size - 1)
        return
    half = ties // 2
    steps = sorted({max(1, round((size / 2) ** (i / half))) for i in range(1, half + 1)})
    for step in steps:
        for i, member in enumerate(members):
            yield pair(member, members[(i + step) % size]), 1 / (2 * len(steps))
