"""What each remedy results in, once it is known which step does it: Remedies + order -> Remedies with sketches."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ...model.facts import Op
from ...model.judgements import Remedy, RemedyKind, Seam, SeamKind
from ...model.names import Boundary, Table
from ..context import Context
from . import sketch
from .loads import apart
from .messages import Line, Message, union
from .subjects import subject
from .why import why

__all__ = ["BY_FUNCTION", "copied", "sketched", "turn"]

BY_FUNCTION = (RemedyKind.SYNC_API, RemedyKind.BATCH_API)
"""What is asked of a module function by function, where helpers need not be."""

_Told = Mapping[str, tuple[Message, ...]]


def turn(boundaries: Iterable[Boundary], order: Sequence[Boundary]) -> int:
    """The step that does what lies between `boundaries`, that of the first of them to leave; 0 where none leaves."""
    between = frozenset(boundaries)
    return next((number for number, one in enumerate(order, 1) if one in between), 0)


def sketched(
    decided: Sequence[Remedy], seams: Mapping[str, Seam], context: Context, order: Sequence[Boundary]
) -> tuple[tuple[Remedy, ...], _Told]:
    """The remedies in the words of the step that does each, and what each has boundaries tell each other.

    A message has one payload for all whom a step of the plan has hear of it. What no step does is told as if it came
    last.
    """
    known = replace(context, copies=frozenset(copied(decided, seams)))
    turns = {remedy.id: turn(remedy.boundaries, order) for remedy in decided}
    then = {step: _at(step, order, known) for step in range(len(order) + 1)}
    lines = {remedy.id: _lines(remedy, seams, then[turns[remedy.id]]) for remedy in decided}
    told = {id: tuple(line for line in found if isinstance(line, Message)) for id, found in lines.items()}
    every, planned = _payloads(told), _payloads({id: told[id] for id in told if turns[id]})
    first: dict[str, int] = {}
    for id in sorted((id for id in told if turns[id]), key=lambda id: (turns[id], id)):
        for message in told[id]:
            first.setdefault(message.name, turns[id])
    made = []
    for remedy in decided:
        at, payloads = turns[remedy.id], planned if turns[remedy.id] else every
        text: list[str] = []
        for line in lines[remedy.id]:
            if isinstance(line, Message):
                since = first.get(line.name, 0)
                text += line.told(payloads[line.name], since if since != at else 0)
            else:
                text.append(line)
        mine = [seams[id] for id in remedy.seams]
        text += [*_heard_of(remedy, mine[0], first, at), *why(remedy, mine)]
        about = subject(mine, context.owners, then[at].gone.keys())
        made.append(replace(remedy, subject=about, sketch="\n".join(text)))
    return tuple(made), told


def _heard_of(remedy: Remedy, one: Seam, first: Mapping[str, int], at: int) -> Iterable[str]:
    """Who asks for rows whose changes an earlier step tells of already might hear of them, too."""
    asks = remedy.options[0].kind in BY_FUNCTION and one.kind is SeamKind.TABLE
    name = f"{one.to_boundary}.{str(one.to).replace('.', '_')}.changed"
    if asks and at and first.get(name, at) < at:
        yield f"  {name} goes out since step {first[name]}: a copy that hears of it, too, would ask nobody"


def _payloads(told: _Told) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for messages in told.values():
        for message in messages:
            found[message.name].add(message.fields)
    return {name: union(payloads) for name, payloads in found.items()}


def _at(step: int, order: Sequence[Boundary], context: Context) -> Context:
    """The context when a step comes, or after all of them."""
    gone = {one: number for number, one in enumerate(order, 1) if not step or number < step}
    return replace(context, gone=gone, leaves=order[step - 1] if step else None)


def copied(decided: Iterable[Remedy], seams: Mapping[str, Seam]) -> Iterable[tuple[Boundary, Table]]:
    """The tables that boundaries keep copies of by remedies of their reads."""
    for remedy in decided:
        one = seams[remedy.seams[0]]
        read = one.kind is SeamKind.TABLE and one.op is Op.READ
        if read and isinstance(one.to, Table) and remedy.options[0].kind is RemedyKind.READ_MODEL:
            yield one.from_boundary, one.to


def _lines(remedy: Remedy, seams: Mapping[str, Seam], context: Context) -> list[Line]:
    kind, mine = remedy.options[0].kind, [seams[id] for id in remedy.seams]
    helpers, others = apart(mine, context) if kind in BY_FUNCTION else ((), ())
    if helpers:
        return [*sketch(kind, others, context), *sketch(RemedyKind.KERNEL, helpers, context)]
    return list(sketch(kind, mine, context))
