"""Stage 1, whole project: text folded as far as its pieces are known: SQL, names of models and of modules.

A text may be one of several: `sql += " JOIN lines"` in a branch leaves both.
"""

import re
from collections.abc import Iterable
from itertools import count, islice, product
from typing import TYPE_CHECKING

from ...model.facts import Op
from .. import code
from ..code import Const, Expr
from ..types import NONE, Type, Types, join
from .values import Site

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["combined", "constant", "looks_like_sql", "operation", "plus", "text", "text_method"]

_HOLE = Type("text", "\x00", True)
_LONGEST = 200_000  # characters of a text that is followed
_MOST = 4  # alternatives that are followed of one text; the first are kept, so that loops end
_MOST_NAMES = 24  # of the name of a table alone, which does not grow
_PIECE = re.compile(r"\b(?:from|join|into|update)\s+\S", re.I)


def constant(machine: "Machine", node: Const) -> Types:
    """Text is followed; other literals are not."""
    value = node.value
    if type(value) is not str or len(value) > _LONGEST:
        return NONE
    known = machine.texts.get(value)
    if known is None:
        known = machine.texts[value] = (Type("text", value),)
    return known


def text(machine: "Machine", node: code.Text) -> Types:
    """An f-string; a mapped class in it stands for its table, and what is unknown is a hole."""
    return _glued([_texts(machine, machine.eval(part)) for part in node.parts])


def operation(machine: "Machine", node: code.Operation) -> Types:
    """`left <op> right`: text is joined and formatted, else the result may be either."""
    left, right = machine.eval(node.left), machine.eval(node.right)
    if node.op == "Add" and (_has_text(left) or _has_text(right)):
        return plus(machine, left, right)
    if node.op == "Mod" and _has_text(left):
        return _formatted(machine, _texts(machine, left), node.right, right)
    if node.op in ("BitOr", "BitAnd"):
        combined(machine, node.left, left)
        combined(machine, node.right, right)
    return join(left, right)


def combined(machine: "Machine", node: Expr, types: Types) -> None:
    """`late | paid`, `late |= paid`: queries that become one, which is sent later."""
    draft = machine.drafts.get(id(node))
    if draft is not None and all(one.kind in machine.iterators for one in types):
        draft.per_item = False
        asked = {*draft.targets, *draft.prefetched}
        end = node.line if isinstance(node, code.Call) else draft.line
        for effect in machine.unit.effects:
            if draft.line <= effect.line <= end and effect.op is Op.READ and effect.target in asked:
                machine.unit.along[effect] = None


def plus(machine: "Machine", left: Types, right: Types) -> Types:
    """Text and text; what is neither is a hole in it."""
    return _glued([_texts(machine, left), _texts(machine, right)])


def looks_like_sql(one: Type) -> bool:
    """Does the text start as a statement does, or hold a piece that names tables?"""
    text: str = one.of.lstrip()[:7].lower()
    return text.startswith(("select", "insert", "update", "delete", "with ", "replace", "merge")) or bool(
        _PIECE.search(one.of[:2000])
    )


def _has_text(types: Types) -> bool:
    return any(one.kind == "text" for one in types)


def _texts(machine: "Machine", types: Types) -> Types:
    """The texts that a value may be, the first few; a mapped class is its table's name, anything else a hole."""
    found = [one for one in types if one.kind == "text"]
    if len(found) > _MOST:
        names = [one for one in found if machine.inventory.is_table(one)]
        found = names[:_MOST_NAMES] if len(names) > _MOST else found[:_MOST]
    if found:
        return tuple(found)
    table = machine.inventory.table_text(types)
    return (Type("text", table),) if table else (_HOLE,)


def _glued(pieces: Iterable[Types]) -> Types:
    """Every way to choose one text of each piece, one after the other."""
    found: Types = NONE
    known = tuple(pieces)
    for chosen in islice(product(*known), max([_MOST, *map(len, known)])):
        if sum(len(one.of) for one in chosen) <= _LONGEST:
            one = Type("text", "".join(one.of for one in chosen), any(one.extra for one in chosen))
            found = join(found, (one,))
    return found


def _formatted(machine: "Machine", templates: Types, written: Expr, right: Types) -> Types:
    """ "select * from %s" % name; what is not known stays a hole."""
    named = isinstance(written, code.Dict) or any(one.kind == "dict" for one in right)
    if named:
        values = {f"%({one.extra})s": (one.of,) for one in right if one.kind == "dict" and one.extra is not None}
        filled = [
            _filled(template, {key: _texts(machine, known) for key, known in values.items()}) for template in templates
        ]
    else:
        many = len(written.items) if isinstance(written, code.Display) else 1
        filled = [
            _placed(template, [_texts(machine, value) for value in _positions(right, many)]) for template in templates
        ]
    return _marked(filled)


