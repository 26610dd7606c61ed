"""Stage 1, whole project: what a name may be where a branch has asked for it.

if isinstance(row, Order): ...          if column in ("lines", "tags"): ...
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ..code import Attr, Call, Const, Display, Either, Expr, Parts
from ..types import NONE, Type, Types, doubted, each, is_unseen, join

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["chosen", "narrowed"]

_COMPARING = {"Eq": True, "In": True, "NotEq": False, "NotIn": False}


def narrowed(machine: "Machine", test: Expr, holds: bool, run: Callable[[], Types]) -> Types:
    """Run the branch of `test` that is taken where it `holds`, or where it does not; NONE where it surely never is.

    if isinstance(owner, Order): owner.lines.all()      else: owner.items.all()
    """
    if isinstance(test, Parts) and test.op == "Not":  # not isinstance(...)
        test, holds = test.items[0], not holds
    if isinstance(test, Either) and test.op == ("And" if holds else "Or"):  # each of them holds, or none does
        for item in test.items:
            run = partial(narrowed, machine, item, holds, run)
        return run()
    if isinstance(test, Parts) and test.op in _COMPARING:
        alike = holds is _COMPARING[test.op]
        name, labels = _listed(machine, test) if alike else ("", NONE)
        return _as_one_of(machine, name, labels, run) if labels else _compared(machine, test, alike, run)
    if holds and _asks_what_is_not_there(machine, test):
        return NONE
    if type(test) is Call and test.func == "issubclass" and holds:
        return _below(machine, test, run)
    if type(test) is not Call or test.func != "isinstance":
        return run()
    env = machine.unit.env
    name, classes = _asked(machine, test)
    if name not in env:
        return run()
    known = env[name]
    if kinds := _kinds(machine, test):
        return _within(machine, name, tuple([one for one in known if _may_be(machine, one, kinds, holds)]), run)
    if not classes:
        return run()
    if not all(one.of.mapped for one in classes):
        return _within(machine, name, tuple([one for one in known if _is_one_of(machine, one, classes, holds)]), run)
    kept = _kept(machine, known, classes) if holds else _left(machine, known, classes)
    if not kept and known and all(map(_is_row, known)) and _is_apart(machine):
        return NONE  # it is evaluated apart for what it is given
    return _within(machine, name, kept or (tuple([one.of.type for one in classes]) if holds else known), run)


def _asks_what_is_not_there(machine: "Machine", test: Expr) -> bool:
    """Does a test ask forms for a field that none of them has?

    if form.cleaned_data.get("tags"): ...
    """
    match test:
        case Call(
            func=Attr(base=Attr(base=str(form), name="cleaned_data"), name="get"), args=(Const(value=str(name)), *_)
        ):
            forms = machine.unit.env.get(form, NONE)
            return bool(forms) and all(
                one.kind == "instance" and any(lacks(machine, one.of, name) for lacks in machine.inventory.lacking)
                for one in forms
            )
    return False


def _within(machine: "Machine", name: str, types: Types, run: Callable[[], Types]) -> Types:
    """Run a branch in which a name is of these types alone."""
    env = machine.unit.env
    known, env[name] = env[name], types
    found = run()
    env[name] = join(known, env[name])
    return found


def _below(machine: "Machine", test: Call, run: Callable[[], Types]) -> Types:
    """Run a branch in which a name of unknown type is a class below those that are asked for.

    for name in dir(module): found = getattr(module, name); if issubclass(found, Payment): ...
    """
    name, classes = _asked(machine, test)
    known = machine.unit.env.get(name, NONE)
    if name not in machine.unit.env or not classes or not all(map(is_unseen, known)):
        return run()
    return _within(machine, name, tuple([doubted(one, 1) for one in classes]), run)


def _as_one_of(machine: "Machine", name: str, labels: Types, run: Callable[[], Types]) -> Types:
    """Run a branch in which a name that may be any text is one of these, and not after it."""
    env = machine.unit.env
    known, env[name] = env.get(name, NONE), labels
    found = run()
    if env.get(name) is labels:
        env[name] = known
    return found


def chosen(machine: "Machine", test: Expr) -> None:
    """What follows a branch that leaves where a text is none of those that are listed: it is one of them.

    if label not in ("shop.Order", "shop.Line"): raise Http404
    """
    alike = True
    if isinstance(test, Parts) and test.op == "Not":
        test, alike = test.items[0], False
    if isinstance(test, Parts) and test.op == ("NotIn" if alike else "In"):
        name, labels = _listed(machine, test)
        if labels:
            machine.unit.env[name] = labels


def _listed(machine: "Machine", test: Parts) -> tuple[str, Types]:
    """A name and the labels of models that it is compared with: label in MODELS"""
    match test:
        case Parts(items=(str(name), other), op="In" | "NotIn") if name not in machine.unit.scope.cells:
            found = each(machine.eval(other)) if isinstance(other, str | Attr | Display) else NONE
            known = machine.unit.env.get(name, NONE)
            if found and all(map(machine.inventory.is_label, found)) and all(one.kind == "plain" for one in known):
                return name, found
    return "", NONE


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
    left = tuple([one for one in env[name] if one.kind != "text" or (one.of in texts) is alike])
    return _within(machine, name, left, run)


def _asked(machine: "Machine", test: Call) -> tuple[str, Types]:
    """The name whose class a test asks for, and the classes that would do."""
    match test:
        case Call(args=(str(name), wanted)):
            written = wanted.items if isinstance(wanted, Display) else (wanted,)
            found = [machine.eval(one) for one in written]
            known = all(len(types) == 1 and types[0].kind == "class" for types in found)
            plain = known and not any(machine.inventory.is_managing(types[0].of) for types in found)
            return name, tuple([types[0] for types in found]) if plain else NONE
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


def _is_one_of(machine: "Machine", one: Type, classes: Types, holds: bool) -> bool:
    """May a value be of these classes, not all of which have tables, or of others? No query or container is of one."""
    if one.kind != "instance":
        return not (holds and (one.kind in machine.iterators or one.kind in _CONTAINERS))
    if not holds:
        return not any(wanted.of in machine.line_of(one.of) for wanted in classes)
    below = {one.of, *machine.below_of(one.of)}
    return any(not below.isdisjoint((wanted.of, *machine.below_of(wanted.of))) for wanted in classes)


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
