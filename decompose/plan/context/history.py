"""What changes together with modules that others use: Facts + Seams -> Together, by module and by who uses it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...model.blast import BULK
from ...model.facts import Facts, ModuleKind
from ...model.judgements import Seam, SeamKind
from ...model.names import Boundary, Module

__all__ = ["Together", "together_with"]

_TIMES = 4  # commits
_SHARE = 0.3
"""Of the commits that change a module, how many change another one, from where on that is no chance."""

_USED = frozenset({SeamKind.CALL, SeamKind.IMPORT, SeamKind.CONSTANT, SeamKind.TYPE, SeamKind.INHERITANCE})


@dataclass(frozen=True, slots=True)
class Together:
    """`other` changed in `times` of the `changes` of a module; `last` is the newest of these commits."""

    other: Module
    times: int
    changes: int
    last: str


def together_with(
    facts: Facts, seams: Iterable[Seam], home: Mapping[Module, Boundary]
) -> dict[tuple[Module, Boundary], Together]:
    """Of modules whose code another boundary uses: the module of that which changes with them most, if one does."""
    wanted = {(seam.to, seam.from_boundary) for seam in seams if seam.kind in _USED and isinstance(seam.to, Module)}
    modules = {module for module, _ in wanted}
    source = {fact.path: fact.module for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    of = {number: source[path] for number, path in enumerate(facts.history.paths) if path in source}
    asked = {number for number, module in of.items() if module in modules}
    commits, _ = facts.history.touches.codes("commit")
    paths, _ = facts.history.touches.codes("path")
    which = {commit for commit, path in zip(commits, paths, strict=True) if path in asked} if asked else set()
    touched: defaultdict[int, set[Module]] = defaultdict(set)
    for commit, path in zip(commits, paths, strict=True) if which else ():
        if commit in which and path in of:
            touched[commit].add(of[path])
    changes: Counter[Module] = Counter()
    pairs: Counter[tuple[Module, Module]] = Counter()
    last: dict[tuple[Module, Module], int] = {}
    for commit in sorted(touched):  # the newest first
        if len(touched[commit]) <= BULK:
            for module in touched[commit] & modules:
                changes[module] += 1
                for other in touched[commit]:
                    if (module, home.get(other)) in wanted:
                        pairs[module, other] += 1
                        last.setdefault((module, other), commit)
    found: dict[tuple[Module, Boundary], Together] = {}
    for (module, other), times in sorted(pairs.items(), key=lambda one: (-one[1], one[0])):
        if times >= _TIMES and times >= _SHARE * changes[module]:
            sha = facts.history.commits[last[module, other]].sha
            found.setdefault((module, home[other]), Together(other, times, changes[module], sha))
    return found
