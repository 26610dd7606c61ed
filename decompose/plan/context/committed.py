"""How the row of an outbox is committed with what it tells of: lines + Context -> words of a sketch."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from ...model.counts import listed
from ...model.facts import Evidence, Facts, Op
from ...model.names import Boundary, Module, Table
from ...model.spread import spread
from .lasting import Hearing, Lasting, lasting
from .migrations import migrates
from .named import lines
from .travel import Named

__all__ = ["Opened", "Written", "deleting", "opened", "relating", "rows_at", "together"]

_NAMED = 12


@dataclass(frozen=True, slots=True)
class Opened:
    """The lines of each file in which a transaction is open, and by which `word` the code opens one.

    `word` is "" where it shows none, as sessions hold together what is written. `requests`: each is one. `idle` are the
    functions that come to write no table of their own boundary, with those that call them and do; `writes` the lines by
    which the others do so. `lasting` is what functions come to that no rollback undoes, with its line.
    """

    spans: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    word: str = ""
    requests: Evidence | None = None
    idle: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    writes: Mapping[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    lasting: Lasting = field(default_factory=dict)

    def holds(self, at: Evidence) -> bool:
        """Is one open at the line, as its own file tells?"""
        return any(first <= at.line <= last for first, last in self.spans.get(at.file, ()))


def opened(
    facts: Facts,
    requests: Evidence | None,
    homes: Mapping[Module, Boundary],
    callers: Mapping[Named, Set[Named]],
    heard: Hearing,
    gone: Set[tuple[Module, Table, int]],
) -> Opened:
    """Django opens them by `transaction.atomic`, others by a scope of that name, or else by sessions."""
    spans: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for scope in facts.transactions:
        spans[scope.file].add((scope.line, scope.end_line))
    scopes = any(scope.kind == "atomic" for scope in facts.transactions)
    word = "transaction.atomic()" if migrates(facts) == "django" else "atomic()" * scopes
    # what others do by a call is theirs to commit
    near = {one: [by for by in callers[one] if homes.get(by[0]) == homes.get(one[0])] for one in callers}
    writers = spread({(one.module, one.function) for one in facts.accesses if one.op is Op.WRITE}, near)
    files = {fact.module: fact.path for fact in facts.modules}
    return Opened(
        {file: tuple(sorted(spans[file])) for file in sorted(spans)},
        word,
        requests,
        _idle(facts, writers, callers, files),
        _writes(facts, writers, homes, files) if word else {},
        lasting(facts, homes, callers, heard, gone) if word.startswith("transaction.") else {},
    )


def _writes(
    facts: Facts, writers: Set[Named], homes: Mapping[Module, Boundary], files: Mapping[Module, str]
) -> dict[tuple[str, str], frozenset[int]]:
    found: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for one in facts.accesses:
        if one.op is Op.WRITE:
            found[files[one.module], one.function].add(one.line)
    for call in facts.calls:
        if (call.called, call.callee) in writers and homes.get(call.module) == homes.get(call.called):
            found[files[call.module], call.function].add(call.line)
    return {place: frozenset(found[place]) for place in sorted(found)}


def _idle(
    facts: Facts, writers: Set[Named], callers: Mapping[Named, Set[Named]], files: Mapping[Module, str]
) -> dict[tuple[str, str], tuple[str, ...]]:
    at = {
        (one.module, one.name): f"{one.name} ({files[one.module]}:{one.line})"
        for one in facts.definitions
        if one.kind == "function" and one.module in files
    }
    return {
        (files[one.module], one.name): tuple(
            sorted({at.get(one, one[1]) for one in writers & callers.get(place, frozenset()) if one[1]})
        )
        for one in facts.definitions
        if one.kind == "function" and (place := (one.module, one.name)) not in writers and one.module in files
    }


def together(places: Sequence[Evidence], opened: Opened) -> str:
    """What holds the row and what is written at `places` together: what is open there, or has to be opened."""
    if not opened.word:
        return "in the session or transaction that writes there, before it commits"
    bare = [at for at in places if not opened.holds(at)]
    if not bare:
        return "in the transaction that is open there"
    both = "; ".join([*_around(bare, len(bare) == len(places), opened), *_waits(bare, opened)])
    if opened.requests:
        at = f"{opened.requests.file}:{opened.requests.line}"
        return f"in the request's transaction (ATOMIC_REQUESTS, {at}); where no request runs it, {both}"
    some = "no transaction is opened there" if len(bare) == len(places) else f"none is opened at {len(bare)} of them"
    return f"{some}: {both}"


def _around(bare: Sequence[Evidence], every: bool, opened: Opened) -> Iterator[str]:
    """What a transaction has to go around: a line that writes, its row with it, or the lines from what a function
    writes to its row; or, where it writes nothing else, who calls it and does. `every`: these are all lines at hand.
    """
    own = dict.fromkeys(at for at in bare if (at.file, at.function) not in opened.idle)
    alone = [at for at in own if _enclosed(at, opened) == (at.line, at.line)]
    if alone and every and len(alone) == len(bare):
        yield f"{opened.word} goes around {'each of these lines' if len(alone) > 1 else 'that line'} and its row alone"
    elif alone:
        yield f"{opened.word} goes around {'each of ' * (len(alone) > 1)}{lines(alone)} and its row alone"
    spans: defaultdict[str, list[str]] = defaultdict(list)
    for at in own:
        first, last = _enclosed(at, opened)
        if first < last:
            spans[at.file].append(f"{first}-{last}")
    if spans:
        told = listed([f"{file}:{', '.join(spans[file])}" for file in sorted(spans)], _NAMED)
        yield f"{opened.word} goes around what is written and its row alone, at {told}"
    idle = dict.fromkeys(place for at in bare if (place := (at.file, at.function)) in opened.idle)
    for place in idle:
        _, function = place
        if callers := opened.idle[place]:
            yield f"{opened.word} goes around what {listed(callers, _NAMED)} writes and its call of {function}"
        else:
            yield f"{function} writes nothing else, so that its row is committed alone"


def _enclosed(at: Evidence, opened: Opened) -> tuple[int, int]:
    """The first and the last line of what is written there and its row: the line alone where that writes."""
    writes = opened.writes.get((at.file, at.function), frozenset())
    if at.line in writes or not writes:
        return at.line, at.line
    before = [line for line in writes if line < at.line]
    return (min(before), at.line) if before else (at.line, max(writes))


_DOES = {
    "cache": "the cache",
    "file": "files that code deletes with their rows",
    "mail": "mail",
    "network": "requests over the network",
    "task": "tasks",
}


def _waits(bare: Sequence[Evidence], opened: Opened) -> Iterator[str]:
    """What stands in a transaction from then on, and has to wait for its end."""
    found: defaultdict[str, set[Evidence]] = defaultdict(set)
    for at in bare:
        place, (first, last) = (at.file, at.function), _enclosed(at, opened)
        for what, where, line in opened.lasting.get(place, ()):
            if opened.idle.get(place) or (place not in opened.idle and first <= line <= last):
                found[what].add(where)
    if found:
        told = ", ".join(f"{_DOES[what]} at {lines(found[what])}" for what in sorted(found))
        yield f"what no rollback undoes waits for the commit there (transaction.on_commit): {told}"


@dataclass(frozen=True, slots=True)
class Written:
    """The lines that make or change a table's rows, `of` these boundaries: those that save a row, those that no signal
    follows, and those at which only a framework saves.
    """

    saved: tuple[Evidence, ...] = ()
    silent: tuple[Evidence, ...] = ()
    framework: tuple[Evidence, ...] = ()
    of: frozenset[Boundary] = frozenset()


def rows_at(owner: Boundary, written: Written, opened: Opened, copies: bool = False) -> Iterator[str]:
    """Where the rows of the outbox are made, and within what; `copies` alone hear of them, which know columns.

    A receiver of Django's hears what saves a row, whoever does; many rows at once send no signal, so that their lines
    make it by hand: one row of the outbox for each write. Elsewhere the lines do.
    """
    made, by_hand = f"  {owner} makes its row of the outbox", tuple(sorted({*written.saved, *written.silent}))
    if not _is_django(opened):
        if by_hand:
            yield f"{made} where it writes, at {lines(by_hand)}; {together(by_hand, opened)}"
        if written.framework or not by_hand:
            where = f", where the framework writes: {lines(written.framework)}" if written.framework else ""
            yield f"{made} with the row{where}"
        return
    who = [f"the lines at {lines(written.saved)}; {together(written.saved, opened)}"] if written.saved else []
    if written.framework:
        pages = "" if opened.requests else f"; an admin page is one transaction, another view needs {opened.word}"
        who.append(f"the framework at {lines(written.framework)}{pages}")
    passed = ", but passes over a save whose update_fields has none of it" if copies else ""
    signal = f"{made} in a receiver of post_save, for whoever saves a row{passed}"
    if who:
        yield f"{signal}:"
        yield from (f"    {one}" for one in who)
    else:
        yield f"{signal}: no line is known to; where no transaction is open, it comes once the row is committed"
    yield from _by_hand("send no signal", written.silent, opened)


def _by_hand(why: str, silent: Sequence[Evidence], opened: Opened) -> Iterator[str]:
    if silent:
        yield f"    by hand at lines that {why}: {lines(silent)}; {together(silent, opened)}"


def _is_django(opened: Opened) -> bool:
    return opened.word.startswith("transaction.")


def deleting(owner: Boundary, before: bool, silent: Sequence[Evidence], opened: Opened) -> Iterator[str]:
    """Where the row of the outbox is made that tells of a deletion; `before` it, where what goes has to be read; by
    hand at the `silent` lines, which send no signal.
    """
    made = f"  {owner} makes its row of the outbox"
    if not _is_django(opened):
        yield f"{made} in the transaction that deletes the row"
        return
    # whose delete() sends both inside of a transaction of its own
    signal = "pre_delete, which reads what it carries" if before else "post_delete"
    yield f"{made} in a receiver of {signal}: inside of the deletion's transaction"
    yield from _by_hand("send no signal", silent, opened)


def relating(
    owner: Boundary, deleted: bool, ends: Sequence[str], silent: Sequence[Evidence], opened: Opened
) -> Iterator[str]:
    """The same of rows that only relate two others, which come and go by a relation; nothing where no signal tells.

    `ends` are the tables that they relate: what a deletion takes along there sends no signal for them.
    """
    if not _is_django(opened):
        return
    made = f"  {owner} makes its row of the outbox"
    how = "post_remove; pre_clear, which reads what goes" if deleted else "post_add"
    within = "inside of the transaction of add(), remove(), set() or clear()"
    yield f"{made} in a receiver of m2m_changed ({how}): {within}"
    if deleted and ends:
        yield (
            f"    rows that go along with one of {' or '.join(ends)} send none: receivers of pre_delete there read "
            "them, and make theirs"
        )
    yield from _by_hand("do not send it", silent, opened)
