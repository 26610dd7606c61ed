"""Stage 1, whole project: text folded as far as its pieces are known: SQL, names of models and of modules."""

from typing import TYPE_CHECKING

from .. import code
from ..code import Const, Expr
from ..types import NONE, Type, Types, join
from .values import Site

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["constant", "looks_like_sql", "operation", "text", "text_method"]

_HOLE = Type("text", "\x00", True)
_LONGEST = 200_000  # characters of a text that is followed


def constant(machine: "Machine", node: Const) -> Types:
    """Text is followed; other literals are not."""
    if type(node.value) is str and len(node.value) <= _LONGEST:
        return (Type("text", node.value),)
    return NONE


def text(machine: "Machine", node: code.Text) -> Types:
    """An f-string; a mapped class in it stands for its table, and what is unknown is a hole."""
    pieces: list[str] = []
    holes = False
    for part in node.parts:
        types = machine.eval(part)
        if types and types[0].kind == "text":
            pieces.append(types[0].of)
            holes = holes or bool(types[0].extra)
        else:
            table = machine.inventory.table_text(types)
            pieces.append(table or _HOLE.of)
            holes = holes or not table
    return (Type("text", "".join(pieces), holes),)


def operation(machine: "Machine", node: code.Operation) -> Types:
    """`left <op> right`: text is joined and formatted, else the result may be either."""
    left, right = machine.eval(node.left), machine.eval(node.right)
    if node.op == "Add":
        if left and right and left[0].kind == "text" == right[0].kind:
            return _concatenated(left[0], right[0])
        if (left and left[0].kind == "text") or (right and right[0].kind == "text"):
            return _concatenated(*(types[0] if types and types[0].kind == "text" else _HOLE for types in (left, right)))
    if node.op == "Mod" and left and left[0].kind == "text":
        return _formatted(left[0], node.right, right)
    return join(left, right)


def looks_like_sql(one: Type) -> bool:
    """Does the text start as a statement does?"""
    text: str = one.of.lstrip()[:7].lower()
    return text.startswith(("select", "insert", "update", "delete", "with ", "replace", "merge"))


def _concatenated(left: Type, right: Type) -> Types:
    if len(left.of) + len(right.of) > _LONGEST:
        return NONE
    return (Type("text", left.of + right.of, bool(left.extra or right.extra)),)


def _formatted(template: Type, written: Expr, right: Types) -> Types:
    """ "select * from %s" % name; what is not known stays a hole."""
    text, holes = template.of, bool(template.extra)
    if isinstance(written, code.Dict) or any(one.kind == "dict" for one in right):
        for one in right:
            if one.kind == "dict" and one.extra is not None and one.of.kind == "text":
                text = text.replace(f"%({one.extra})s", one.of.of)
    else:
        known = {one.extra: one.of for one in reversed(right) if one.kind == "tuple"}
        many = len(written.items) if isinstance(written, code.Display) else 1
        for number in range(many):
            value = known.get(number) if known else next((one for one in right), None)
            text = text.replace("%s", value.of if value is not None and value.kind == "text" else _HOLE.of, 1)
    return (Type("text", text, holes or "%s" in text or "%(" in text or _HOLE.of in text),)


def text_method(receiver: Type, name: str, site: Site) -> Types:
    """A method of a text: format, strip and their like keep it as far as it is known."""
    if name == "join":
        return (_HOLE,)
    if name != "format":
        return (receiver,) if name in ("strip", "lstrip", "rstrip", "replace") else NONE
    text = receiver.of
    for number, types in enumerate(site.args):
        if types and types[0].kind == "text":
            text = text.replace(f"{{{number}}}", types[0].of).replace("{}", types[0].of, 1)
        else:
            text = text.replace(f"{{{number}}}", _HOLE.of).replace("{}", _HOLE.of, 1)
    for key, types in site.keywords.items():
        text = text.replace(f"{{{key}}}", types[0].of if types and types[0].kind == "text" else _HOLE.of)
    return (Type("text", text, bool(receiver.extra) or _HOLE.of in text),)
