"""What templates ask of a cut that no seam tells: Facts + homes -> Frames, what the pages of a boundary stand in."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from ...model.counts import count, listed
from ...model.facts import Evidence, Facts, Page, WireKind
from ...model.names import Boundary, Module
from ...model.spread import spread
from ..context.calls import by_whom
from ..context.travel import Named
from ..sketches.shown import taken

__all__ = ["Frames", "frames"]

_NAMED = 6
_CALLS = 20  # names of one module: who renders the pages needs them all

_Named = tuple[str, Evidence]


@dataclass(frozen=True, slots=True)
class Frame:
    """What templates of others name that pages of a boundary stand in: `links` to pages of others, and `reads` of what
    middleware sets, with where it does, also of the pages themselves.

    `calls` are filters and functions of others that any of these use by plain names, and the libraries of tags that
    those load which the pages stand in, by their modules; `asking` are those of them that come to a table.
    """

    links: tuple[_Named, ...]
    reads: tuple[tuple[str, Evidence, Evidence], ...]
    calls: Mapping[Module, tuple[_Named, ...]]
    asking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frames:
    """By boundary: `linked` are names of its pages where what is nobody's links to them, `loaded` its libraries of tags
    where what is nobody's loads them, `around` is what its pages stand in."""

    linked: Mapping[Boundary, tuple[_Named, ...]] = field(default_factory=dict)
    loaded: Mapping[Boundary, tuple[_Named, ...]] = field(default_factory=dict)
    around: Mapping[Boundary, Frame] = field(default_factory=dict)

    def told(self, me: Boundary) -> Iterator[str]:
        """What there is to do about them before the code of `me` leaves the monolith."""
        if frame := self.around.get(me):
            yield from _stands(frame)
        if loaded := self.loaded.get(me):
            yield (
                f"templates that are no boundary's own load its tags: {_firsts(loaded)}; before its code goes, tags of "
                "the same names ask for what they show, or are taken out: each page that loads them fails without"
            )
        if linked := self.linked.get(me):
            yield (
                f"what is no boundary's own links to its pages by name: {_firsts(linked)}; before its routes go with "
                "its code, the monolith declares these names with their paths in routes of its own, to a view that "
                "redirects, or has paths in their place: each page that links to them fails without"
            )


def _firsts(named: Sequence[_Named]) -> str:
    first = dict(reversed(named))
    return listed([f"{name} at {first[name].file}:{first[name].line}" for name in sorted(first)], _NAMED)


def _stands(frame: Frame) -> Iterator[str]:
    if links := frame.links:
        names = sorted({name for name, _ in links})
        at = links[0][1]
        more = f" and {count(len({one for _, one in links}) - 1, 'more line')}" if len(links) > 1 else ""
        yield (
            "its pages stand in templates of others, which come along, and link by name to pages that it will not "
            f"answer: {listed(names, _NAMED)} ({at.file}:{at.line}{more}); it declares these names with their paths, "
            "or has paths in their place"
        )
    if frame.reads:
        told = dict[str, str]()
        for name, at, by in frame.reads:
            told.setdefault(name, f"request.{name} ({at.file}:{at.line}, set at {by.file}:{by.line})")
        yield (
            "what its pages show of what middleware sets on each request it needs, too, by that middleware or one of "
            f"its own: {listed(list(told.values()), _NAMED)}"
        )
    if frame.calls:
        named = [f"{listed([name for name, _ in found], _CALLS)} of {module}" for module, found in frame.calls.items()]
        at = min(at for found in frame.calls.values() for _, at in found)
        asking = listed(frame.asking, _CALLS)
        serves = f", but for what comes to a table ({asking}), which its owner serves or a copy answers"
        yield (
            "its pages, and those that they stand in, use filters, tags and functions of others, the first at "
            f"{at.file}:{at.line}: {listed(named, _NAMED)}; what renders them has these by a library"
            f"{serves if frame.asking else ''}: each page that has a name which nothing knows fails"
        )


