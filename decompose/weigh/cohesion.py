"""Stage 3: pairs of nodes -> how much closer a group of them is than chance."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

__all__ = ["Observed", "Pairs", "lift", "observe"]

Pairs = dict[tuple[int, int], float]
"""(a, b) with a < b -> weight."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Weighted pairs, by node: its neighbours, its degree; and the sum of all degrees."""

    near: Mapping[int, Mapping[int, float]]
    degree: Mapping[int, float]
    total: float


def observe(pairs: Pairs) -> Observed:
    """The pairs as a graph."""
    near: dict[int, dict[int, float]] = {}
    for (a, b), value in pairs.items():
        near.setdefault(a, {})[b] = value
        near.setdefault(b, {})[a] = value
    degree = {node: sum(weights.values()) for node, weights in near.items()}
    return Observed(near, degree, sum(degree.values()))


def lift(members: Collection[int], observed: Observed) -> float:
    """(1 + weight inside the group) / (1 + its expectation in the configuration model); about 1 means no cohesion.

    The configuration model draws a random graph that keeps each node's degree (Newman 2004). The ones keep small groups
    with little evidence near 1.
    """
    inside = set(members)
    seen = sum(value for a in inside for b, value in observed.near.get(a, {}).items() if a < b and b in inside)
    degrees = [observed.degree.get(node, 0.0) for node in inside]
    expected = (sum(degrees) ** 2 - sum(d * d for d in degrees)) / (2 * observed.total) if observed.total else 0.0
    return (1 + seen) / (1 + expected)
