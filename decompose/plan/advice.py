"""What the plan comes to, in a few sentences: Steps + Remedies -> str. The first says where to begin."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from ..model.counts import count, listed, points
from ..model.judgements import Assessment, Cycle, Form, Remedy, RemedyKind, Seam, Step, WallKind
from ..model.names import Boundary, Module
from .remedies import goes_away

__all__ = ["advice"]

_WORK = 3
"""Remedies that are named before the rest is counted."""

_NAMED = 3
"""Large steps that are named before the rest is counted."""

_ORDERS: Mapping[RemedyKind, str] = {
    RemedyKind.DELETE: "nothing uses it, so delete it",
    RemedyKind.SOURCE: "import it from where it is defined",
    RemedyKind.MOVE: "move the code to its only user",
    RemedyKind.KERNEL: "carry it into a library that both install",
    RemedyKind.INVERT: "turn the dependency round",
    RemedyKind.OUTBOX: "write to an outbox in that transaction, and let a relay write the rest",
    RemedyKind.SAGA: "put steps that can be undone in the place of the transaction",
    RemedyKind.PART: "let its owner do it when it hears of the transaction",
    RemedyKind.EVENT: "publish an event in place of the call",
    RemedyKind.COMMAND_API: "have the owner write on command",
    RemedyKind.SYNC_API: "ask the owner by an API",
    RemedyKind.BATCH_API: "ask the owner once for all items",
    RemedyKind.READ_MODEL: "keep a copy that events bring up to date",
    RemedyKind.VIEW: "keep a view that events bring up to date",
    RemedyKind.ADDRESS: "keep the names of the pages, and let the gateway lead to them",
    RemedyKind.CLAIM: "have the token say what its bearer may do",
    RemedyKind.SPLIT_TABLE: "split the table",
    RemedyKind.DROP_KEY: "keep the id and drop the key",
}


def advice(
    steps: Sequence[Step],
    remedies: Mapping[str, Remedy],
    against: Mapping[Boundary, Sequence[str]],
    assessment: Assessment,
) -> Iterator[str]:
    """Where to begin and with what, what is too much for one step, and what stays; `against` holds the objections."""
    goes = [step for step in steps if step.extract]
    small = list(takewhile(lambda step: not step.waits, goes))  # what comes after a large one takes it for done
    large = [step for step in goes if step.waits]
    if not goes:
        yield "No boundary is worth extracting by what is known: keep the monolith, and break its cycles first."
        yield from _easiest(assessment)
    elif not any(step.form is Form.SERVICE for step in small):
        rest = "; what can leave are packages released apart" if small else ""
        yield f"No boundary is worth a service of its own by what is known{rest}."
        if not any(step.form is Form.SERVICE for step in large):
            yield from _nearest(steps, against)
    for first in small[:1]:
        work = f"{count(len(first.before), 'remedy', 'remedies')} before the cut"
        yield (
            f"Begin with {first.boundary}, as a {first.form}: {points(first.remaining)} of about half a day each, "
            f"{work}. {_why(first, sum(step.form is first.form for step in small), not large)}"
        )
        yield (
            f"Do first: decompose carve {first.boundary}, when its owners agree: that makes one package with a public "
            "face of it inside the monolith, where it can be undone. The program is analysed again then, for paths and "
            "lines are others; or it comes last."
        )
        if any(remedies[id].options[0].kind in _TOLD for id in first.before):
            yield "Then: the outbox by which events and commands go, and its relay, as the step's record says."
        yield from (f"Then: {_work(remedies[id])}." for id in first.before[:_WORK])
        if (others := len(first.before) - _WORK) > 0:
            yield f"Then: {count(others, 'more remedy', 'more remedies')} before the cut, and the cut itself."
    if large:
        are, their = ("is", "its") if len(large) == 1 else ("are", "their")
        more = f" and {len(large) - _NAMED} more" if len(large) > _NAMED else ""
        named = ", ".join(f"{one.boundary} ({points(one.remaining)})" for one in large[:_NAMED])
        yield f"{named}{more} {are} more than a step: reduce {their} seams inside the monolith first, and decide again."
    if large and not any(step.form is Form.SERVICE for step in small):
        yield from _inside(min(large, key=lambda step: (step.remaining, step.number)), remedies)
    yield from _slow(assessment, cuts=bool(small))
    if goes and len(goes) < len(steps):
        yield f"Leave {len(steps) - len(goes)} of {len(steps)} boundaries where they are."


def _slow(assessment: Assessment, cuts: bool) -> Iterator[str]:
    """What requests wait for, whoever runs it: before any cut, which would take it along."""
    hot = [wall for wall in assessment.walls if wall.hot and wall.kind in _WALLS]
    if hot:
        kinds = Counter(wall.kind for wall in hot)
        named = listed([count(kinds[kind], *names) for kind, names in _WALLS.items() if kinds[kind]], len(_WALLS))
        at = next((f"; the first at {one.file}:{one.line}" for wall in hot for one in wall.evidence), "")
        then = "look at those before the first cut" if cuts else "look at those first"
        yield f"No split would take down {count(len(hot), 'wall')} on hot paths ({named}{at}): {then}."


_WALLS: Mapping[WallKind, tuple[str, str]] = {
    WallKind.N_PLUS_ONE: ("N+1", "N+1"),
    WallKind.MISSING_INDEX: ("missing index", "missing indexes"),
    WallKind.WIDE_JOIN: ("wide join", "wide joins"),
    WallKind.CACHEABLE: ("result to cache", "results to cache"),
}


def _easiest(assessment: Assessment) -> Iterator[str]:
    """The modules that end the most cycles where they part from their breakers, one after the other."""
    left, seams = list(assessment.cycles), {seam.id: seam for seam in assessment.seams}
    for word in _WORDS:
        ended = _ended(left)
        if not ended:
            return
        best = min(ended, key=lambda one: (-len(ended[one]), sum(len(cycle.breakers) for cycle in ended[one]), one))
        names = listed([" and ".join(one.name for one in cycle.boundaries) for cycle in ended[best]])
        ends = f"that ends {len(ended[best])} of {count(len(left), 'cycle')}: {names}"
        yield f"{word}: {_parted(best, ended[best])}{_where(best, ended[best], seams)}; {ends}."
        left = [cycle for cycle in left if cycle not in ended[best]]


def _ended(cycles: Iterable[Cycle]) -> Mapping[Module, Sequence[Cycle]]:
    """By module, the cycles in all breakers of which it stands: they end where it parts from the other ends."""
    found: defaultdict[Module, list[Cycle]] = defaultdict(list)
    for cycle in cycles:
        first, *others = (set(pair) for pair in cycle.breakers)
        for module in sorted(first.intersection(*others)):
            found[module].append(cycle)
    return found


def _parted(module: Module, cycles: Sequence[Cycle]) -> str:
    pairs = sorted({pair for cycle in cycles for pair in cycle.breakers})
    users = [str(importer) for importer, imported in pairs if imported == module]
    used = [str(imported) for importer, imported in pairs if importer == module]
    need = "needs" if len(users) == 1 else "need"
    parts = [f"take what {listed(users)} {need} of {module} out of it"] if users else []
    parts += [f"hand {module} what it needs of {listed(used)}"] if used else []
    return ", and ".join(parts)


def _where(module: Module, cycles: Sequence[Cycle], seams: Mapping[str, Seam]) -> str:
    ends = [(seam, at) for cycle in cycles for seam in map(seams.__getitem__, cycle.seams) for at in seam.evidence]
    places = sorted({at for seam, at in ends if module in (seam.from_module, seam.to)})
    if not places:
        return ""
    return f" ({places[0].file}:{places[0].line}{f' and {len(places) - 1:,} more' if len(places) > 1 else ''})"


def _inside(step: Step, remedies: Mapping[str, Remedy]) -> Iterator[str]:
    """What to begin with where everything is too large: what costs the smallest the most, done inside the monolith."""
    work = (remedies[id] for id in step.before if not goes_away(remedies[id]))
    dear = sorted(
        (one for one in work if one.options[0].kind in _INSIDE), key=lambda one: (-one.options[0].points, one.id)
    )
    for word, one in zip(_WORDS, dear, strict=False):
        at = one.evidence[0]
        order = _INSIDE[one.options[0].kind]
        yield (
            f"{word}, of what costs {step.boundary} the most: {one.subject} ({at.file}:{at.line}): {order}; "
            f"{points(one.options[0].points)} of its extraction."
        )


def _nearest(steps: Sequence[Step], against: Mapping[Boundary, Sequence[str]]) -> Iterator[str]:
    """Of the boundaries with tables that stay, the one that least speaks against."""
    stays = [step for step in steps if step.form is Form.SERVICE and step.tables and against[step.boundary]]
    if stays:
        one = min(stays, key=lambda step: (len(against[step.boundary]), -step.score, step.number))
        yield f"Nearest to one is {one.boundary}, at {points(one.remaining)}; against it: {against[one.boundary][0]}."


_INSIDE: Mapping[RemedyKind, str] = {
    RemedyKind.DELETE: _ORDERS[RemedyKind.DELETE],
    RemedyKind.SOURCE: _ORDERS[RemedyKind.SOURCE],
    RemedyKind.MOVE: _ORDERS[RemedyKind.MOVE],
    RemedyKind.KERNEL: "put it where the shared kernel is",
    RemedyKind.INVERT: _ORDERS[RemedyKind.INVERT],
    RemedyKind.OUTBOX: "commit what each owner writes in a transaction of its own",
    RemedyKind.SAGA: "commit what each owner writes in a transaction of its own",
    RemedyKind.PART: "have a function of the owner do it",
    RemedyKind.EVENT: "send a signal inside the program in place of the call",
    RemedyKind.COMMAND_API: "have a function of the owner write it",
    RemedyKind.SYNC_API: "go by one function of the owner's that takes and gives plain values",
    RemedyKind.BATCH_API: "go by one function of the owner's that takes all items at once",
    RemedyKind.READ_MODEL: "read it by functions of the owner's that give plain values",
    RemedyKind.VIEW: "read it by functions of the owner's that give plain values",
    RemedyKind.SPLIT_TABLE: _ORDERS[RemedyKind.SPLIT_TABLE],
}
"""What prepares a remedy while both sides are one program; a key is kept until there are two databases."""

_WORDS = ("Do first", "Then", "Then")

_TOLD = frozenset({RemedyKind.EVENT, RemedyKind.READ_MODEL, RemedyKind.VIEW, RemedyKind.OUTBOX, RemedyKind.SAGA})


def _why(first: Step, among: int, all_: bool) -> str:
    """What the step takes off the monolith; the order says that this is the most for the effort, or near it."""
    gain = first.gain
    parts = [count(first.lines, "line")]
    parts += [count(len(first.tables), "table")] if first.tables else []
    parts += [f"{gain.alone / gain.total:.0%} of the commits to boundaries (in-sample)"] if gain.alone else []
    score = f"(score {first.score:.2f}, worked out among its reasons)"
    those = "can go" if all_ else "can go before one that waits"
    most = f": of the {among} that {those}, the most for its effort or near it {score}" if among > 1 else ""
    return f"It takes {' and '.join(filter(None, [', '.join(parts[:-1]), parts[-1]]))} off the monolith{most}."


def _work(remedy: Remedy) -> str:
    at = remedy.evidence[0]
    return f"{remedy.subject} ({at.file}:{at.line}): {_order(remedy)}"


def _order(remedy: Remedy) -> str:
    kind, what = remedy.options[0].kind, remedy.id.partition(":")[0].split(".")
    if goes_away(remedy):
        return "it goes away with other remedies"
    return "its entry goes along" if kind is RemedyKind.MOVE and what[0] == "wiring" else _ORDERS[kind]
