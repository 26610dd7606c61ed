"""Stage 3c: groups -> a name for each, from the words that its members share and others lack."""

from collections import Counter
from collections.abc import Sequence
from math import log

from ..model.names import Boundary

__all__ = ["name_groups"]


def name_groups(groups: Sequence[Sequence[str]]) -> tuple[Boundary, ...]:
    """A unique name for each group of dotted or underscored names."""
    shares = [Counter(part for member in group for part in frozenset(_parts(member))) for group in groups]
    everywhere = sum(shares, Counter[str]())
    taken: dict[str, int] = {}
    for i in sorted(range(len(groups)), key=lambda i: (-len(groups[i]), groups[i])):
        scored = sorted(
            (-count * log(1 + count / (1 + everywhere[part] - count)), part) for part, count in shares[i].items()
        )
        free = [part for _, part in scored if part not in taken]
        taken[free[0] if free else f"boundary_{i + 1}"] = i
    found = {i: name for name, i in taken.items()}
    return tuple(Boundary(found[i]) for i in range(len(groups)))


def _parts(name: str) -> list[str]:
    parts = name.split(".")
    return parts[1:] or parts
