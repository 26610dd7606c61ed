"""Stage 4: groups -> a name for each, from the packages and words that its members share and others lack."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from math import log

__all__ = ["name_groups", "parts_of_others"]

_WORD = re.compile(r"[^\W_]+")
_OF_TABLES = frozenset(("table", "tbl"))  # words that a table's name says of itself: "update_bug_table"
_MOST = 6  # ways to say a name that are tried alone and then in pairs


def name_groups(
    groups: Sequence[Sequence[str]],
    tables: Sequence[Sequence[str]] = (),
    anchors: Mapping[str, frozenset[str]] | None = None,
) -> tuple[str, ...]:
    """A unique name for each group of dotted names and the tables beside it, the same for the same groups.

    First the names of `anchors` (an earlier proposal: name -> members), each to the group that holds most of them
    where that is the majority of either. Then each group, the largest first, takes the package, word or part of a path
    that describes it best: of those that a third of it says and that few others say, the one whose holders are most
    nearly the group (Dice: 2 both / (holders + group)), less where a word stands in many packages, as layers do
    which name no tables.
    """
    names = _anchored(groups, anchors or {})
    single = len({member.partition(".")[0] for group in groups for member in group}) == 1
    owned = [tables[i] if i < len(tables) else () for i in range(len(groups))]
    said = [_said(group, owned[i], single) for i, group in enumerate(groups)]
    told = _told(said)
    taken = {_singular(name) for name in names.values()}
    for i in sorted(range(len(groups)), key=lambda i: (-len(groups[i]), groups[i])):
        if i not in names:
            ranked = _ranked(said[i], told, len(groups[i]) + len(owned[i]), _called(owned[i]))
            size = len(groups[i])
            names[i] = next(name for name in _spelled(ranked, said[i], told, size) if _singular(name) not in taken)
            taken.add(_singular(names[i]))
    return tuple(names[i] for i in range(len(groups)))


def parts_of_others(
    groups: Sequence[Sequence[str]], tables: Sequence[Sequence[str]], names: Sequence[str]
) -> dict[int, int]:
    """Group -> the other one that it is part of, where half of it share no word that is its own.

    Such a group has no domain of its own: it is a layer, or the models, of a domain that others say too. That is the
    rarest word that two thirds of it say, and of another such group, or the one of that name; together they hold most
    of those who say it, else it is a family of domains ("drivers"). The whole is the group of that name, or the largest
    of its parts.
    """
    single = len({member.partition(".")[0] for group in groups for member in group}) == 1
    said = [_said(group, tables[i], single) for i, group in enumerate(groups)]
    told = _told(said)
    sizes = [len(group) + len(tables[i]) for i, group in enumerate(groups)]
    place = {name: i for i, name in enumerate(names)}
    sayers: dict[str, list[int]] = defaultdict(list)
    for i, own in enumerate(said):
        held = {word: own[word][0] for word in own if "." not in word and word in told}
        theirs = [word for word, times in held.items() if 2 * times >= sizes[i] and place.get(word, i) == i]
        if not any(_own(word, own, told) for word in theirs):
            for word in (word for word, times in held.items() if 3 * times >= 2 * sizes[i]):
                sayers[word].append(i)
    found: dict[int, int] = {}
    for word in sorted(sayers, key=lambda word: (told[word][0], word)):
        parts = [i for i in sayers[word] if i not in found]
        whole = place.get(word, max(parts, key=lambda i: (len(groups[i]), -i), default=-1))
        if 2 * sum(said[i][word][0] for i in {*parts, whole} if word in said[i]) > told[word][0]:
            found |= {i: whole for i in parts if i != whole}
    return found


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


Told = dict[str, tuple[int, int, set[str]]]
"""What may name a group -> how many members and how many tables of them say it, and the packages that it stands in."""


def _said(group: Sequence[str], tables: Sequence[str], single: bool) -> Told:
    """What the members of one group say.

    "p.shop.order_lines" says the packages "p.shop" and "p.shop.order_lines", the parts "shop" and "order_lines", and
    the words "order" and "lines"; the one top package says nothing. A table says its name and its words.
    """
    told: Told = {}
    for member in group:
        parts = member.split(".")
        first = 1 if single and parts[1:] else 0
        here: dict[str, set[str]] = defaultdict(set)
        for i in range(first, len(parts)):
            around = ".".join(parts[:i])
            if i > first:
                here[".".join(parts[: i + 1])].add(around)
            for word in (parts[i], *_words(parts[i])):
                here[word].add(around)
        _add(told, {name: (1, 0, packages) for name, packages in here.items()})
    for table in tables:
        _add(told, {word: (1, 1, set()) for word in (table, *_words(table)) if word not in _OF_TABLES})
    return told


def _told(said: Sequence[Told]) -> Told:
    """What all groups say, without the words that are only ever said within one and the same part."""
    told: Told = {}
    for one in said:
        _add(told, one)
    within: dict[str, list[str]] = defaultdict(list)
    for part in told:
        for word in () if "." in part else _words(part):
            if word != part and word in told:
                within[word].append(part)
    alone = {word for word, parts in within.items() if len(parts) == 1 and told[parts[0]][0] == told[word][0]}
    return {name: told[name] for name in told if name not in alone}


def _add(told: Told, more: Told) -> None:
    for name, (held, tables, around) in more.items():
        before, tables_before, packages = told.get(name, (0, 0, set[str]()))
        packages |= around  # in place: it is ours, and a copy for each member would cost the square of them
        told[name] = (before + held, tables_before + tables, packages)


def _words(part: str) -> list[str]:
    return [word for word in _WORD.findall(part) if len(word) > 2]


def _called(tables: Sequence[str]) -> frozenset[str]:
    """What each of the tables is called as a whole, with and without the application before it: "shop_order"."""
    return frozenset(_singular(name) for table in tables for name in (table, table.partition("_")[2]) if name)


def _ranked(said: Told, told: Told, size: int, called: frozenset[str]) -> list[str]:
    """What a group of `size` says, what describes it best first; what one of its tables is called is its own."""
    fit = {
        name: 2 * held / (told[name][0] + size) / (1 + log(packages) / 2)
        for name, (held, tables, _) in said.items()
        if name in told
        for packages in (1 if _singular(name) in called else _packages(told[name], tables),)
    }
    strange = {
        name for name in fit if 3 * said[name][0] < size or not (_singular(name) in called or _own(name, said, told))
    }
    return sorted(fit, key=lambda name: (name in strange, -round(fit[name], 9), -name.count("."), len(name), name))


def _packages(told: tuple[int, int, set[str]], tables: int) -> int:
    """In how many packages a word stands, as far as that makes it a layer's: the tables that say it are elsewhere."""
    return 1 if 2 * tables > told[1] else max(1, len(told[2]))


