"""Question: Relations -> Ties, what the tree alone tells of which modules belong together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

from ..model.facts import ModuleKind
from ..model.relations import Relations

__all__ = ["Ties", "alike", "near", "overlap", "ties"]


@dataclass(frozen=True)
class Ties:
    """Who belongs to whom by imports, tables, folders and names; modules by their number in `Facts.modules`."""

    imports: Sequence[frozenset[int]]
    importers: Sequence[frozenset[int]]
    tables: Sequence[frozenset[int]]
    users: Sequence[Sequence[int]]
    folders: Sequence[str]
    within: dict[str, list[int]]
    words: Sequence[frozenset[str]]
    rarity: dict[str, float]
    norms: Sequence[float]  # of the rarities of each module's words
    named: dict[str, list[int]]
    source: Sequence[bool]


def ties(relations: Relations) -> Ties:
    """Gather them once."""
    facts = relations.facts
    number = {fact.module: i for i, fact in enumerate(facts.modules)}
    pairs = [
        (number[one.importer], number[one.imported])
        for one in facts.imports
        if one.importer in number and one.imported in number
    ]
    tables = {fact.table: i for i, fact in enumerate(facts.tables)}
    uses = [(fact.module, fact.table) for fact in facts.tables] + [(fact.module, fact.table) for fact in facts.accesses]
    used = {(number[m], tables[t]) for m, t in uses if m in number and t in tables}
    folders = [fact.path.rpartition("/")[0] for fact in facts.modules]
    words = [frozenset(_words(fact.path)) for fact in facts.modules]
    named = _inverse((word, i) for i, found in enumerate(words) for word in sorted(found))
    rarity = {word: log(1 + len(words) / len(members)) for word, members in named.items()}
    return Ties(
        imports=_sets(pairs, len(number)),
        importers=_sets(((b, a) for a, b in pairs), len(number)),
        tables=_sets(used, len(number)),
        users=[sorted(found) for found in _sets(((t, m) for m, t in used), len(tables))],
        folders=folders,
        within=_inverse((folder, i) for i, folder in enumerate(folders)),
        words=words,
        rarity=rarity,
        norms=[_norm(rarity, found) for found in words],
        named=named,
        source=[fact.kind is ModuleKind.SOURCE for fact in facts.modules],
    )


def _sets(pairs: Iterable[tuple[int, int]], size: int) -> list[frozenset[int]]:
    found: list[set[int]] = [set() for _ in range(size)]
    for a, b in pairs:
        found[a].add(b)
    return [frozenset(one) for one in found]


def _inverse(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _words(path: str) -> Iterable[str]:
    """shop/order_lines/api.py: order, line, api."""
    *_, folder, name = ("", *path.removesuffix(".py").removesuffix("/__init__").split("/"))
    return (word.rstrip("s") for word in f"{folder}_{name}".lower().split("_") if len(word) > 1)


def overlap(a: frozenset[int], b: frozenset[int]) -> float:
    """Cosine of two sets: 1 where they are the same, 0 where they share nothing."""
    return len(a & b) / sqrt(len(a) * len(b)) if a and b else 0.0


@lru_cache(1 << 16)  # folders are few, and pairs of modules many
def near(a: str, b: str) -> float:
    """The share of the longer path that both have: 1 in one folder."""
    if a == b:
        return 1.0
    first, second = a.split("/"), b.split("/")
    common = 0
    while common < min(len(first), len(second)) and first[common] == second[common]:
        common += 1
    return common / max(len(first), len(second))


def alike(known: Ties, a: int, b: int) -> float:
    """Cosine of the words of two names, each as heavy as it is rare."""
    common = known.words[a] & known.words[b]
    return (
        sum(sorted([known.rarity[word] ** 2 for word in common])) / (known.norms[a] * known.norms[b]) if common else 0.0
    )


def _norm(rarity: dict[str, float], words: Iterable[str]) -> float:
    return sqrt(sum(sorted(rarity[word] ** 2 for word in words))) or 1.0
