"""What a library has to hold to give what a seam uses: Seams + Context -> code and its lines."""

from collections.abc import Sequence
from dataclasses import replace

from ...model.facts import WireKind
from ...model.judgements import Seam, SeamKind
from ...model.names import Module, Table
from ..context import Context
from ..context.signatures import handed
from ..context.travel import Named, top

__all__ = ["apart", "copied_rows", "idle", "load", "weight"]


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
    packs = {(one.to, name): pack for _, name in used if (pack := _pack(one, name, context))}
    if not one.result_used or one.detail not in ("", WireKind.TAGS) or not used or used != packs.keys():
        return whole
    packed = frozenset().union(*packs.values())
    apart = sorted(f"{module}.{name}" for module, name in packed), sum(context.sizes[name] for name in packed)
    return min((way for way in (whole, apart) if way), key=lambda way: way[1])


def _pack(seam: Seam, name: str, context: Context) -> frozenset[Named]:
    """A function or class with all that it uses, empty where it cannot leave for who uses it."""
    if not isinstance(seam.to, Module):
        return frozenset()
    packs = context.of_rows if copied_rows(seam, name, context) else context.carried
    return packs.get((seam.to, name), frozenset())


def copied_rows(seam: Seam, name: str, context: Context) -> tuple[Table, ...]:
    """The tables whose rows a function is handed, where who uses it keeps a copy of each: it may run there, too."""
    named = (seam.to, name) if isinstance(seam.to, Module) else None
    definition = context.definitions.get(named) if named and named in context.of_rows else None
    rows = handed(definition.signature, context.models, context.words) if definition else ()
    tables = {context.models[model] for _, model in rows if model}
    kept = all((seam.from_boundary, table) in context.copies for table in tables)
    return tuple(sorted(tables)) if kept else ()


def apart(seams: Sequence[Seam], context: Context) -> tuple[tuple[Seam, ...], tuple[Seam, ...]]:
    """The seams that call helpers or idle classes, which may travel alone, and the others, where there are both."""
    one = seams[0]
    if one.kind is not SeamKind.CALL or one.detail not in ("", "class", "method"):
        return (), ()
    named = {name for seam in seams for name in seam.names}
    carried = {name for name in named if (idle(one, name, context) if one.detail else _pack(one, name, context))}
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


def idle(seam: Seam, name: str, context: Context) -> bool:
    """Does a class that `seam` uses have no method, or is one named, that comes to a table but for its user's own?"""
    if (seam.from_boundary, (seam.to, top(name))) in context.lent:
        return True
    return (seam.to, name) not in (context.rooted if "." in name else context.active)