def _positions(right: Types, many: int) -> list[Types]:
    """What stands at each place of a tuple; a value that is no tuple is the first, and the only one."""
    if not any(one.kind == "tuple" for one in right):
        return [right, *[NONE] * (many - 1)]
    return [tuple([one.of for one in right if one.kind == "tuple" and one.extra == number]) for number in range(many)]


def _placed(template: Type, values: list[Types]) -> Types:
    """The template with each `%s` in its turn replaced."""
    pieces = re.split(r"(?<!%)%s", template.of, maxsplit=len(values))
    glued: list[Types] = [(Type("text", pieces[0], template.extra),)]
    for value, piece in zip(values, pieces[1:], strict=False):
        glued += [value, (Type("text", piece),)]
    return _glued(glued)


def _filled(template: Type, values: dict[str, Types]) -> Types:
    """The template with each key of `values` that it holds replaced, everywhere."""
    held = [key for key in values if key in template.of]
    found: Types = NONE
    for chosen in islice(product(*(values[key] for key in held)), max([_MOST, *(len(values[key]) for key in held)])):
        text = template.of
        for key, one in zip(held, chosen, strict=True):
            text = text.replace(key, one.of)
        if len(text) <= _LONGEST:
            found = join(found, (Type("text", text, template.extra),))
    return found


def _marked(filled: Iterable[Types]) -> Types:
    """All of them, each with whether something in it is not known."""
    found: Types = NONE
    for types in filled:
        for one in types:
            holes = bool(one.extra) or _HOLE.of in one.of or "%s" in one.of or "%(" in one.of
            found = join(found, (Type("text", one.of, holes),))
    return found


def text_method(machine: "Machine", receiver: Type, name: str, site: Site) -> Types:
    """A method of a text: format, join, replace, strip and their like keep it as far as it is known."""
    if name == "join":
        return _joined(machine, receiver, site)
    if name in ("format", "format_map"):
        return _braced(machine, receiver, site.args if name == "format" else (), _by_name(site), site.line)
    if name in ("substitute", "safe_substitute"):  # of string.Template
        known = {key: _texts(machine, types) for key, types in _by_name(site).items()}
        values = {mark + key + end: texts for key, texts in known.items() for mark, end in (("${", "}"), ("$", ""))}
        return _filled(receiver, values)
    if name == "replace" and len(site.args) == 2:
        old, new = site.args
        if len(old) == 1 and old[0].kind == "text" and old[0].of and _has_text(new):
            return _filled(receiver, {old[0].of: _texts(machine, new)})
    if name == "split" and machine.inventory.is_label(receiver) and site.args[:1] == ((Type("text", "."),),):
        return tuple([Type("tuple", Type("text", one), number) for number, one in enumerate(receiver.of.split("."))])
    return (receiver,) if name in ("strip", "lstrip", "rstrip", "replace", "encode") else NONE


def _by_name(site: Site) -> dict[str, Types]:
    """What stands under which name: `table="lines"`, `**{"table": "lines"}`, and in a mapping that is given alone."""
    found = {key: types for key, types in site.keywords.items() if key[:2] != "**"}
    for types in (*site.args[:1], *(types for key, types in site.keywords.items() if key[:2] == "**")):
        for one in types:
            if one.kind == "dict" and type(one.extra) is str:
                found[one.extra] = join(found.get(one.extra, NONE), (one.of,))
    return found


_DIGITS = 4  # of an argument's number in a template

# {}   {0}   {table!s}   {order._meta.db_table}   {total:>10}
_FIELD = re.compile(r"\{(\w*)((?:\.\w+)*)(?:![rsa])?(?::[^{}]*)?\}")


def _braced(machine: "Machine", template: Type, args: tuple[Types, ...], named: dict[str, Types], line: int) -> Types:
    """The template with each field of which something is known replaced, everywhere; `{}` are numbered."""
    numbers = count()
    text = _FIELD.sub(lambda field: field[0] if field[1] else f"{{{next(numbers)}{field[0][1:]}", template.of)
    values: dict[str, Types] = {}
    for field in _FIELD.finditer(text):
        name, path = field[1], field[2]
        at = int(name) if len(name) < _DIGITS and name.isdecimal() else -1
        types = args[at] if 0 <= at < len(args) else named.get(name)
        if types is not None:
            for part in path.split(".")[1:]:
                types = machine.attributes_of(types, part, line)
            values[field[0]] = _texts(machine, types)
    return _marked([_filled(Type("text", text, template.extra), values)])


def _joined(machine: "Machine", separator: Type, site: Site) -> Types:
    """`" ".join(parts)`: the parts that are known, in the order in which they were put in."""
    items = machine.iterate(site.arg(0), site.line)
    known = [one.of for one in items if one.kind == "text"]
    text = separator.of.join(known)
    return (Type("text", text, True),) if known and len(text) <= _LONGEST else (_HOLE,)
