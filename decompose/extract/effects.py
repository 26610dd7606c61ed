"""Stage 1, one file: Function -> what it does to what it is given, and how it fails."""

import builtins
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from .code import (
    Assign,
    Attr,
    Call,
    Class,
    Delete,
    Display,
    Do,
    Expr,
    For,
    Function,
    Item,
    Lambda,
    Raise,
    Star,
    Try,
    within,
)
from .code.text import as_text

__all__ = [
    "Effects",
    "called_at",
    "deletes",
    "effects",
    "handed",
    "named",
    "raises",
    "refuses",
    "root",
    "unguarded",
    "values_of",
]

_CHANGES = frozenset(
    "append appendleft clear discard extend insert pop popitem remove reverse setdefault sort update".split()
)
_SETS = re.compile(r"(add|append|assign|clear|fill|pop|populate|remove|set|store|update)_")
_SAVES = frozenset("save asave bulk_create abulk_create bulk_update abulk_update".split())
_KEEPS = _SAVES | {"delete", "adelete", "commit", "flush"}
_DELETES = frozenset(("delete", "adelete"))


class Effects(NamedTuple):
    """The parameters that a function changes and those whose rows it deletes, by its own lines; and what it calls.

    `deep` are those of which it changes a part, which may be a part of something else, too. `stored` are saved as they
    were given. `hands_back`: it changes an object that its caller holds, and leaves it to the caller to keep; `unkept`:
    so it does with its own object, which it hands to nobody where it is `alone`, nor opens a file. What is saved at
    once can be read again from where it is kept; `itself`: it changes its own object, whether that is saved or not.
    `parts` are the names that stand for a parameter or a part of one.
    """

    changed: frozenset[str]
    deep: frozenset[str]
    deleted: frozenset[str]
    stored: frozenset[str]
    hands_back: bool
    unkept: bool
    itself: bool
    alone: bool
    parts: Mapping[str, str]
    calls: tuple[Call, ...]


def effects(function: Function) -> Effects:
    """What `function` does to what it is given."""
    parts = {param.name: param.name for param in function.params if param.name not in ("self", "cls")}
    given = frozenset(parts)
    changed, kept, deleted = set[str](), set[str](), set[str]()
    calls: list[Call] = []
    waiting: list[object] = [function.body]
    while waiting:
        node = waiting.pop()
        match node:
            case For(target=Display(items=targets), iter=value) if root(value) in parts:
                # for name, field in fields.items()
                parts |= {root(one): parts[root(value)] for one in targets if isinstance(one, str)}
            case For(target=str(name), iter=value) | Assign(targets=(str(name),), value=value) if root(value) in parts:
                parts[name] = parts[root(value)]  # for line in lines: line.total = 3
            case Assign(targets=targets) | Delete(targets=targets):
                changed |= {root(one) for one in targets if isinstance(one, Attr | Item)}
            case Call(func="setattr", args=(target, *_)):
                changed.add(root(target))
            case Call(func=Attr(base=base, name=name), args=args):
                if name in _KEEPS:  # order.save(), db.bulk_update(orders)
                    kept |= {root(one) for one in (base, *args)}
                elif isinstance(base, str) and (_SETS.match(name) or (name in _CHANGES and _is_change(name, args))):
                    changed.add(base)
        if isinstance(node, Call):
            calls.append(node)
            deleted.update(one for one in deletes(node) if isinstance(one, str))
        if isinstance(node, tuple):
            waiting.extend(part for part in reversed(node) if isinstance(part, tuple))
    return Effects(
        changed=_kept(parts[one] for one in changed if one in parts),
        deep=_kept(parts[one] for one in changed if one in parts and one not in given),
        deleted=_kept(parts[one] for one in deleted if one in parts),
        stored=_kept(given & _stored(calls) - changed),
        hands_back=bool((changed - kept) & parts.keys()),
        unkept="self" in changed - kept,
        itself="self" in changed,
        alone=bool(function.body) and not any(_hands_itself(call) for call in calls),
        parts=parts,
        calls=tuple(calls),
    )


def _hands_itself(call: Call) -> bool:
    # super().save()      send(self)      self.payload.open()
    opens = isinstance(call.func, Attr) and call.func.name == "open"
    return opens or call.func == "super" or "self" in values_of(call)


_NONE = frozenset[str]()


def _kept(names: Iterable[str]) -> frozenset[str]:
    """Of a hundred thousand functions most do nothing of all that; each empty set would take as much as a full one."""
    return frozenset(names) or _NONE


