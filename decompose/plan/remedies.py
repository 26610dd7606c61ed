"""What to do about each seam: Assessment + Context -> Remedies. One rule for each kind of seam in `RULES`."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..model.facts import Op, WireKind
from ..model.judgements import Assessment, Option, Remedy, RemedyKind, Seam, SeamKind
from ..model.names import Boundary, Table
from .called import call, of_class, rows, travel, works
from .case import Advice, Case
from .context import Context
from .context.settled import often
from .context.travel import top
from .effort import RATES, points
from .overlaps import part_of
from .sketches.carrying import of_events
from .sketches.loads import apart, weight
from .sketches.sketched import BY_FUNCTION, copied
from .sketches.subjects import subject
from .sketches.unsettled import unsettled
from .sketches.waiting import waits

__all__ = ["RULES", "goes_away", "remedies"]

_Rule = Callable[[Case], Advice]


def _import(case: Case) -> Advice:
    if case.one.detail == "unused":
        return Advice(RemedyKind.DELETE)
    if case.one.detail == "passed":
        return Advice(RemedyKind.SOURCE)
    if case.one.detail:
        return of_class(case)
    return Advice(RemedyKind.SYNC_API, (RemedyKind.INVERT,), travel(case))


def _inheritance(case: Case) -> Advice:
    """What a library's class is made of its own (a task, a document of an index) is itself made for a library."""
    if _is_of_library(case):
        return Advice(RemedyKind.KERNEL, (RemedyKind.INVERT,), travel(case))
    return Advice(RemedyKind.INVERT, (), travel(case))


def _is_of_library(case: Case) -> bool:
    named = {(seam.to, name) for seam in case.seams for name in seam.names}
    return case.one.kind is SeamKind.INHERITANCE and bool(named) and named <= case.context.extensions


def _type(case: Case) -> Advice:
    return rows(case) if _of_tables(case) else _shared(case)


def _of_tables(case: Case) -> bool:
    """Is it tables' classes that are named?"""
    named = {(seam.to, name.partition(".")[0]) for seam in case.seams for name in seam.names}
    types = case.one.kind is SeamKind.TYPE and bool(named) and named <= case.context.classes
    return types or case.one.detail == "model"


def _shared(case: Case) -> Advice:
    # a constant, a type or an exception leaves its module without the rest of it
    return Advice(RemedyKind.KERNEL, (RemedyKind.SYNC_API,))


def _table(case: Case) -> Advice:
    if case.one.op is Op.WRITE:
        return Advice(RemedyKind.COMMAND_API, (RemedyKind.EVENT, RemedyKind.MOVE, RemedyKind.SPLIT_TABLE))
    if isinstance(case.one.to, Table) and _comes_along(case, case.one.to):
        return Advice(RemedyKind.DELETE, (RemedyKind.SYNC_API, RemedyKind.READ_MODEL))
    if often(case.seams):
        return Advice(RemedyKind.READ_MODEL, (RemedyKind.BATCH_API, RemedyKind.VIEW))
    return Advice(RemedyKind.SYNC_API, (RemedyKind.READ_MODEL, RemedyKind.VIEW))


def _comes_along(case: Case, table: Table) -> bool:
    """Rows that their owner's function gives, that come with another table's or its events, or a shared class finds."""
    askers = {(seam.to_boundary, (seam.from_module, top(at.function))) for seam in case.seams for at in seam.evidence}
    read = case.one.from_boundary, table
    if of_events(case.seams, case.context) and not often(case.seams):
        return True
    return read in case.context.brought or read in case.context.given or askers <= case.context.lent


def _join(case: Case) -> Advice:
    tables = [Table(name) for name in case.one.names]
    queries = [case.context.asked.at(at, tables) for seam in case.seams for at in seam.evidence]
    if len(tables) > 2 or any(query.aggregates for query in queries if query):
        return Advice(RemedyKind.VIEW, (RemedyKind.READ_MODEL,))
    return Advice(RemedyKind.SYNC_API, (RemedyKind.READ_MODEL, RemedyKind.VIEW))


def _foreign_key(case: Case) -> Advice:
    if case.one.detail == "generic":  # there is none to drop, but what goes along with a row
        return Advice(RemedyKind.DROP_KEY)
    return Advice(RemedyKind.DROP_KEY, (RemedyKind.READ_MODEL, RemedyKind.SPLIT_TABLE))


