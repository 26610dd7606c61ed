"""Stage 1, whole project: the light types that inference passes around, and the cells that hold them.

A value may be of several types: a tuple without repeats, in the order found, so that nothing depends on a hash.
"""

from typing import Any, NamedTuple, TypeAlias

__all__ = ["NONE", "PLAIN", "Cell", "Type", "Types", "constant_of", "contain", "doubted", "each", "is_unseen", "join"]


class Type(NamedTuple):
    """One thing that a value may be.

    `kind`      `of`                     `extra`
    instance    a ClassInfo              -
    class       a ClassInfo              -
    super       the ClassInfo after which to search, and the Type of `self` in `extra`
    function    a Fn                     the Type it is bound to, or None
    module      a Scope                  -
    external    a dotted name of a library: module, class, function or constant, "django.db.models.Q"
    made        a dotted name of a library: what calling it returns
    text        a str constant; in `extra` True where pieces of it are unknown
    list        the Type of one item     -
    tuple       the Type of one item     its position
    dict        the Type of one value    its key, None where unknown
    plain       a number, text or moment that a column holds
    ...         each way of touching tables adds its own: manager, rows, session, query, column ...

    `doubt` counts up from 0, certain, over 1, inferred through unannotated calls, to 2, guessed by name.
    """

    kind: str
    of: Any = None
    extra: Any = None
    doubt: int = 0


Types: TypeAlias = tuple[Type, ...]

NONE: Types = ()
PLAIN: Types = (Type("plain"),)
_MOST = 24  # types of one value; more say nothing
_DEEPEST = 3  # containers in containers
_ATTRIBUTED = frozenset({"instance", "list", "tuple", "dict", "text", "method", "plain"})
_CONTAINERS = frozenset({"list", "tuple", "dict"})


def join(left: Types, right: Types) -> Types:
    """All of `left`, then what `right` adds; the same object as `left` where that is nothing."""
    if not right or left is right:
        return left
    if not left:
        return right
    if len(right) == 1:
        return left if right[0] in left or len(left) >= _MOST else (*left, right[0])
    new = [one for one in right if one not in left]
    return left + tuple(new[: _MOST - len(left)]) if new and len(left) < _MOST else left


class Cell:
    """A variable that several units read: a global, an attribute, a parameter, what a function returns."""

    __slots__ = ("readers", "types")

    def __init__(self) -> None:
        self.types: Types = NONE
        self.readers: Any = None  # nobody, the one unit that reads it, or a dict of several: most have one at most

    def read_by(self, unit: Any) -> None:
        """From now on `unit` is evaluated again when it is of more types."""
        known = self.readers
        if known is None:
            self.readers = unit
        elif type(known) is dict:
            known[unit] = None
        elif known is not unit:
            self.readers = {known: None, unit: None}

    def readers_of(self) -> tuple[Any, ...]:
        """The units that read it, in the order in which they did first."""
        known = self.readers
        return () if known is None else tuple(known) if type(known) is dict else (known,)


def contain(kind: str, items: Types, extra: Any = None) -> Types:
    """A container of `items`: [x], (x,), {k: x}."""
    return tuple([Type(kind, one, extra, one.doubt) for one in items if _depth(one) < _DEEPEST])


def each(types: Types, kinds: frozenset[str] = _CONTAINERS) -> Types:
    """What stands in the containers among `types`."""
    found: Types = NONE
    for one in types:
        if one.kind in kinds:
            found = join(found, (one.of,))
    return found


def constant_of(types: Types) -> Any:
    """The text that a value is sure to be, else None."""
    return types[0].of if len(types) == 1 and types[0].kind == "text" else None


def doubted(one: Type, doubt: int) -> Type:
    """`one`, at least as doubtful as `doubt`."""
    return one if one.doubt >= doubt else Type(one.kind, one.of, one.extra, doubt)


def is_unseen(one: Type) -> bool:
    """Is it an attribute that nobody has seen? It may be a method; once it is passed on it is as good as unknown."""
    return (one.kind == "method" and one.of.kind in _ATTRIBUTED) or one.kind == "plain"


def seen(types: Types) -> Types:
    """`types` without what nobody has seen."""
    for one in types:
        if is_unseen(one):
            return tuple([one for one in types if not is_unseen(one)])
    return types


def _depth(one: Type) -> int:
    depth = 0
    while one.kind in _CONTAINERS:
        one, depth = one.of, depth + 1
    return depth
