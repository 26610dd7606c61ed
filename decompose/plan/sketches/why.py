"""Why a remedy is recommended though others of its options cost less: Remedy + Seams -> a line of its sketch."""

from collections.abc import Iterator, Mapping, Sequence

from ...model.judgements import Remedy, RemedyKind, Seam

__all__ = ["why"]

_WHY: Mapping[RemedyKind, str] = {
    RemedyKind.BATCH_API: "each round of a loop would wait for an answer of its own",
    RemedyKind.COMMAND_API: "its owner alone says what its rows may hold, and the writer waits for that",
    RemedyKind.EVENT: "nobody waits for what it does",
    RemedyKind.SYNC_API: "what it runs is its owner's, where the tables are",
    RemedyKind.VIEW: "it joins or sums up what several owners hold each time",
}


def why(remedy: Remedy, seams: Sequence[Seam]) -> Iterator[str]:
    """In a few words, where it costs more than another option."""
    chosen, *others = remedy.options
    reason = _asked(seams) if chosen.kind is RemedyKind.READ_MODEL else _WHY.get(chosen.kind, "")
    if reason and any(other.points < chosen.points for other in others):
        yield f"  why not the cheapest way: {reason}"


def _asked(seams: Sequence[Seam]) -> str:
    """How often a table is asked for that is copied."""
    asking = len({at for seam in seams for at in seam.evidence})
    looped = any(seam.in_loop for seam in seams)
    if asking == 1:
        return f"1 line asks for it{', in a loop' * looped}, and would wait for an answer each time"
    some = ", some of them in a loop" * looped
    return f"{asking:,} lines ask for it{some}, and each would wait for an answer"
