"""What to do about a call of another boundary's code, or a class of it that is named: Case -> Advice."""

import re

from ..model.judgements import RemedyKind, SeamKind
from ..model.names import Module
from .case import Advice, Case
from .sketches.loads import idle, load
from .sketches.unsettled import unsettled

__all__ = ["call", "of_class", "rows", "travel", "works"]


def call(case: Case) -> Advice:
    """By whom the function is asked, by a batch for a loop or an event where nobody looks at the result; or its way."""
    if case.one.detail not in ("", "row"):
        return of_class(case)
    # a row's method is where its table is
    moves = travel(case) if not case.one.detail else ()
    if case.one.in_loop:
        return Advice(RemedyKind.BATCH_API, (RemedyKind.READ_MODEL,), moves)
    if not case.one.result_used:
        return Advice(RemedyKind.EVENT, (RemedyKind.SYNC_API, RemedyKind.INVERT), moves)
    return Advice(RemedyKind.SYNC_API, (RemedyKind.INVERT, RemedyKind.READ_MODEL), moves)


def of_class(case: Case) -> Advice:
    """A table's class leaves with its table's remedies; one whose methods use tables is asked, any other is shared.

    An object each process makes for itself.
    """
    if case.one.detail == "model":
        return rows(case)
    if case.one.detail == "object":
        return Advice(RemedyKind.KERNEL, (RemedyKind.INVERT,))
    if case.one.detail == "startup":
        return Advice(RemedyKind.INVERT, (), (*travel(case), *_alone(case)))
    if case.one.detail == "derived":  # a field more of what is asked for or copied, or a function of its columns
        return Advice(RemedyKind.KERNEL, (RemedyKind.SYNC_API,))
    if works(case):
        if case.one.in_loop and case.one.detail == "method":
            return Advice(RemedyKind.BATCH_API, (RemedyKind.INVERT,))
        if not case.one.result_used:
            return Advice(RemedyKind.EVENT, (RemedyKind.SYNC_API, RemedyKind.INVERT))
        return Advice(RemedyKind.SYNC_API, (RemedyKind.INVERT, RemedyKind.KERNEL))
    return Advice(RemedyKind.KERNEL, (RemedyKind.INVERT, RemedyKind.SYNC_API))


def works(case: Case) -> bool:
    """Does a class have a method, or is one called, that comes to a table?"""
    return not all(idle(seam, name, case.context) for seam in case.seams for name in seam.names)


def rows(case: Case) -> Advice:
    """A table's class leaves with the remedies of its table; where there are none, it is a type (`isinstance`)."""
    if not unsettled(case.seams, case.context):
        return Advice(RemedyKind.DELETE, (RemedyKind.SYNC_API,))
    if case.one.kind is SeamKind.CALL:
        return Advice(RemedyKind.SYNC_API, (RemedyKind.READ_MODEL,))
    return Advice(RemedyKind.KERNEL, (RemedyKind.INVERT, RemedyKind.SYNC_API))


def travel(case: Case) -> tuple[tuple[RemedyKind, int], ...]:
    """A provider that needs no table can be carried to a library, or to its only user."""
    held = load(case.seams, case.context)
    library = ((RemedyKind.KERNEL, held[1]),) if held else ()
    if not isinstance(case.one.to, Module) or case.one.to not in case.context.baggage:
        return library
    lonely = case.one.to in case.context.lodgers and len(case.consumers) == 1
    return (*library, *(((RemedyKind.MOVE, case.context.lines.get(case.one.to, 0)),) if lonely else ()))


# what is told of somebody is of no use in a library that each process has for itself
_REGISTERS = re.compile(r"(.*\.)?_*(register|connect|subscribe|include|add|init|install)")


def _alone(case: Case) -> tuple[tuple[RemedyKind, int], ...]:
    """What works on import, as a decorator does, leaves for a library with its module alone, if it needs no table."""
    used = {(seam.to, name) for seam in case.seams for name in seam.names}
    if not isinstance(case.one.to, Module) or any(_REGISTERS.match(name) for _, name in used):
        return ()
    return (
        ((RemedyKind.KERNEL, case.context.lines.get(case.one.to, 0)),) if used.isdisjoint(case.context.rooted) else ()
    )
