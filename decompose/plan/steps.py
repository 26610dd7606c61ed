"""One strangler step in words and numbers: Candidate + Assessment -> Step."""

from collections.abc import Iterable, Mapping, Sequence

from ..model.blast import COLLISION_DAYS
from ..model.counts import count, listed, points
from ..model.facts import ModuleKind, Op
from ..model.judgements import Assessment, BoundaryFact, Claim, Cycle, Form, Remedy, RemedyKind, Seam, SeamKind, Step
from ..model.names import Boundary
from .context.migrations import named_by
from .context.named import lines
from .cut import Surroundings, cut, first
from .cut.after import then
from .cut.pointed import risked
from .cut.views import asked_by_several
from .effort import ASKS
from .gain import fell
from .order import LARGE, SETUP, Candidate, Weights, Worth, at_once, effort
from .remedies import goes_away
from .since import Talk, between

__all__ = ["breakers", "step"]

_NAMED = 6  # names in a sentence; all of them stand in the analysis

# The order of work: what is free, then copies, for libraries are handed their rows and commands look them up, then what
# must hold before anything moves, then the interfaces.
_WORK = (
    RemedyKind.DELETE,
    RemedyKind.SOURCE,
    RemedyKind.MOVE,
    RemedyKind.ADDRESS,
    RemedyKind.READ_MODEL,
    RemedyKind.VIEW,
    RemedyKind.KERNEL,
    RemedyKind.INVERT,
    RemedyKind.OUTBOX,
    RemedyKind.SAGA,
    RemedyKind.PART,
    RemedyKind.EVENT,
    RemedyKind.COMMAND_API,
    RemedyKind.SYNC_API,
    RemedyKind.BATCH_API,
    RemedyKind.CLAIM,
    RemedyKind.SPLIT_TABLE,
    RemedyKind.DROP_KEY,
)


def step(
    number: int,
    candidate: Candidate,
    fact: BoundaryFact,
    *,
    done: frozenset[Boundary],
    assessment: Assessment,
    against: Sequence[str],
    around: Surroundings,
    worth: Worth,
    weights: Weights,
    said: Talk,
) -> Step:
    """Step `number` of the plan, when the boundaries in `done` are services already; `against` speaks for staying."""
    left = [remedy for remedy in candidate.remedies if done.isdisjoint(remedy.boundaries)]
    seams = {seam.id: seam for seam in assessment.seams}
    mine = [seams[id] for remedy in left for id in remedy.seams]
    settled = [remedy for remedy in candidate.remedies if not done.isdisjoint(remedy.boundaries)]
    near = [*mine, *(seams[id] for remedy in settled for id in remedy.seams)]
    asked = [seams[id] for remedy in settled if remedy.options[0].kind in ASKS for id in remedy.seams]
    asks = [seams[id] for remedy in left if remedy.options[0].kind in ASKS for id in remedy.seams]
    others = between(fact.boundary, number, candidate.remedies, seams, said)
    drawn = [said.drawn[one.id] for one in left if candidate.form is Form.SERVICE]
    return Step(
        number=number,
        boundary=fact.boundary,
        extract=not against,
        modules=len(fact.modules),
        lines=candidate.lines,
        tables=fact.tables,
        before=tuple(remedy.id for remedy in _in_order(left)),
        after=()
        if against
        else tuple(_after(candidate.form, fact, around, mine, [*_copies(fact, left, seams), *others.keeps()])),
        effort=effort(candidate),
        remaining=effort(candidate, done),
        gain=candidate.gain,
        score=round(worth.score(weights), 3),
        requires=tuple(sorted(_needs(fact.boundary, assessment.seams) & done)),
        risks=(
            *_risks(candidate, fact, mine, asks, done, assessment),
            *around.requests.told(fact.boundary),
            *risked(fact, candidate.form, around.pointed),
        ),
        reasons=(
            *against,
            *_reasons(candidate, fact, left, done, goes=not against),
            worth.told(weights),
            *fell(candidate.gain),
        ),
        rollback=tuple(_rollback(candidate, fact, mine, asks, hears=bool(others.relay()))),
        signs=tuple(_signs(candidate, fact, mine, sqlite=around.sqlite is not None)),
        form=candidate.form,
        waits=not against and effort(candidate, done) > LARGE,
        first=() if against else (*first(fact, around, near), *others.needs()),
        cut=()
        if against
        else (
            *cut(fact, candidate.form, around, near, asked, others.relay()),
            *asked_by_several(fact.boundary, drawn),
            *others.moves(),
        ),
    )


