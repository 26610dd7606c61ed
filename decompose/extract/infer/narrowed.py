"""Stage 1, whole project: what a name may be where a branch has asked for it.

if isinstance(row, Order): ...          if column in ("lines", "tags"): ...
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..code import Attr, Call, Const, Display, Expr, Parts
from ..types import NONE, Type, Types, join

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["narrowed"]

_COMPARING = {"Eq": True, "In": True, "NotEq": False, "NotIn": False}


def narrowed(machine: "Machine", test: Expr, holds: bool, run: Callable[[], Types]) -> Types:
    """Run the branch of `test` that is taken where it `holds`, or where it does not; NONE where it surely never is.

    if isinstance(owner, Order): owner.lines.all()      else: owner.items.all()
    """
    if isinstance(test, Parts) and test.op == "Not":  # not isinstance(...)
        test, holds = test.items[0], not holds
    if isinstance(test, Parts) and test.op in _COMPARING:
        return _compared(machine, test, holds is _COMPARING[test.op], run)
    if type(test) is not Call or test.func != "isinstance":
        return run()
    env = machine.unit.env
    name, classes = _asked(machine, test)
    if name not in env:
        return run()
    known = env[name]
    if kinds := _kinds(machine, test):
        env[name] = tuple([one for one in known if _may_be(machine, one, kinds, holds)])
        found = run()
        env[name] = join(known, env[name])
        return found
    if not classes:
        return run()
    kept = _kept(machine, known, classes) if holds else _left(machine, known, classes)
    if not kept and known and all(map(_is_row, known)) and _is_apart(machine):
        return NONE  # it is evaluated apart for what it is given
    env[name] = kept or (tuple([Type("instance", one.of) for one in classes]) if holds else known)
    found = run()
    env[name] = join(known, env[name])
    return found


def _compared(machine: "Machine", test: Parts, alike: bool, run: Callable[[], Types]) -> Types:
    """Of texts that a name may be those that a branch has asked for: for column in ("lines", "tags"): ..."""
    env = machine.unit.env
    match test.items:
        case (str(name), Const() | Display() as other) if any(one.kind == "text" for one in env.get(name, NONE)):
            written = other.items if isinstance(other, Display) else (other,)
            texts = {one.value for one in written if isinstance(one, Const)}
        case _:
            return run()
    if len(texts) < len(written) or (isinstance(other, Const) and "In" in test.op):
        return run()
    known = env[name]
    env[name] = tuple([one for one in known if one.kind != "text" or (one.of in texts) is alike])
    found = run()
    env[name] = join(known, env[name])
    return found


def _asked(machine: "Machine", test: Call) -> tuple[str, Types]:
    """The name whose class a test asks for, and the classes of tables that would do."""
    match test:
        case Call(args=(str(name), wanted)):
            written = wanted.items if isinstance(wanted, Display) else (wanted,)
            found = [machine.eval(one) for one in written]
            tables = all(len(types) == 1 and types[0].kind == "class" and types[0].of.mapped for types in found)
            return name, tuple([types[0] for types in found]) if tables else NONE
    return "", NONE


_BUILTIN = {
    **dict.fromkeys(("list", "tuple", "set", "frozenset", "Sequence"), ("list", "tuple")),
    **dict.fromkeys(("str", "int", "float", "bytes", "UUID"), ("text", "plain")),
    "dict": ("dict",),
    "QuerySet": (),
}


def _kinds(machine: "Machine", test: Call) -> frozenset[str]:
    """The kinds of values that a test asks for, where it asks for no class of a table: isinstance(rows, list)"""
    wanted = test.args[1] if len(test.args) == 2 else None
    items = wanted.items if isinstance(wanted, Display) else (wanted,)
    names = [str(one.name if isinstance(one, Attr) else one) for one in items]
    if not all(one in _BUILTIN for one in names):
        return frozenset()
    rows = tuple(machine.iterators) if "QuerySet" in names else ()
    return frozenset(kind for one in names for kind in _BUILTIN[one]).union(rows)


def _may_be(machine: "Machine", one: Type, kinds: frozenset[str], holds: bool) -> bool:
    """May a value be of these kinds, or of others? A list that inference knows may also be a set, or a tuple."""
    if holds:
        return one.kind in kinds or not (one.kind in machine.iterators or _is_row(one) or one.kind in _CONTAINERS)
    return one.kind not in kinds or one.kind in _CONTAINERS


_CONTAINERS = frozenset({"list", "tuple", "dict"})


def _is_row(one: Type) -> bool:
    return one.kind == "instance" and one.of.mapped is not None


def _is_apart(machine: "Machine") -> bool:
    return machine.unit.fn is not None and machine.unit is not machine.unit.fn.unit


def _kept(machine: "Machine", known: Types, classes: Types) -> Types:
    """Of each class that is asked for what is known already, or it itself where a class above it is."""
    found = dict[Type, None]()
    for one in filter(_is_row, known):
        for wanted in classes:
            if wanted.of in machine.line_of(one.of):
                found[one] = None
            elif one.of in machine.line_of(wanted.of):
                found[Type("instance", wanted.of, None, one.doubt)] = None
    return tuple(found)


def _left(machine: "Machine", known: Types, classes: Types) -> Types:
    def asked_for(one: Type) -> bool:
        return _is_row(one) and any(wanted.of in machine.line_of(one.of) for wanted in classes)

    return tuple([one for one in known if not asked_for(one)])
