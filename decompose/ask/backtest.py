"""Question: would the proposal of a past day have held later changes? Relations + History -> Backtest."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from ..model.blast import ENOUGH, Backtest, Ranking
from ..model.changes import Changes
from ..model.containment import Containment, containment, difference, groups_in, packages, proposed
from ..model.counts import count
from ..model.facts import History
from ..model.judgements import Partition
from ..model.relations import Relations
from .likely import Model, likely

__all__ = ["BASELINES", "backtest", "ranking"]

Ranker = Callable[[Model, int], Sequence[int]]
"""One changed module -> the others, the likeliest first."""


def backtest(
    relations: Relations, partition: Partition, model: Model, later: History, held: Changes, seed: int = 0
) -> Backtest:
    """`relations`, `partition` and `model` are of the cut-off; `held` are the changes of `later`, named as there."""
    facts = relations.facts
    ours = proposed(facts, partition)
    theirs = packages(facts, groups_in(ours))
    made = containment("proposed boundaries", held, ours, seed)
    layout = containment("as many packages", held, theirs, seed)
    gain = difference(held, ours, theirs, seed)
    rankers = {"this tool": _ours, **BASELINES}
    return Backtest(
        cutoff=facts.history.head,
        date=_day(facts.history.head_time),
        time=facts.history.head_time,
        trained_on=len(relations.changes),
        changes=len(held),
        proposed=made,
        packages=layout,
        gain=gain,
        rankings=tuple(ranking(name, ranker, model, held) for name, ranker in rankers.items()),
        notes=(*facts.history.notes, *later.notes),
        lesson=_lesson(made, layout, gain),
    )


def _day(time: int) -> str:
    try:
        return datetime.fromtimestamp(time, UTC).date().isoformat()
    except (OverflowError, ValueError, OSError):
        return str(time)


# ---- the rankings that ours has to beat


def _ours(model: Model, seed: int) -> Sequence[int]:
    return [found.module for found in likely(model, [seed])]


def _same_folder(model: Model, seed: int) -> Sequence[int]:
    return _often(model, seed, model.ties.within[model.ties.folders[seed]])


def _import_neighbours(model: Model, seed: int) -> Sequence[int]:
    return _often(model, seed, model.ties.imports[seed] | model.ties.importers[seed])


def _plain_cochange(model: Model, seed: int) -> Sequence[int]:
    times: Counter[int] = Counter()
    for change in model.changes.of(seed):
        times.update(model.changes[change])
    times.pop(seed, None)
    return sorted(times, key=lambda module: (-times[module], module))


def _often(model: Model, seed: int, found: Sequence[int] | frozenset[int]) -> Sequence[int]:
    """Those changed most often first: the best order that these can be given without more evidence."""
    kept = [module for module in found if module != seed and model.is_source(module)]
    return sorted(kept, key=lambda module: (-model.changes.count(module), module))


BASELINES: dict[str, Ranker] = {
    "same folder": _same_folder,
    "import neighbours": _import_neighbours,
    "plain co-change": _plain_cochange,
}
"""Name -> ranker."""


def ranking(name: str, ranker: Ranker, model: Model, held: Changes) -> Ranking:
    """Each module of each held-out change in turn is given, and the others are to be named."""
    known: dict[int, Sequence[int]] = {}
    scores = list(_scores(ranker, model, held, known))
    means = [round(sum(column) / len(scores), 4) for column in zip(*scores, strict=True)] if scores else [0.0] * 5
    return Ranking(name, len(scores), *means)


def _scores(
    ranker: Ranker, model: Model, held: Changes, known: dict[int, Sequence[int]]
) -> Iterator[tuple[float, float, float, float, float]]:
    """Precision and recall at 5 and at 10, and the reciprocal rank of the first hit, of each query."""
    for touched in held:
        for seed in touched if len(touched) > 1 else ():
            if seed not in known:
                known[seed] = ranker(model, seed)
            wanted = set(touched) - {seed}
            at5, at10 = (len(wanted.intersection(known[seed][:k])) for k in (5, 10))
            first = next((rank for rank, module in enumerate(known[seed], 1) if module in wanted), 0)
            yield at5 / 5, at5 / len(wanted), at10 / 10, at10 / len(wanted), 1 / first if first else 0.0


def _lesson(made: Containment, layout: Containment, gain: tuple[float, float, float]) -> str:
    if made.changes < ENOUGH:
        later = count(made.changes, "later change touches", "later changes touch")
        few = f"Only {later} several modules that were there then, too few to judge by ({ENOUGH} are needed)"
        return f"{few}; decompose backtest --at DATE goes back further."
    if gain[1] > 0:
        verdict = "holds more later changes inside one boundary than as many packages do"
    elif gain[2] < 0:
        verdict = "holds fewer later changes inside one boundary than as many packages do"
    else:
        verdict = "is not told apart from as many packages by these changes"
    better = "more" if made.lift > layout.lift else "less"
    return (
        f"Made without knowing them, the proposal {verdict} ({made.inside:.0%} against {layout.inside:.0%}); "
        f"held against random groups of the same sizes it does {better} ({made.lift:.1f} times chance against "
        f"{layout.lift:.1f} times)."
    )
