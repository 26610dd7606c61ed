"""What the plan comes to, in a few sentences: Steps + Remedies -> str. The first says where to begin."""

from collections.abc import Iterator, Mapping, Sequence

from ..model.counts import count, listed, points
from ..model.judgements import Assessment, Form, Remedy, RemedyKind, Step
from ..model.names import Boundary
from .order import LARGE
from .steps import breakers

__all__ = ["advice"]

_NAMED = 3
"""Large steps that are named before the rest is counted."""

_ORDERS: Mapping[RemedyKind, str] = {
    RemedyKind.DELETE: "nothing uses it, so delete it",
    RemedyKind.MOVE: "move the code to its only user",
    RemedyKind.KERNEL: "carry it into a library that both install",
    RemedyKind.INVERT: "turn the dependency round",
    RemedyKind.OUTBOX: "write to an outbox in that transaction, and let a relay write the rest",
    RemedyKind.SAGA: "put steps that can be undone in the place of the transaction",
    RemedyKind.EVENT: "publish an event in place of the call",
    RemedyKind.COMMAND_API: "have the owner write on command",
    RemedyKind.SYNC_API: "ask the owner by an API",
    RemedyKind.BATCH_API: "ask the owner once for all items",
    RemedyKind.READ_MODEL: "keep a copy that events bring up to date",
    RemedyKind.VIEW: "keep a view that events bring up to date",
    RemedyKind.SPLIT_TABLE: "split the table",
    RemedyKind.DROP_KEY: "keep the id and drop the key",
}


def advice(
    steps: Sequence[Step],
    remedies: Mapping[str, Remedy],
    against: Mapping[Boundary, Sequence[str]],
    assessment: Assessment,
) -> Iterator[str]:
    """Where to begin and with what, what is too much for one step, and what stays; `against` holds the objections."""
    goes = [step for step in steps if step.extract]
    small = [step for step in goes if step.remaining <= LARGE]
    large = [step for step in goes if step.remaining > LARGE]
    if not goes:
        yield "No boundary is worth extracting by what is known: keep the monolith and break its cycles first."
        yield from _easiest(assessment)
    elif not any(step.form is Form.SERVICE for step in small):
        rest = "; what can leave are packages released apart" if small else ""
        yield f"No boundary is worth a service of its own by what is known{rest}."
        if not any(step.form is Form.SERVICE for step in large):
            yield from _nearest(steps, against)
    for first in small[:1]:
        work = f"{count(len(first.before), 'remedy', 'remedies')} before the cut and {len(first.after)} after it"
        yield (
            f"Begin with {first.boundary}, as a {first.form}: {points(first.remaining)} of about half a day each, "
            f"{work}. {_why(first, sum(step.form is first.form for step in small))}"
        )
        yield from (f"{word}: {_work(remedies[id])}." for word, id in zip(_WORDS, first.before, strict=False))
    if large:
        are, their = ("is", "its") if len(large) == 1 else ("are", "their")
        more = f" and {len(large) - _NAMED} more" if len(large) > _NAMED else ""
        named = ", ".join(f"{one.boundary} ({points(one.remaining)})" for one in large[:_NAMED])
        yield f"{named}{more} {are} more than a step: reduce {their} seams inside the monolith first, and decide again."
    if large and not any(step.form is Form.SERVICE for step in small):
        yield from _inside(min(large, key=lambda step: (step.remaining, step.number)), remedies)
    if goes and len(goes) < len(steps):
        yield f"Leave {len(steps) - len(goes)} of {len(steps)} boundaries where they are."


def _easiest(assessment: Assessment) -> Iterator[str]:
    """The cycle that the fewest places hold."""
    if assessment.cycles:
        one = min(assessment.cycles, key=lambda cycle: (len(cycle.breakers), -len(cycle.boundaries), cycle.boundaries))
        names = listed([boundary.name for boundary in one.boundaries], 6)
        seams = {seam.id: seam for seam in assessment.seams}
        yield f"Do first: {names} need each other, which ends where {breakers([one], seams)} no more."


def _inside(step: Step, remedies: Mapping[str, Remedy]) -> Iterator[str]:
    """What to begin with where everything is too large: the dearest decisions of the smallest."""
    work = (remedies[id] for id in (*step.before, *step.after))
    dear = sorted(work, key=lambda one: (-one.options[0].points, one.id))
    for word, one in zip(_WORDS, dear, strict=False):
        yield f"{word}, of what costs {step.boundary} the most: {_work(one)}, {points(one.options[0].points)}."


def _nearest(steps: Sequence[Step], against: Mapping[Boundary, Sequence[str]]) -> Iterator[str]:
    """Of the boundaries with tables that stay, the one that least speaks against."""
    stays = [step for step in steps if step.form is Form.SERVICE and step.tables and against[step.boundary]]
    if stays:
        one = min(stays, key=lambda step: (len(against[step.boundary]), -step.score, step.number))
        yield f"Nearest to one is {one.boundary}, at {points(one.remaining)}; against it: {against[one.boundary][0]}."


_WORDS = ("Do first", "Then", "Then")


def _why(first: Step, among: int) -> str:
    """What the step takes off the monolith; the order says that this is the most for the effort, or near it."""
    gain = first.gain
    parts = [count(first.lines, "line")]
    parts += [count(len(first.tables), "table")] if first.tables else []
    parts += [f"{gain.alone / gain.total:.0%} of all changes (in-sample)"] if gain.alone else []
    most = f": of the {among} that can go, the most for its effort or near it" if among > 1 else ""
    return f"It takes {' and '.join(filter(None, [', '.join(parts[:-1]), parts[-1]]))} off the monolith{most}."


def _work(remedy: Remedy) -> str:
    at = remedy.evidence[0]
    return f"{remedy.subject} ({at.file}:{at.line}): {_ORDERS[remedy.options[0].kind]}"
