"""Stage 1, whole project: templates as written -> Page, and the wires of the packages that hold them."""

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ..model.facts import Evidence, Page, Wire, WireKind
from ..model.names import Module
from .labels import Labels
from .pages import PAGES, Written, named
from .resolve import Place
from .symbols import Symbols
from .wiring import Hint

__all__ = ["Templates"]

_Find = Callable[[Place | None, Hint], Place | None]


class Templates:
    """Look-ups of templates by the names that others call them by; one that several files have is none.

    `sets` is what middleware sets on a request, with the first place that does; `find` says which module a hint means;
    `helpers` are the functions that templates call by plain names.
    """

    __slots__ = ("_find", "_helpers", "_labels", "_named", "_names", "_sets")

    def __init__(
        self,
        paths: Sequence[str],
        labels: Labels,
        names: Symbols,
        sets: Mapping[str, Evidence],
        find: _Find,
        helpers: Mapping[str, tuple[Module, str]],
    ) -> None:
        self._named: defaultdict[str, list[str]] = defaultdict(list)
        for path in paths:
            if name := named(path):
                self._named[name].append(path)
        self._labels, self._names, self._sets, self._find, self._helpers = labels, names, sets, find, helpers

    def page(self, path: str, written: Written) -> Page:
        """What a template says, with the files and modules that it means."""
        holder = self._labels.holds(path)
        takes, links, reads, loads, lacks = set(), set(), set(), set(), set()
        for hint in written.hints:
            if hint.how == "page" and (other := self._other(hint.text, path)):
                takes.add((hint.line, other))
            elif hint.how == "page" and hint.text.endswith(PAGES) and hint.text not in self._named:
                lacks.add((hint.line, hint.text))
            elif hint.how == "route" and (target := self._find(holder, hint)):
                links.add((hint.line, hint.text, target.module))
            elif hint.how == "asks" and (at := self._sets.get(hint.text)):
                reads.add((hint.line, hint.text, at))
            elif hint.how == "tags" and (target := self._labels.tags(hint.text)):
                loads.add((hint.line, hint.text, target.module))
        return Page(
            path,
            holder.module if holder else None,
            tuple(sorted(takes)),
            tuple(sorted(links)),
            tuple(sorted(reads)),
            tuple(sorted(loads)),
            tuple(sorted(lacks)),
            written.shows,
            tuple((line, name, *self._helpers[name]) for line, name in written.calls if name in self._helpers),
        )

    def wires(self, pages: Iterable[tuple[str, Written]]) -> Iterator[Wire]:
        """The package of a template names others; one that holds who is meant keeps the pages of all that lies below.

        Nor is a template taken from a package above: what lies there is everybody's.
        """
        for path, written in pages:
            holder = self._labels.holds(path)
            if holder is None:
                continue
            for hint in written.hints:
                for target, name in self._meant(path, holder, hint, written.tags):
                    above = hint.how == "page" and _is_below(holder, target)
                    if not (above or _is_below(target, holder)):
                        yield Wire(holder.module, target.module, hint.kind, name, path, hint.line)

    def _meant(self, path: str, holder: Place, hint: Hint, tags: Sequence[str]) -> Iterator[tuple[Place, str]]:
        """Who is meant by a hint, and by which name; of a library of tags those that the template uses."""
        if hint.how == "page":
            other = self._other(hint.text, path)
            if target := self._labels.holds(other) if other else None:
                yield target, hint.text
        elif hint.how == "tags":
            if target := self._labels.tags(hint.text):
                used = [name for name in tags if self._names.kind(target, name) == "function"]
                yield from ((target, name) for name in used or (hint.text,))
        elif hint.kind is not WireKind.STRING and (target := self._find(holder, hint)):
            yield target, hint.text

    def _other(self, text: str, path: str) -> str | None:
        # {% extends "./base.html" %}
        name = posixpath.normpath(f"{posixpath.dirname(named(path))}/{text}") if text.startswith(".") else text
        found = self._named.get(name, ())
        return found[0] if len(found) == 1 and found[0] != path else None


def _is_below(one: Place, other: Place) -> bool:
    return f"{one.dotted}.".startswith(f"{other.dotted}.")