def _after(
    form: Form, fact: BoundaryFact, around: Surroundings, seams: Sequence[Seam], kept: Sequence[str]
) -> Iterable[str]:
    named = lines(around.installed.get(fact.boundary, ()))
    own = around.followers.get(fact.boundary, {}).get(ModuleKind.MIGRATION)
    if around.migrates == "django" and form is Form.SERVICE and own:
        yield from named_by(fact.boundary, seams)
    yield from then(fact, form, around.data[fact.boundary], named, kept)


def _copies(fact: BoundaryFact, left: Iterable[Remedy], seams: Mapping[str, Seam]) -> Iterable[str]:
    """Whether it keeps copies of what others own."""
    mine = (one for one in left if seams[one.seams[0]].from_boundary == fact.boundary)
    if any(one.options[0].kind in (RemedyKind.READ_MODEL, RemedyKind.VIEW) for one in mine):
        yield "the copies that it keeps"


def _in_order(left: Iterable[Remedy]) -> list[Remedy]:
    return sorted(left, key=lambda remedy: (_place(remedy), _shared(remedy), remedy.id))


def _shared(remedy: Remedy) -> tuple[Boundary, ...]:
    """What two boundaries share is one library of them, so one piece of work."""
    return remedy.boundaries if remedy.options[0].kind is RemedyKind.KERNEL else ()


def _place(remedy: Remedy) -> int:
    # what goes away with other remedies comes after them
    return len(_WORK) if goes_away(remedy) else _WORK.index(remedy.options[0].kind)


def _needs(boundary: Boundary, seams: Iterable[Seam]) -> set[Boundary]:
    return {seam.to_boundary for seam in seams if seam.from_boundary == boundary and seam.binds}


def _reasons(
    candidate: Candidate, fact: BoundaryFact, left: Sequence[Remedy], done: frozenset[Boundary], goes: bool
) -> Iterable[str]:
    gain = candidate.gain
    sizes = f"{count(len(fact.modules), 'module')}, {count(candidate.lines, 'line')}"
    tables = count(len(fact.tables), "table") if fact.tables else "no table"
    yield f"{sizes} and {tables} {'leave' if goes else 'would leave'} the monolith"
    if gain.total:
        yield (
            f"{gain.alone:,} of the {gain.total:,} commits to Python modules that a boundary has today touch it alone "
            f"({_percent(gain.alone, gain.total)}); {gain.free:,} of these change no settings, kernel or template of "
            f"others either, and would no longer wait for the monolith's release (in-sample){_latest(gain.free_in)}"
        )
    if gain.collisions:
        times = count(gain.collisions, "time")
        yield (
            f"{times} two people changed one of its modules within {COLLISION_DAYS} days of each other "
            f"(in-sample){_met(gain.collided_in)}"
        )
    seams = sum(len(remedy.seams) for remedy in left)
    work = f"{count(len(left), 'remedy', 'remedies')} for {count(seams, 'seam')}" if left else "no seam to remedy"
    settled = len(candidate.remedies) - len(left)
    alone = f"; {points(effort(candidate))} if it went first" if settled else ""
    set_up = f"{SETUP[candidate.form]:g} of them for setting up a {candidate.form}"
    twice = at_once(candidate, done)
    once = f", {twice:g} less than their sum, for what several of them do is done once" if twice else ""
    yield f"{work}, {points(effort(candidate, done))}, {set_up}{once}{alone}{_most(candidate, done)}"


