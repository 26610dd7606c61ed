"""What a library has to hold to give what a seam uses: Seams + Context -> code and its lines."""

from collections.abc import Sequence
from dataclasses import replace

from ..model.judgements import Seam, SeamKind
from ..model.names import Module
from .context import Context

__all__ = ["apart", "load", "weight"]


def load(seams: Sequence[Seam], context: Context) -> tuple[list[str], int] | None:
    """The least that a library must hold to give what `seams` use of a module, and its lines; None where that needs
    a table: the module with what it imports, or only what is used with what that uses, if somebody looks at the result.
    """
    one = seams[0]
    if not isinstance(one.to, Module):
        return None
    bag = context.baggage.get(one.to)
    whole = ([str(module) for module in bag.modules], bag.lines) if bag else None
    used = {(one.to, name) for seam in seams for name in seam.names}
    if not one.result_used or one.detail or not used or not used <= context.carried.keys():
        return whole
    packed = frozenset().union(*(context.carried[name] for name in used))
    apart = sorted(f"{module}.{name}" for module, name in packed), sum(context.sizes[name] for name in packed)
    return min((way for way in (whole, apart) if way), key=lambda way: way[1])


def apart(seams: Sequence[Seam], context: Context) -> tuple[tuple[Seam, ...], tuple[Seam, ...]]:
    """The seams by which helpers are called that may travel alone, and the others, where there are both."""
    if seams[0].kind is not SeamKind.CALL or seams[0].detail:
        return (), ()
    carried = {name for seam in seams for name in seam.names if (seam.to, name) in context.carried}
    parts = (
        tuple(replace(seam, names=tuple(name for name in seam.names if (name in carried) is light)) for seam in seams)
        for light in (True, False)
    )
    helpers, others = (tuple(seam for seam in part if seam.names) for part in parts)
    told = {seam.id for seam in others}
    helpers = tuple(replace(seam, evidence=()) if seam.id in told else seam for seam in helpers)
    return (helpers, others) if helpers and others else ((), ())


def weight(seams: Sequence[Seam], context: Context) -> int:
    """The lines that a library holds for them."""
    held = load(seams, context)
    return held[1] if held else 0