def frames(
    facts: Facts, home: Mapping[Module, Boundary], folders: Mapping[Boundary, Sequence[tuple[str, int]]]
) -> Frames:
    """Looked up once for all boundaries; `folders` are those that are a boundary's by the modules around them."""
    pages = {page.file: page for page in facts.pages}
    whose = {page.file: _owner(page, home, folders) for page in facts.pages}
    linked: defaultdict[Boundary, set[_Named]] = defaultdict(set)
    loaded: defaultdict[Boundary, set[_Named]] = defaultdict(set)
    for page in facts.pages:
        named = (*((linked, *one) for one in page.links), *((loaded, *one) for one in page.loads))
        for found, line, name, target in named:
            owner = home.get(target)
            if owner and owner != whose[page.file] and not _is_told(page, target, home):
                found[owner].add((name, Evidence(page.file, line)))
    for wire in facts.wires:
        if wire.kind is WireKind.LINK and wire.source not in home and wire.target in home and wire.file not in pages:
            linked[home[wire.target]].add((wire.name, Evidence(wire.file, wire.line)))
    own: defaultdict[Boundary, set[str]] = defaultdict(set)
    for file, boundary in whose.items():
        if boundary:
            own[boundary].add(file)
    paths = {fact.path: home.get(fact.module) for fact in facts.modules}
    asking = _asking(facts)
    around = {boundary: _frame(boundary, own[boundary], pages, home, paths, asking) for boundary in sorted(own)}
    ours, tags = (
        {one: tuple(sorted(found[one], key=_by_place)) for one in sorted(found)} for found in (linked, loaded)
    )
    return Frames(
        ours,
        tags,
        {boundary: frame for boundary, frame in around.items() if frame.links or frame.reads or frame.calls},
    )


def _asking(facts: Facts) -> Set[Named]:
    """The functions that templates call and that come to a table, by themselves or by what they call."""
    called = {(module, function) for page in facts.pages for _, _, module, function in page.calls}
    if not called:
        return frozenset()
    asking: set[Named] = spread({(one.module, one.function) for one in facts.accesses}, by_whom(facts))
    return called & asking


def _by_place(one: _Named) -> tuple[Evidence, str]:
    return one[1], one[0]


def _owner(
    page: Page, home: Mapping[Module, Boundary], folders: Mapping[Boundary, Sequence[tuple[str, int]]]
) -> Boundary | None:
    """Whose a template is: that of the package that holds it, else that of a folder that is called like its modules."""
    if page.holder and (owner := home.get(page.holder)):
        return owner
    inside = (one for one, found in folders.items() for folder, _ in found if page.file.startswith(f"{folder}/"))
    return next(inside, None)


def _is_told(page: Page, answers: Module, home: Mapping[Module, Boundary]) -> bool:
    """A package that is of a boundary links by a seam, but to what lies below it."""
    return page.holder in home and not answers.name.startswith(f"{page.holder}.")


def _frame(
    me: Boundary,
    own: Set[str],
    pages: Mapping[str, Page],
    home: Mapping[Module, Boundary],
    paths: Mapping[str, Boundary | None],
    asking: Set[Named],
) -> Frame:
    shown = [pages[file] for file in taken(own, pages) if file in pages]
    links = {
        (name, Evidence(page.file, line))
        for page in shown
        if page.file not in own
        for line, name, answers in page.links
        if home.get(answers) != me
    }
    reads = {
        (name, Evidence(page.file, line), by)
        for page in shown
        for line, name, by in page.reads
        if paths.get(by.file) != me
    }
    used = [(module, name, Evidence(page.file, line)) for page in shown for line, name, module, _ in page.calls]
    used += [
        (one, name, Evidence(page.file, at)) for page in shown if page.file not in own for at, name, one in page.loads
    ]
    calls: defaultdict[Module, dict[str, Evidence]] = defaultdict(dict)
    for module, name, at in sorted(used):
        if home.get(module) != me:
            calls[module].setdefault(name, at)
    known = {(name, (module, function)) for page in shown for _, name, module, function in page.calls}
    return Frame(
        tuple(sorted(links, key=_by_place)),
        tuple(sorted(reads)),
        {module: tuple(calls[module].items()) for module in sorted(calls)},
        tuple(sorted({name for name, one in known if one in asking and home.get(one[0]) != me})),
    )