def _transaction(case: Case) -> Advice:
    places = [(at.file, at.line) for seam in case.seams for at in seam.evidence]
    written = {Table(name) for seam in case.seams for name in seam.names}
    written &= frozenset().union(*(case.context.scopes.get(place, frozenset()) for place in places))
    # rows that are deleted with what hangs on them nobody brings back: they are kept until all have heard of it
    deletes = any(way.along for place in places for way in case.context.ways.get(place, {}).values())
    if len({case.context.owners.get(table) for table in written} - {case.one.from_boundary}) > 1 and not deletes:
        return Advice(RemedyKind.SAGA, (RemedyKind.OUTBOX, RemedyKind.MOVE))
    return Advice(RemedyKind.OUTBOX, (RemedyKind.SAGA, RemedyKind.MOVE))


_NAMED = (WireKind.SETTING, WireKind.STRING)

_WIRES: Mapping[str, RemedyKind] = {
    WireKind.SIGNAL: RemedyKind.EVENT,
    WireKind.TASK: RemedyKind.EVENT,
    WireKind.URL: RemedyKind.SYNC_API,
    WireKind.GET_MODEL: RemedyKind.SYNC_API,
    WireKind.COMMAND: RemedyKind.SYNC_API,
    WireKind.CACHE_KEY: RemedyKind.SYNC_API,
    WireKind.TEMPLATE: RemedyKind.KERNEL,
    WireKind.LINK: RemedyKind.ADDRESS,
}

_LOOSE: Mapping[str, Advice] = {
    WireKind.PAGE: Advice(RemedyKind.KERNEL, (RemedyKind.SYNC_API,)),
    WireKind.PERMISSION: Advice(RemedyKind.CLAIM, (RemedyKind.SYNC_API, RemedyKind.READ_MODEL)),
}


def _wiring(case: Case) -> Advice:
    if known := _LOOSE.get(case.one.detail):
        return known
    if case.one.detail == WireKind.TAGS:
        library = tuple(way for way in travel(case) if way[0] is RemedyKind.KERNEL)  # its owner's pages load it, too
        return Advice(RemedyKind.SYNC_API, (), library)
    lines = {(seam.from_boundary, seam.to, at.file, at.line) for seam in case.seams for at in seam.evidence}
    if case.one.detail == WireKind.TASK and lines <= case.context.sent:
        return Advice(RemedyKind.DELETE, (RemedyKind.EVENT,))
    named = {(seam.to, name.rpartition(".")[2]) for seam in case.seams for name in seam.names}
    if case.one.detail in _NAMED and (named <= case.context.tasks or named <= case.context.apps):
        return Advice(RemedyKind.MOVE)  # a schedule, or a list of apps, whose entries go along
    return Advice(_WIRES.get(case.one.detail, RemedyKind.INVERT))


_CODE = frozenset(
    {
        SeamKind.CALL,
        SeamKind.IMPORT,
        SeamKind.INHERITANCE,
        SeamKind.TYPE,
        SeamKind.CONSTANT,
        SeamKind.EXCEPTION,
        SeamKind.WIRING,
    }
)
_VALUES = frozenset({SeamKind.TYPE, SeamKind.CONSTANT, SeamKind.EXCEPTION})


def _library(case: Case) -> Advice | None:
    """A library is imported by whoever needs it, and is handed what it needs: it knows nobody who uses it."""
    one, libraries = case.one, case.context.libraries
    if not one.binds:
        return None
    if one.detail in ("unused", "passed", "model"):
        return None
    if one.to_boundary in libraries and one.kind in _CODE:
        alone = one.kind in _CODE - _VALUES and not one.detail
        moves = tuple(way for way in travel(case) if way[0] is RemedyKind.MOVE) if alone else ()
        return Advice(RemedyKind.KERNEL, (RemedyKind.SYNC_API,), moves)
    passive = one.detail in ("object", "startup", "derived")
    passive = passive or (one.detail in ("class", "method") and not works(case))
    handed = one.kind is SeamKind.TABLE or (one.kind in _CODE - _VALUES and not passive)
    if one.from_boundary in libraries and handed and not _is_of_library(case):
        return Advice(RemedyKind.INVERT, (RemedyKind.SYNC_API,), travel(case))
    return None