def _most(candidate: Candidate, done: frozenset[Boundary]) -> str:
    """With whom the most of the work that is left is, where there are many to share it."""
    left = [one for one in candidate.shared if done.isdisjoint(one[0])]
    dear = sorted(left, key=lambda one: (-one[1], sorted(one[0])))
    named = (f"{_together([one.name for one in sorted(others)])} ({points(work)})" for others, work, _ in dear[:3])
    return f"; the most with {', '.join(named)}" if len(dear) > 3 else ""


def _together(names: Sequence[str]) -> str:
    return f"{listed(names)} together" if len(names) > 1 else names[0]


def _latest(commits: Sequence[str]) -> str:
    return f", most recently {' and '.join(sha[:10] for sha in commits)}" if commits else ""


def _met(pairs: Sequence[tuple[str, str]]) -> str:
    each = "; ".join(f"{older[:10]} and {newer[:10]}" for older, newer in pairs)
    return f", the newest two by the commits {each}" if len(pairs) > 1 else f", by the commits {each}" * bool(pairs)


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "0%"


def _risks(
    candidate: Candidate,
    fact: BoundaryFact,
    mine: Sequence[Seam],
    asks: Sequence[Seam],
    done: frozenset[Boundary],
    assessment: Assessment,
) -> Iterable[str]:
    me = fact.boundary
    if (left := effort(candidate, done)) > LARGE:
        yield f"{points(left)} are more than a step: reduce its seams inside the monolith first, and decide again"
    library = candidate.form is Form.LIBRARY
    out = [seam for seam in (mine if library else asks) if seam.from_boundary == me]
    back = sorted({seam.to_boundary.name for seam in out})
    if back and library:
        yield f"it cannot be installed alone before what it needs of {_names(back)} is handed to it{_first(out)}"
    elif back:
        yield f"the service calls back into the monolith for {_names(back)}{_first(out)}"
    if scopes := [seam for seam in mine if seam.kind is SeamKind.TRANSACTION]:
        each = {at for seam in scopes for at in seam.evidence}
        yield count(len(each), "transaction loses its atomicity", "transactions lose their atomicity") + _first(scopes)
    if loops := [seam for seam in mine if seam.kind is SeamKind.CALL and seam.in_loop]:
        each = {at for seam in loops for at in seam.evidence}
        yield count(len(each), "line calls in a loop", "lines call in loops") + _first(loops)
    contested = [one for one in assessment.ownership if one.owner == me and one.claim is Claim.CONTESTED]
    if contested:
        written = [at for one in contested for at in one.evidence[1:]]
        names = _names(one.table.name for one in contested)
        yield f"others write {names} too" + (f", the first at {written[0].file}:{written[0].line}" if written else "")
    seams = {seam.id: seam for seam in assessment.seams}
    yield from _circles(me, [cycle for cycle in assessment.cycles if me in cycle.boundaries], seams)


def _first(seams: Iterable[Seam]) -> str:
    at = min((at for seam in seams for at in seam.evidence), default=None)
    return f", the first at {at.file}:{at.line}" if at else ""


def _circles(me: Boundary, cycles: Sequence[Cycle], seams: Mapping[str, Seam]) -> Iterable[str]:
    """The pairs that `me` is in as one risk, and each larger cycle as one."""
    pairs = [cycle for cycle in cycles if len(cycle.boundaries) == 2]
    if pairs:
        others = _names(sorted(one.name for pair in pairs for one in pair.boundaries if one != me))
        who, break_ = ("that", "the cycle breaks") if len(pairs) == 1 else ("each of them", "these cycles break")
        yield f"it needs {others}, and {who} needs it; {break_} where {breakers(pairs, seams)}"
    for cycle in cycles:
        if len(cycle.boundaries) > 2:
            others = _names(boundary.name for boundary in cycle.boundaries if boundary != me)
            mine = any(me in (seams[id].from_boundary, seams[id].to_boundary) for id in cycle.seams)
            breaks = f"which breaks where {breakers([cycle], seams)}" if mine else "which breaks between others of them"
            yield f"it and {others} need each other in a circle, {breaks}"


