"""Stage 1, one file: Function -> does it hand its result back in what it was given?"""

import re

from .code import Assign, Attr, Call, Class, Delete, Display, Expr, For, Function, Item, Lambda, Raise

__all__ = ["changes_arguments", "raises"]

_CHANGES = frozenset(
    "append appendleft clear discard extend insert pop popitem remove reverse setdefault sort update".split()
)
_SETS = re.compile(r"(add|append|assign|clear|fill|pop|populate|remove|set|store|update)_")
_KEEPS = frozenset("save asave bulk_create bulk_update delete adelete commit flush".split())


def changes_arguments(function: Function) -> bool:
    """Does it change an object that its caller holds, and leave it to the caller to keep?

    Then the caller looks at the result though it drops what the call returns. What is saved at once is no such result:
    it can be read again from where it is kept.
    """
    given = {param.name for param in function.params} - {"self", "cls"}
    changed, kept = set[str](), set[str]()
    waiting: list[object] = [function.body]
    while waiting:
        node = waiting.pop()
        match node:
            case For(target=Display(items=targets), iter=value) if _root(value) in given:
                given |= {_root(one) for one in targets if isinstance(one, str)}  # for name, field in fields.items()
            case For(target=str(name), iter=value) | Assign(targets=(str(name),), value=value) if _root(value) in given:
                given.add(name)  # for line in lines: line.total = 3
            case Assign(targets=targets) | Delete(targets=targets):
                changed |= {_root(one) for one in targets if isinstance(one, Attr | Item)}
            case Call(func="setattr", args=(target, *_)):
                changed.add(_root(target))
            case Call(func=Attr(base=base, name=name), args=args):
                if name in _KEEPS:  # order.save(), db.bulk_update(orders)
                    kept |= {_root(one) for one in (base, *args)}
                elif isinstance(base, str) and (_SETS.match(name) or (name in _CHANGES and _is_change(name, args))):
                    changed.add(base)
        if isinstance(node, tuple):
            waiting.extend(part for part in reversed(node) if isinstance(part, tuple))
    return bool(given & changed - kept)


def raises(function: Function) -> bool:
    """Does it raise an error itself? Then whoever calls it waits to see whether it does."""
    waiting: list[object] = [function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Raise):
            return True
        if isinstance(node, tuple) and not isinstance(node, Function | Class | Lambda):
            waiting.extend(part for part in node if isinstance(part, tuple))
    return False


def _is_change(name: str, args: tuple[Expr, ...]) -> bool:
    # rows.update(status="open") is a query's; totals.update({...}) changes a dict
    return name != "update" or bool(args)


def _root(expr: object) -> str:
    # order.lines[0].total -> "order"      form.fields.values() -> "form"
    while True:
        match expr:
            case Attr(base=base) | Item(base=base) | Call(func=Attr(base=base, name="values" | "items" | "get")):
                expr = base
            case _:
                return expr if isinstance(expr, str) else ""
