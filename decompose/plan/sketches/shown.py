"""Sketches for what people see: addresses of pages, the templates that pages take, and who may do what."""

from collections.abc import Iterable, Mapping, Sequence

from ...model.counts import count, listed
from ...model.facts import Evidence, Page
from ...model.judgements import Seam
from ...model.spread import spread
from ..context import Context

__all__ = ["address", "claim", "taken", "templates"]

_NAMED = 6


def address(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """The names of routes stay where they are linked to, with the modules that answer them."""
    ours, theirs = seams[0].from_boundary, seams[0].to_boundary
    yield (
        f"{ours} declares the names and paths of these pages in routes of its own, to a view that redirects, before "
        f"those of {theirs} go with its code; one gateway sends the paths to {theirs}, or {ours} is told {theirs}'s "
        "base URL by its settings:"
    )
    for module in sorted({str(seam.to) for seam in seams}):
        names = sorted({name for seam in seams if str(seam.to) == module for name in seam.names})
        yield f"  {', '.join(names)} -> {module}"


def templates(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """What a package of templates holds: those that are taken, and what these take along."""
    ours, theirs, holders = seams[0].from_boundary, seams[0].to_boundary, {seam.to for seam in seams}
    places = {(at.file, at.line) for seam in seams for at in seam.evidence}
    lines = [(file, *take) for file, _ in places if file in context.pages for take in context.pages[file].takes]
    first = {file for at, line, file in lines if (at, line) in places and context.pages[file].holder in holders}
    named = listed(sorted(first), _NAMED) or ", ".join(sorted({name for seam in seams for name in seam.names}))
    along = sorted(taken(first, context.pages) - first)
    more = f", with the {count(len(along), 'template')} that these take: {listed(along)}" if along else ""
    yield f"package {theirs}-templates, which both install, so that names stay and no line changes: {named}{more}"
    yield "  a copy goes along instead where it may go its own way from then on"
    every = [context.pages[file] for file in sorted({*first, *along}) if file in context.pages]
    links = {
        name: f"{page.file}:{line}"
        for page in reversed(every)
        for line, name, answers in reversed(page.links)
        if context.home.get(answers) == theirs
    }
    if links and context.leaves != ours:  # whose pages all stand in frames that the cut tells
        yield (
            f"  they link by name to pages of {theirs}: {ours} declares these names with their paths, too, before the "
            f"routes of {theirs} go with its code: {_told(links)}"
        )
    lacks = {name: f"{page.file}:{line}" for page in reversed(every) for line, name in reversed(page.lacks)}
    if lacks:
        yield (
            "  they take what is no file of the repository, but a library's or made by a build, which both have, too: "
            f"{_told(lacks)}"
        )
    yield f"  what shows rows of {theirs} by itself (by tags, macros, global functions) {theirs} serves as a fragment"


def _told(names: Mapping[str, str]) -> str:
    return listed([f"{name} ({names[name]})" for name in sorted(names)], _NAMED)


def taken(files: Iterable[str], pages: Mapping[str, Page]) -> set[str]:
    """The files, and all templates that they take, however far."""
    return spread(set(files), {file: [other for _, other in page.takes] for file, page in pages.items()})


def claim(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """What the token says, and what is asked of it."""
    ours, theirs = seams[0].from_boundary, seams[0].to_boundary
    names = sorted({name for seam in seams for name in seam.names})
    at: Evidence = min(at for seam in seams for at in seam.evidence)
    yield f"the token by which {ours} knows who is logged in says which of these they have: {', '.join(names)}"
    yield (
        f"  a backend of {ours}'s own (AUTHENTICATION_BACKENDS) answers by it, so that lines such as "
        f"{at.file}:{at.line} stay; {theirs} declares and grants them as before"
    )
    yield f"  what is asked of a single object no token holds: {theirs} answers it, by the ids of the user and of that"
