"""Stage 2: Facts -> Changes, the commits that count as sets of modules."""

import posixpath
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ..model.changes import Changes
from ..model.facts import Facts, History, LeftOut, ModuleKind

__all__ = ["ChangeOptions", "changes", "regroup"]

_YEAR = 365.25 * 86_400
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class ChangeOptions:
    """What one change is, and which of them count.

    `max_changeset`: the most source modules of a change that counts, or "p95" for a percentile of the sizes. `group`:
    "commit", "ticket" (one bug or feature), or "author" (one person's commits with at most `window` hours between
    them). `half_life`: years after which a change weighs half.
    """

    max_changeset: str = "30"
    group: str = "commit"
    window: float = 8.0
    half_life: float = 3.0


def changes(facts: Facts, options: ChangeOptions, assets: bool = False) -> Changes:
    """Each change as the numbers, in `facts.modules`, of the source modules that it touched.

    With `assets`, a file that is not Python (a template, SQL) touches the package that it lies in. Modules that
    are gone since count for the size of a change, and are no items.
    """
    history = facts.history
    of_path = _items(facts, assets)
    touched = _touched(history, of_path, _GROUPS[options.group](history, options))
    largest = _largest(options.max_changeset, touched)
    return _packed(facts, _sets(touched), largest, options.half_life)


_GONE = -2  # a source module that does not stand at the head
_NONE = -1


def _items(facts: Facts, assets: bool) -> "array[int]":
    """For each path of the history the module that a change of it touches, `_GONE`, or `_NONE`."""
    source = {fact.path: i for i, fact in enumerate(facts.modules) if fact.kind is ModuleKind.SOURCE}
    known = {fact.path for fact in facts.modules}
    homes = _homes(facts) if assets else {}
    found = array("i")
    for path, kind in zip(facts.history.paths, facts.history.kinds, strict=True):
        if path in source:
            found.append(source[path])
        elif kind is ModuleKind.SOURCE and path not in known:
            found.append(_GONE)
        else:
            found.append(_home(posixpath.dirname(path), homes) if kind is None else _NONE)
    return found


def _homes(facts: Facts) -> dict[str, int]:
    """For each folder with source modules the one that stands for it: its `__init__`, else the first."""
    homes: dict[str, int] = {}
    for i, fact in enumerate(facts.modules):
        folder = posixpath.dirname(fact.path)
        if fact.kind is ModuleKind.SOURCE and (fact.is_package or folder not in homes):
            homes[folder] = i
    return homes


def _home(folder: str, homes: dict[str, int]) -> int:
    """That of the nearest folder above that has one; what is found is kept in `homes`."""
    above = folder
    while above and above not in homes:
        above = posixpath.dirname(above)
    home = homes.get(above, _NONE) if above else _NONE
    if folder:
        homes[folder] = home
    return home


def _touched(history: History, items: "array[int]", groups: Sequence[int]) -> "array[int]":
    """`(change << 32) + item - _GONE` for each touch that counts, ascending."""
    commits, _ = history.touches.codes("commit")
    paths, _ = history.touches.codes("path")
    found = array(
        "Q",
        (
            (groups[commit] << 32) + items[path] - _GONE
            for commit, path in zip(commits, paths, strict=True)
            if items[path] != _NONE
        ),
    )
    return found if isinstance(groups, range) else array("Q", sorted(found))


def _by_commit(history: History, options: ChangeOptions) -> Sequence[int]:
    return range(len(history.commits))


def _by_ticket(history: History, options: ChangeOptions) -> Sequence[int]:
    first: dict[str, int] = {}
    codes, pool = history.commits.codes("ticket")
    tickets = [(pool or ())[code] for code in codes]
    return [first.setdefault(ticket, i) if ticket else i for i, ticket in enumerate(tickets)]


def _by_author(history: History, options: ChangeOptions) -> Sequence[int]:
    """Commits newest first: one joins the next newer of its author where at most `window` hours lie between."""
    last: dict[int, tuple[int, int]] = {}
    groups: list[int] = []
    times, _ = history.commits.codes("time")
    authors, _ = history.commits.codes("author")
    for i, (time, author) in enumerate(zip(times, authors, strict=True)):
        newer, group = last.get(author, (time, i))
        groups.append(group if newer - time <= options.window * _HOUR else i)
        last[author] = time, groups[i]
    return groups


_GROUPS: dict[str, Callable[[History, ChangeOptions], Sequence[int]]] = {
    "commit": _by_commit,
    "ticket": _by_ticket,
    "author": _by_author,
}

_Set = tuple[int, list[int], int]
"""Newest commit, items that stand, and how many source modules in all."""


def _sets(touched: Iterable[int]) -> Iterator[_Set]:
    for commit, keys in groupby(touched, key=lambda key: key >> 32):
        codes = [key & 0xFFFFFFFF for key in keys]
        items = sorted({code + _GONE for code in codes if code})
        yield commit, items, len(items) + codes.count(0)


def _largest(wanted: str, touched: Iterable[int]) -> int:
    """ "30" is itself; "p95" is the size that 95 % of the changes do not exceed."""
    if not wanted.startswith("p"):
        return int(wanted)
    ordered = sorted(size for _, _, size in _sets(touched))
    return ordered[min(len(ordered) - 1, int(len(ordered) * float(wanted[1:]) / 100))] if ordered else 0


def _packed(facts: Facts, sets: Iterable[_Set], largest: int, half_life: float) -> Changes:
    history = facts.history
    times, _ = history.commits.codes("time")
    starts, members, commits, weights = array("I", [0]), array("I"), array("I"), array("d")
    bulk = []
    for commit, items, size in sets:
        if size > largest:
            bulk.append(commit)
            continue
        if not items:
            continue
        members.extend(items)
        starts.append(len(members))
        commits.append(commit)
        weights.append(0.5 ** (max(0, history.head_time - times[commit]) / _YEAR / half_life))
    left_out = (_bulk(history, bulk, largest), *history.left_out)
    return Changes(
        items=len(facts.modules),
        starts=starts,
        members=members,
        commits=commits,
        weights=weights,
        largest=largest,
        left_out=tuple(left for left in left_out if left.commits),
        kinds=_kinds(history),
    )


def _bulk(history: History, bulk: Sequence[int], largest: int) -> LeftOut:
    examples = tuple(history.commits[commit].sha for commit in bulk[:3])
    return LeftOut(f"more than {largest} source modules", len(bulk), examples)


def _kinds(history: History) -> tuple[tuple[str, int], ...]:
    files, _ = history.touches.codes("path")
    counted = Counter(files)
    kinds: Counter[str] = Counter()
    for path, times in counted.items():
        kind = history.kinds[path]
        kinds[kind.value if kind else "other"] += times
    return tuple(sorted(kinds.items()))


def regroup(found: Changes, groups: Sequence[Sequence[int]], items: int, largest: int = 0) -> Changes:
    """The same changes of coarser items: item i of `found` belongs to the items `groups[i]` (below `items`).

    Changes that touch none of them, or more than `largest` (0: any number), are left out.
    """
    starts, members, commits, weights = array("I", [0]), array("I"), array("I"), array("d")
    for change, touched in enumerate(found):
        coarse = sorted({group for item in touched for group in groups[item]})
        if coarse and (not largest or len(coarse) <= largest):
            members.extend(coarse)
            starts.append(len(members))
            commits.append(found.commits[change])
            weights.append(found.weights[change])
    return Changes(items, starts, members, commits, weights, largest or found.largest)
