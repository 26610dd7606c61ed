"""Stage 4: groups -> a name for each, from the packages and words that its members share and others lack."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log

__all__ = ["name_groups"]

_WORD = re.compile(r"[^\W_]+")


def name_groups(
    groups: Sequence[Sequence[str]], anchors: Mapping[str, frozenset[str]] | None = None
) -> tuple[str, ...]:
    """A unique name for each group of dotted names, the same for the same groups.

    First the names of `anchors` (an earlier proposal: name -> members), each to the group that holds most of them
    where that is the majority of either. Then each group, the largest first, takes its most telling part of a path: the
    one that is frequent in it and rare outside it, by count · ln(1 + inside / outside).
    """
    names: dict[int, str] = _anchored(groups, anchors or {})
    tops = {member.partition(".")[0] for group in groups for member in group}
    parts = [Counter(part for member in group for part in _parts(member, len(tops) == 1)) for group in groups]
    everywhere = sum(parts, Counter[str]())
    taken = set(names.values())
    for i in sorted(range(len(groups)), key=lambda i: (-len(groups[i]), groups[i])):
        if i not in names:
            told = sorted(parts[i], key=lambda part: (-_telling(parts[i][part], everywhere[part]), len(part), part))
            free = (name for name in (*told, *_qualified(told), *(f"group_{n}" for n in range(len(groups) + 1))))
            names[i] = next(name for name in free if name not in taken)
            taken.add(names[i])
    return tuple(names[i] for i in range(len(groups)))


def _anchored(groups: Sequence[Sequence[str]], anchors: Mapping[str, frozenset[str]]) -> dict[int, str]:
    shared = sorted(
        (-len(members.intersection(group)), i, name)
        for name, members in anchors.items()
        for i, group in enumerate(groups)
        if 2 * len(members.intersection(group)) > min(len(members), len(group))
    )
    names: dict[int, str] = {}
    for _, i, name in shared:
        if i not in names and name not in names.values():
            names[i] = name
    return names


def _telling(inside: int, everywhere: int) -> float:
    return inside * log(1 + inside / (1 + everywhere - inside))


def _parts(name: str, below: bool) -> frozenset[str]:
    """Parts of the path, `below` the one top package, and their words: order_lines, order, lines ..."""
    path = name.split(".")
    parts = path[1:] if below and path[1:] else path
    return frozenset(parts) | {word for part in parts for word in _WORD.findall(part) if len(word) > 2}


def _qualified(parts: Sequence[str]) -> list[str]:
    """Pairs of the most telling parts, for groups whose every part names another group."""
    return [f"{a}_{b}" for a in parts[:6] for b in parts[:6] if a != b]