def breakers(cycles: Sequence[Cycle], seams: Mapping[str, Seam]) -> str:
    """Where `cycles` break: the first place, with its line, and the lines of the others."""
    found = [
        (pair, next((seams[id].evidence[0] for id in cycle.seams if seams[id].from_module == pair[0]), None))
        for cycle in cycles
        for pair in cycle.breakers
    ]
    ((importer, imported), at), *others = found
    where = f" at {at.file}:{at.line}" if at else ""
    more = lines({at for _, at in others if at})
    return f"{importer} needs {imported}{where}" + (f" (and at {more})" if more else "")


def _names(names: Iterable[str]) -> str:
    """The first of them, and how many more there are."""
    first = list(names)
    more = f" and {len(first) - _NAMED} more" if len(first) > _NAMED else ""
    return ", ".join(first[:_NAMED]) + more


def _rollback(
    candidate: Candidate, fact: BoundaryFact, mine: Sequence[Seam], asks: Sequence[Seam], hears: bool
) -> Iterable[str]:
    if candidate.form is Form.LIBRARY:
        yield f"requirements name an exact version of {fact.boundary}: the one before comes back by one line"
        yield "its import path stays the same, so that its modules can return to the monolith as they are"
        return
    calls = [seam for seam in asks if seam.to_boundary == fact.boundary and seam.kind is SeamKind.CALL]
    sites = sum(len(seam.evidence) for seam in calls)
    modules, them = ("module", "it") if len(fact.modules) == 1 else ("modules", "them")
    routed = "the call" if sites == 1 else f"the {sites:,} calls"
    back = f"routes {routed} from outside to {them} again{_first(calls)}" if sites else f"has {them} answer again"
    empty = ", once its queue is empty" if hears else ""
    yield f"keep the {modules} of {fact.boundary} in the monolith for one release; the switch of the cut {back}{empty}"
    if tables := fact.tables:
        names = _names(table.name for table in tables)
        are, them = ("it is", "it") if len(tables) == 1 else ("they are", "them")
        yield f"leave {names} where {are} until the service has run on {them} for one release; drop no column before"
    if keys := sum(seam.kind is SeamKind.FOREIGN_KEY for seam in mine):
        held, back = ("key that went", "it returns") if keys == 1 else (f"{keys:,} keys that went", "they return")
        yield f"the {held} before the cut may stay away; before {back}, no row may point to one that is gone"


def _signs(candidate: Candidate, fact: BoundaryFact, mine: Sequence[Seam], sqlite: bool) -> Iterable[str]:
    if candidate.form is Form.LIBRARY:
        outward = sum(seam.from_boundary == fact.boundary for seam in mine)
        seams = count(outward, "seam")
        yield f"its own tests pass where the monolith is not installed ({seams} out of {fact.boundary} today)"
        if candidate.gain.changes:
            could = count(candidate.gain.alone, "past change")
            yield f"it is released without the monolith: {could} could have been (in-sample)"
        return
    inward = [seam for seam in mine if seam.to_boundary == fact.boundary]
    left = f"{count(len(inward), 'is', 'are')} left before this step" if inward else "the steps before settled them all"
    yield f"the next analysis finds no seam into {fact.boundary}; {left}"
    writers = [seam for seam in inward if seam.kind is SeamKind.TABLE and seam.op is Op.WRITE]
    if tables := fact.tables:
        held = "table" if len(tables) == 1 else f"{len(tables):,} tables"
        left = f" ({count(len(writers), 'outside writer')} left before this step)" if writers else ""
        if sqlite:
            yield f"then its {held} lie in no file of the monolith's, and nothing fails{left}; SQLite has no roles"
        else:
            yield f"then the database role of the monolith has no right on its {held}, and nothing fails{left}"
    if candidate.gain.changes:
        share = _percent(candidate.gain.alone, candidate.gain.changes)
        yield f"of the changes that touch it, more than today's {share} (in-sample) touch no other boundary"
