"""Stage 1, whole project: a dotted name as written in a module -> where it is really defined, through re-exports."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..model.facts import ImportKind
from .code import Assign, Class, Const, Dict, Display, For, Function, If, Stmt, Try, While, With
from .file import Says
from .imports import WrittenImport
from .resolve import Index, Place, absolute_name

__all__ = ["Binding", "Found", "Symbols", "statements", "symbols"]


class Binding(NamedTuple):
    """What a name of a module's own body stands for: a definition of `kind`, or an import."""

    kind: str  # "function" | "class" | "constant" | "import"
    written: WrittenImport | None = None


class Found(NamedTuple):
    """A name resolved: `name` of the project's module `place`, or, where that is None, the dotted name of a library.

    `name` is "" for the module itself, and goes on with what the name ends in that was not looked up ("Order.create").
    """

    place: Place | None
    name: str
    typing_only: bool = False


class Symbols:
    """Every module's names. Look-ups are cached; a circle of re-exports ends where it is entered again."""

    __slots__ = ("_bindings", "_cache", "_code", "_imported", "_index", "_inside", "_meant", "_stars")

    def __init__(self, index: Index, bindings: Mapping[str, Mapping[str, Binding]], files: Sequence[Says]) -> None:
        self._index, self._bindings = index, bindings
        self._imported = {said.path: {one.bound: one for one in said.imports if one.bound} for said in files}
        self._stars = {said.path: [one for one in said.imports if one.name == "*"] for said in files}
        self._code = {said.path: said.code for said in files}
        self._cache: dict[tuple[str, str], Found | None] = {}
        self._meant: dict[tuple[str, str], Found | None] = {}
        self._inside: dict[tuple[str, str], Mapping[str, Function | Class]] = {}

    def kind(self, place: Place, name: str) -> str:
        """What `place` defines `name` as: "function", "class", "constant", or "" where it does not."""
        binding = self._bindings.get(place.path, {}).get(name.partition(".")[0])
        return binding.kind if binding and binding.kind != "import" else ""

    def function(self, place: Place, name: str) -> Function | None:
        """The function or method that `place` defines as `name`, where its body was read."""
        found = self._defined(place, name)
        return found if isinstance(found, Function) else None

    def class_of(self, place: Place, name: str) -> Class | None:
        """The class that `place` defines as `name`, where its body was read."""
        found = self._defined(place, name)
        return found if isinstance(found, Class) else None

    def functions(self, place: Place) -> Iterator[Function]:
        """The functions of the module's own body."""
        return (one for one in statements(self._body(place)) if isinstance(one, Function))

    def _body(self, place: Place) -> Sequence[Stmt]:
        code = self._code.get(place.path)
        return code.body if code and not code.outline else ()

    def _defined(self, place: Place, name: str) -> Function | Class | None:
        outer, _, last = name.rpartition(".")
        key = (place.path, outer)
        if key not in self._inside:
            info = self._defined(place, outer) if outer else None
            body = self._body(place) if not outer else info.body if isinstance(info, Class) else ()
            found: dict[str, Function | Class] = {}
            for one in statements(body):
                if isinstance(one, Function | Class):
                    found.setdefault(one.name, one)
            self._inside[key] = found
        return self._inside[key].get(last)

    def is_literal(self, place: Place, name: str) -> bool:
        """Does a class that `place` defines hold a literal by this name? `Order.Meta.fields = ["id", "total"]`."""
        outer, _, last = name.rpartition(".")
        info = self.class_of(place, outer) if outer else None
        body = info.body if info else ()
        values = (one.value for one in statements(body) if isinstance(one, Assign) and last in one.targets)
        return bool(outer) and isinstance(next(values, None), Const | Display | Dict)

    def find(self, place: Place, chain: str) -> Found | None:
        """What the dotted name `chain` means in `place`; None where its first part is neither imported nor defined."""
        key = (place.path, chain)
        if key not in self._meant:
            self._meant[key] = self._found(place, chain)
        return self._meant[key]

    def _found(self, place: Place, chain: str) -> Found | None:
        first, _, rest = chain.partition(".")
        written = self._imported.get(place.path, {}).get(first)
        if written is None:
            return Found(place, chain) if self.kind(place, first) else self._starred(place, chain)
        found = self._follow(place, written, rest)
        return found._replace(typing_only=written.kind is ImportKind.TYPE) if found else None

    def passed_on(self, place: Place, chain: str) -> Found | None:
        """The project's module from which `place` imports what is a library's: the one that its import names."""
        first, _, rest = chain.partition(".")
        written = self._imported.get(place.path, {}).get(first)
        base = absolute_name(written.level, written.module, place) if written and written.name else None
        source = self._index.find(base, place.root) if base else None
        if written is None or source is None:
            return None
        # from shop import crypto, then crypto.BadSignature: the module shop.crypto passes it on
        inner = self._index.find(f"{base}.{written.name}", place.root) if rest else None
        name = rest if inner else f"{written.name}.{rest}" if rest else str(written.name)
        return Found(inner or source, name, written.kind is ImportKind.TYPE)

    def _follow(self, place: Place, written: WrittenImport, rest: str) -> Found | None:
        if written.loaded:
            source = self._index.loaded(written.module)
            return self._within(source, f"{written.name}.{rest}" if rest else str(written.name)) if source else None
        base = absolute_name(written.level, written.module, place)
        if base is None:
            return None
        if written.name is None:  # import a.b: binds a;    import a.b as c: binds a.b
            aliased = written.bound != base.partition(".")[0] or base == written.bound
            start = base if aliased else written.bound
            return self.named(f"{start}.{rest}" if rest else start, place.root)
        return self.named(".".join(part for part in (base, written.name, rest) if part), place.root)

    def named(self, dotted: str, near: str = "") -> Found | None:
        """What the absolute dotted name means: the longest part of it that is a module, then that module's names."""
        parts = dotted.split(".")
        for end in range(len(parts), 0, -1):
            place = self._index.find(".".join(parts[:end]), near)
            if place:
                return self._within(place, ".".join(parts[end:]))
        return Found(None, dotted)

    def _within(self, place: Place, name: str) -> Found | None:
        if not name:
            return Found(place, "")
        key = (place.path, name)
        if key not in self._cache:
            self._cache[key] = Found(place, name)  # the answer while it is being looked for: a circle ends here
            self._cache[key] = self._look_up(place, name)
        return self._cache[key]

    def _look_up(self, place: Place, name: str) -> Found | None:
        first, _, rest = name.partition(".")
        binding = self._bindings.get(place.path, {}).get(first)
        if binding and binding.written:
            return self._follow(place, binding.written, rest) or Found(place, name)
        return (None if binding else self._starred(place, name)) or Found(place, name)

    def _starred(self, place: Place, name: str) -> Found | None:
        """What a name means that `place` has by an import of all names of another module."""
        for star in self._stars.get(place.path, ()):
            base = absolute_name(star.level, star.module, place)
            source = self._index.find(base, place.root) if base else None
            found = self._within(source, name) if source else None
            if found and found.place and (self.kind(found.place, found.name) or found.place.path != source.path):  # type: ignore[union-attr]
                return found
        return None