def _stored(calls: Iterable[Call]) -> set[str]:
    """The names of what is saved, and otherwise handed to nobody who may change it first."""
    saved, used = set[str](), set[str]()
    for call in calls:
        match call:
            case Call(func=Attr(base=base, name=name), args=args) if name in _SAVES:
                saved |= {one for one in (base, *args[:1]) if isinstance(one, str)}
            case Call(func=func, args=args, keywords=keywords):
                values = (root(func), *args, *(value for _, value in keywords))
                used |= {one for one in values if isinstance(one, str)}
    return saved - used


def deletes(call: Call) -> tuple[str | Attr, ...]:
    """What `call` itself deletes, where that has a name: order.delete(), db.delete(self.order)."""
    match call:
        case Call(func=Attr(base=base, name=name), args=args) if name in _DELETES:
            return tuple(one for one in args or (base,) if isinstance(one, str | Attr))
        case Call(func=Attr(base=Call(func="super"), name=name), args=args) if name.startswith("delete"):
            return tuple(
                one for one in ("self", *args) if isinstance(one, str | Attr)
            )  # super().delete_model(request, order)
    return ()


def raises(parts: Iterable[Raise | Call]) -> bool:
    """Does it raise an error itself? Then whoever calls it waits to see whether it does."""
    return any(isinstance(one, Raise) for one in parts)


def refuses(parts: Iterable[Raise | Call]) -> bool:
    """Does it raise an error that somebody defined for it? Python's own mostly tell of a mistake in the program."""
    return any(isinstance(one, Raise) and not _is_builtin(one.value) for one in parts)


def _is_builtin(error: Expr) -> bool:
    name = error.func if isinstance(error, Call) else error
    return isinstance(name, str) and isinstance(getattr(builtins, name, None), type)


def unguarded(function: Function) -> tuple[Raise | Call, ...]:
    """The calls and the `raise` statements of `function` whose errors it does not catch."""
    found: list[Raise | Call] = []
    waiting: list[object] = [function.body]
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind is Raise or kind is Call:
            found.append(node)  # type: ignore[arg-type]  # it is one of the two
        if isinstance(node, tuple) and kind not in _APART:
            waiting.extend(node[1:] if kind is Try and node[1] else node)
    return tuple(found)


_APART = (Function, Class, Lambda)  # which run at another time


def called_at(function: Function, line: int, chain: str) -> Call | None:
    """The call of `chain` on `line` whose result `function` drops; ".pay" is that of whatever object."""
    for node in within(function.body):
        if isinstance(node, Do) and isinstance(call := node.value, Call) and call.line == line:
            of_any = isinstance(call.func, Attr) and f".{call.func.name}" == chain
            if of_any or as_text(call.func) == chain:
                return call
    return None


def handed(called: Function, call: Call) -> Iterator[tuple[str, Expr]]:
    """Each parameter of `called` with what `call` passes for it; of a method the first is its own object."""
    params = [param.name for param in called.params if param.kind in ("", "keyword")]
    places = params[1:] if params[:1] in (["self"], ["cls"]) else params
    for name, value in zip(places, call.args, strict=False):
        if isinstance(value, Star):
            break
        yield name, value
    yield from ((name, value) for name, value in call.keywords if name in params)


def values_of(call: Call) -> Iterator[Expr]:
    """All that a call passes, what stands in lists and tuples one by one."""
    waiting: list[Expr] = [*call.args, *(value for _, value in call.keywords)]
    for value in waiting:
        if isinstance(value, Display):
            waiting.extend(value.items)
        elif isinstance(value, Star):
            waiting.append(value.value)
        else:
            yield value


def named(function: Function) -> dict[str, tuple[Expr, ...]]:
    """The values that a function gives to each of its names."""
    found: dict[str, tuple[Expr, ...]] = {}
    for node in within(function.body):
        if isinstance(node, Assign) and node.value is not None:
            found |= {one: (*found.get(one, ()), node.value) for one in node.targets if isinstance(one, str)}
    return found


def _is_change(name: str, args: tuple[Expr, ...]) -> bool:
    # rows.update(status="open") is a query's; totals.update({...}) changes a dict
    return name != "update" or bool(args)


def root(expr: object) -> str:
    """The name that an expression is a part of, "" where it is of none."""
    # order.lines[0].total -> "order"      form.fields.values() -> "form"
    while True:
        match expr:
            case Attr(base=base) | Item(base=base) | Call(func=Attr(base=base, name="values" | "items" | "get")):
                expr = base
            case _:
                return expr if isinstance(expr, str) else ""