RULES: Mapping[SeamKind, _Rule] = {
    SeamKind.CALL: call,
    SeamKind.IMPORT: _import,
    SeamKind.INHERITANCE: _inheritance,
    SeamKind.TYPE: _type,
    SeamKind.CONSTANT: _shared,
    SeamKind.EXCEPTION: _shared,
    SeamKind.TABLE: _table,
    SeamKind.JOIN: _join,
    SeamKind.FOREIGN_KEY: _foreign_key,
    SeamKind.TRANSACTION: _transaction,
    SeamKind.WIRING: _wiring,
}

_SKIPPED: Mapping[SeamKind, str] = {
    SeamKind.CALL: "{from} fails to import, or keeps a private copy of {to}'s code that drifts",
    SeamKind.IMPORT: "{from} fails to import once {to} is gone",
    SeamKind.INHERITANCE: "the subclasses in {from} have no base class; a new release of {to} changes them unseen",
    SeamKind.TYPE: "type checks of {from} fail; nothing breaks at run time",
    SeamKind.CONSTANT: "{from} keeps a copy of the value that drifts from {to}'s",
    SeamKind.EXCEPTION: "{from} catches an error that never arrives: failures of {to} pass as crashes",
    SeamKind.TABLE: "{from} reaches into {to}'s database: neither can change the table alone",
    SeamKind.JOIN: "the query in {from} fails: its tables lie in two databases",
    SeamKind.FOREIGN_KEY: "the database refuses the key; rows that point to deleted ones stay behind",
    SeamKind.TRANSACTION: "a failure half-way leaves the two databases in disagreement",
    SeamKind.WIRING: "{from} silently stops hearing from {to}",
}

_SPECIAL: Mapping[str, str] = {
    "generic": "rows that stand for deleted ones of {to} stay behind, and nothing says so",
    WireKind.LINK: "{from} no longer knows the names of {to}'s pages, and each page that links to them fails",
    WireKind.PAGE: "{from} does not find {to}'s templates, and each page that takes one of them fails",
    WireKind.TAGS: "{from} does not find {to}'s tags, and each page that loads them fails",
    WireKind.PERMISSION: "nothing in {from} grants {to}'s permissions any more: all but superusers are refused",
}


def remedies(assessment: Assessment, context: Context) -> tuple[Remedy, ...]:
    """One remedy for each decision, sorted by id; each seam stands in exactly one. None has its sketch yet."""
    groups: defaultdict[str, list[Seam]] = defaultdict(list)
    consumers: defaultdict[object, set[Boundary]] = defaultdict(set)
    for seam in assessment.seams:
        groups[_decision(seam)].append(seam)
        consumers[seam.to].add(seam.from_boundary)
    reads = {id: found for id, found in groups.items() if found[0].kind is SeamKind.TABLE}
    tables = [_remedy(id, Case(found, context, frozenset())) for id, found in reads.items()]
    kept = copied(tables, {seam.id: seam for seam in assessment.seams})
    context = replace(context, copies=frozenset(kept))  # where rows are, functions of them may go, too
    cases = {id: Case(groups[id], context, frozenset(consumers[groups[id][0].to])) for id in sorted(groups)}
    return tuple(_remedy(id, case) for id, case in cases.items())


def goes_away(remedy: Remedy) -> bool:
    """Do other remedies do it? A table's class, rows that come along, a message that a call sends."""
    return remedy.options[0].kind is RemedyKind.DELETE and "unused" not in remedy.id.partition(":")[0].split(".")


def _advised(case: Case) -> Advice:
    return _library(case) or _part(RULES[case.one.kind](case), case)


def _part(advice: Advice, case: Case) -> Advice:
    """What a transaction's message has the owner do is no command and no call of its own, but for a loop's."""
    if advice.default not in _DONE_BY_MESSAGES or None in (scopes := part_of(case.seams, case.context)) or not scopes:
        return advice
    return Advice(RemedyKind.PART, (advice.default, *advice.others), advice.shortcuts)


_DONE_BY_MESSAGES = frozenset({RemedyKind.COMMAND_API, RemedyKind.EVENT, RemedyKind.SYNC_API})


