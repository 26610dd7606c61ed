"""Question: which files changed nearly always with those of a change, and are not in it? Facts -> Affected."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import sqrt

from ..model.blast import Affected
from ..model.counts import count
from ..model.facts import Facts, ModuleKind

__all__ = ["missing"]

_MOST_FILES = 60  # of a commit that says what belongs together
_PROOFS = 3


def missing(facts: Facts, files: Sequence[str]) -> tuple[Affected, ...]:
    """Files of any kind that stand in the tree, changed nearly always with one of `files` and are not among them.

    Listed where the share of the commits of that file is above a half with 95 % certainty (Wilson 1927, lower bound),
    and at least half as much again as what the file's share of all commits is. A test is missing only beside what is
    none, and stands behind the rest.
    """
    history = facts.history
    wanted = {i for i, path in enumerate(history.paths) if path in set(files)}
    sets = _commits_of(facts, wanted)
    times_at_all = Counter(history.touches.codes("path")[0])
    test = [kind is ModuleKind.TEST for kind in history.kinds]
    best: dict[int, Affected] = {}
    for path in sorted(wanted):
        mine = [commit for commit, touched in sets.items() if path in touched]
        together = Counter(other for commit in mine for other in sets[commit] if history.standing[other])
        for other, times in sorted(together.items()):
            share, usual = times / len(mine), times_at_all[other] / len(history.commits)
            if (
                other in wanted
                or (test[other] and test[path])
                or share < 1.5 * usual
                or _certain(times, len(mine)) < 0.5
            ):
                continue
            if other not in best or share > best[other].probability:
                proofs = [history.commits[commit].sha for commit in mine if other in sets[commit]]
                reason = f"changed in {times} of the {count(len(mine), 'commit')} of {history.paths[path]}"
                best[other] = Affected(history.paths[other], share, (reason,), tuple(proofs[:_PROOFS]))
    return tuple(best[i] for i in sorted(best, key=lambda i: (test[i], -best[i].probability, best[i].name)))


def _commits_of(facts: Facts, wanted: set[int]) -> Mapping[int, set[int]]:
    """The commits that touch one of the files `wanted`, and what each touches; sweeping ones apart."""
    commits, _ = facts.history.touches.codes("commit")
    paths, _ = facts.history.touches.codes("path")
    chosen = {commit for commit, path in zip(commits, paths, strict=True) if path in wanted}
    sets: dict[int, set[int]] = defaultdict(set)
    for commit, path in zip(commits, paths, strict=True):
        if commit in chosen:
            sets[commit].add(path)
    return {commit: touched for commit, touched in sets.items() if len(touched) <= _MOST_FILES}


def _certain(times: int, of: int, z: float = 1.96) -> float:
    share, spread = times / of, z * z / of
    return (share + spread / 2 - z * sqrt(share * (1 - share) / of + spread / (4 * of))) / (1 + spread)
