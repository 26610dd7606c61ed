"""Two people in one module within days of each other: History -> Collisions of two, newest first."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .facts import Facts, ModuleKind
from .names import Module

__all__ = ["Meeting", "meetings"]


@dataclass(frozen=True, slots=True)
class Meeting:
    """`older` changed `module` by the commit `sha`, and `newer` within days of it, before or after, by `later`."""

    module: Module
    newer: str
    older: str
    sha: str
    later: str


def meetings(facts: Facts, largest: int, days: int) -> Iterator[Meeting]:
    """In source modules, by commits of at most `largest` of them: a sweep through the code meets nobody."""
    history = facts.history
    sources = {fact.path: fact.module for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    modules: Mapping[int, Module] = {
        number: sources[path] for number, path in enumerate(history.paths) if path in sources
    }
    (by_commit, _), (by_path, _) = (history.touches.codes(name) for name in ("commit", "path"))
    sizes = Counter(commit for commit, path in zip(by_commit, by_path, strict=True) if path in modules)
    commits = list(history.commits)
    last: dict[Module, tuple[int, str, str]] = {}
    for number, path in zip(by_commit, by_path, strict=True):
        if path not in modules or sizes[number] > largest:
            continue
        module, commit = modules[path], commits[number]
        time, author, later = last.get(module, (0, commit.author, ""))
        if author != commit.author and abs(time - commit.time) <= days * 86_400:
            yield Meeting(module, author, commit.author, commit.sha, later)
        last[module] = commit.time, commit.author, commit.sha