def _decision(seam: Seam) -> str:
    """Seams with the same text here are settled together: one consumer, one provider, one way of use."""
    where = f"{seam.from_boundary}->{seam.to_boundary}"
    match seam.kind:
        case SeamKind.CALL if seam.detail == "model":  # what is asked of a class, wherever
            return f"call.model:{where}:{seam.to}"
        case SeamKind.CALL:
            detail = _TOGETHER.get(seam.detail, seam.detail) if seam.result_used and not seam.in_loop else seam.detail
            flags = f".{detail}" * bool(detail) + ".loop" * seam.in_loop + ".notify" * (not seam.result_used)
            return f"call{flags}:{where}:{seam.to}"
        case SeamKind.TABLE:
            return f"table.{seam.op}:{where}:{seam.to}"
        case SeamKind.JOIN:
            return f"join:{seam.from_boundary}:{'+'.join(seam.names)}"
        case SeamKind.TRANSACTION:
            return f"transaction:{where}:{seam.from_module}:{seam.evidence[0].function}"
        case SeamKind.FOREIGN_KEY:
            return f"foreign_key{'.generic' * (seam.detail == 'generic')}:{where}:{seam.names[0]}"
        case SeamKind.WIRING if seam.detail in (WireKind.LINK, *_LOOSE):
            return f"{seam.kind}.{seam.detail}:{where}"
        case _:
            detail = f".{seam.detail}" if seam.detail else ""
            return f"{seam.kind}{detail}:{where}:{seam.to}"


_TOGETHER: Mapping[str, str] = {"method": "class"}
"""Who makes an object and calls its methods, one after the other, goes by one API, or has the class from a library."""


def _remedy(id: str, case: Case) -> Remedy:
    advice = _advised(case)
    kind, carried = _recommended(advice, case)
    rest = [(other, 0) for other in advice.others] + [s for s in advice.shortcuts if s[0] is not kind]
    if kind is not advice.default:
        rest.insert(0, (advice.default, 0))
    options = [(k, _priced(k, case, lines)) for k, lines in [(kind, carried), *rest]]
    helpers, others = apart(case.seams, case.context) if kind in BY_FUNCTION else ((), ())
    if helpers:
        price = points(kind, others) + points(RemedyKind.KERNEL, helpers, weight(helpers, case.context))
        options[0] = kind, round(price, 2)
    skipped = _SPECIAL.get(case.one.detail, _SKIPPED[case.one.kind]).format_map(
        {"from": case.one.from_boundary, "to": case.one.to_boundary}
    )
    boundaries = {b for seam in case.seams for b in (seam.from_boundary, seam.to_boundary)}
    return Remedy(
        id=id,
        subject=subject(case.seams, case.context.owners),
        seams=tuple(seam.id for seam in case.seams),
        boundaries=tuple(sorted(boundaries)),
        options=tuple(Option(k, price, skipped) for k, price in options),
        sketch="",
        evidence=tuple(sorted({at for seam in case.seams for at in seam.evidence})),
    )


def _priced(kind: RemedyKind, case: Case, lines: int) -> float:
    """A function that moves to the tables it writes is asked from where it stood; lines go by a key that is dropped."""
    if kind is RemedyKind.DROP_KEY:
        table, _, column = case.one.names[0].rpartition(".")
        return points(kind, case.seams) + RATES[kind].line * case.context.unpaid.get((Table(table), column), 0)
    if kind is RemedyKind.OUTBOX and case.one.kind is SeamKind.TRANSACTION:
        answers = {wait.part.owner for wait in waits(case.seams, case.context)}
        return points(kind, case.seams) + RATES[RemedyKind.EVENT].name * len(answers)
    if case.one.detail in (WireKind.PAGE, WireKind.TAGS) and kind in (RemedyKind.KERNEL, RemedyKind.MOVE):
        return points(kind, [replace(seam, evidence=()) for seam in case.seams], lines)  # they keep their names
    if _of_tables(case) and kind is not RemedyKind.DELETE:
        return _of_classes(kind, unsettled(case.seams, case.context) or case.seams)
    asked = kind is RemedyKind.MOVE and case.one.kind in (SeamKind.TABLE, SeamKind.TRANSACTION)
    return points(kind, case.seams, lines) + (points(RemedyKind.SYNC_API, case.seams) if asked else 0.0)


def _of_classes(kind: RemedyKind, seams: Sequence[Seam]) -> float:
    """One for each class, however many of its methods, which cost no more than a remedy of its table would.

    Who knows a class by its name changes lines alone.
    """
    if kind is RemedyKind.KERNEL:
        return points(RemedyKind.DELETE, seams)
    return points(kind, [replace(seam, names=tuple(dict.fromkeys(map(top, seam.names)))) for seam in seams])


def _recommended(advice: Advice, case: Case) -> tuple[RemedyKind, int]:
    choices = [(advice.default, 0), *advice.shortcuts]
    return min(choices, key=lambda choice: points(choice[0], case.seams, choice[1]))