def _own(name: str, said: Told, told: Told) -> bool:
    """Do most of those who say it stand in the group, or most of the tables that do?"""
    if name not in told or name not in said:
        return False
    return 2 * said[name][0] > told[name][0] or 2 * said[name][1] > told[name][1]


def _spelled(ranked: Sequence[str], said: Told, told: Told, modules: int) -> Iterator[str]:
    """Names to try: one way to say it, then two, then numbers."""
    short = [word.strip("_") or word for name in ranked for word in _short(name, said, told, modules)]
    yield from short[:_MOST]
    yield from (f"{a}_{b}" for a in short[:_MOST] for b in short[:_MOST] if b not in a and a not in b)
    yield from short[_MOST:]
    yield from (f"{short[0] if short else 'group'}_{n}" for n in count(2))


def _short(name: str, said: Told, told: Told, modules: int) -> tuple[str, ...]:
    """Of a package its last part where that is the group's own; then its last two.

    A word of a minority comes with the package that it stands in, where that is one: "compute_list".
    """
    around, _, last = name.rpartition(".")
    if not around:
        held, tables, packages = said[name]
        within = next(iter(packages)).rpartition(".")[2] if len(packages) == 1 else ""
        alone = tables or 2 * held >= modules or within not in said
        return (name,) if alone else (f"{within}_{name}",)
    both = f"{around.rpartition('.')[2]}_{last}"
    return (last, both) if _own(last, said, told) else (both,)


def _singular(name: str) -> str:
    """ "offer" and "offers" are one name to those who read them."""
    return name.casefold().removesuffix("s")