def symbols(files: Sequence[Says], index: Index) -> Symbols:
    """The names of every module, from the imports and definitions of its own body."""
    return Symbols(index, {said.path: _bindings(said) for said in files}, files)


def _bindings(said: Says) -> dict[str, Binding]:
    found = {one.bound: Binding("import", one) for one in said.imports if one.bound and one.kind is not ImportKind.LAZY}
    loaders = {one.bound for one in said.imports if one.loaded}
    for node in statements(said.code.body):
        if isinstance(node, Function | Class):
            found[node.name] = Binding("class" if isinstance(node, Class) else "function")
        elif isinstance(node, Assign):
            targets = (target for target in node.targets if isinstance(target, str))
            found |= {target: Binding("constant") for target in targets if target not in loaders}
    return found


def statements(body: Sequence[Stmt]) -> Iterator[Stmt]:
    """The statements of a body and of its branches, loops and handlers, but not of functions or classes."""
    waiting = list(reversed(body))
    while waiting:
        node = waiting.pop()
        yield node
        match node:
            case If(body=first, orelse=other):
                waiting += [*reversed(other), *reversed(first)]
            case Try(body=first, handlers=handlers, final=final):
                handled = [one for handler in handlers for one in handler.body]
                waiting += [*reversed(final), *reversed(handled), *reversed(first)]
            case With(body=first) | For(body=first) | While(body=first):
                waiting += reversed(first)
