"""How the row of an outbox is committed with what it tells of: lines + Context -> words of a sketch."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from ...model.counts import listed
from ...model.facts import Evidence, Facts, Op
from ...model.names import Boundary, Module
from ...model.spread import spread
from .lasting import Lasting, lasting
from .migrations import migrates
from .named import lines
from .travel import Named

__all__ = ["Opened", "Written", "deleting", "opened", "relating", "rows_at", "together"]

_NAMED = 12


@dataclass(frozen=True, slots=True)
class Opened:
    """The lines of each file in which a transaction is open, and by which `word` the code opens one.

    `word` is "" where it shows none, as sessions hold together what is written. `requests`: each is one. `idle` are the
    functions that come to write no table of their own boundary, with those that call them and do. `lasting` is what
    functions come to that no rollback undoes, with its line.
    """

    spans: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    word: str = ""
    requests: Evidence | None = None
    idle: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    lasting: Lasting = field(default_factory=dict)

    def holds(self, at: Evidence) -> bool:
        """Is one open at the line, as its own file tells?"""
        return any(first <= at.line <= last for first, last in self.spans.get(at.file, ()))


def opened(
    facts: Facts,
    requests: Evidence | None,
    homes: Mapping[Module, Boundary],
    callers: Mapping[Named, Set[Named]],
) -> Opened:
    """Django opens them by `transaction.atomic`, others by a scope of that name, or else by sessions."""
    spans: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for scope in facts.transactions:
        spans[scope.file].add((scope.line, scope.end_line))
    scopes = any(scope.kind == "atomic" for scope in facts.transactions)
    word = "transaction.atomic()" if migrates(facts) == "django" else "atomic()" * scopes
    idle = _idle(facts, homes, callers)
    last = lasting(facts, homes, callers) if word.startswith("transaction.") else {}
    return Opened({file: tuple(sorted(spans[file])) for file in sorted(spans)}, word, requests, idle, last)


def _idle(
    facts: Facts, homes: Mapping[Module, Boundary], callers: Mapping[Named, Set[Named]]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """What others do by a call is theirs to commit."""
    near = {one: [by for by in callers[one] if homes.get(by[0]) == homes.get(one[0])] for one in callers}
    writers = spread({(one.module, one.function) for one in facts.accesses if one.op is Op.WRITE}, near)
    files = {fact.module: fact.path for fact in facts.modules}
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


def together(places: Sequence[Evidence], opened: Opened, runs: Sequence[tuple[str, str]] | None = None) -> str:
    """What holds the row and what is written at `places` together: what is open there, or has to be opened.

    Where each of `places` is all that is written with its row, `runs` are the functions that run inside of it.
    """
    if not opened.word:
        return "in the session or transaction that writes there, before it commits"
    bare = [at for at in places if not opened.holds(at)]
    if not bare:
        return "in the transaction that is open there"
    inside = dict.fromkeys((at.file, at.function) for at in bare) if runs is None else dict.fromkeys(runs)
    around = _around(bare, opened) if runs is None else _alone(bare, opened)
    both = "; ".join([*around, *_waits(inside, opened)])
    if opened.requests:
        at = f"{opened.requests.file}:{opened.requests.line}"
        return f"in the request's transaction (ATOMIC_REQUESTS, {at}); where no request runs it, {both}"
    some = "no transaction is opened there" if len(bare) == len(places) else f"none is opened at {len(bare)} of them"
    return f"{some}: {both}"


def _around(bare: Sequence[Evidence], opened: Opened) -> Iterator[str]:
    """What a transaction has to go around: a function, or, where that writes nothing else, who calls it and does."""
    own = dict.fromkeys(
        at.function or f"{at.file}:{at.line}" for at in bare if (at.file, at.function) not in opened.idle
    )
    if own:
        each = "each of " * (len(own) > 1)
        yield f"{opened.word} goes around what {each}{listed(list(own), _NAMED)} writes and its row"
    idle = dict.fromkeys(place for at in bare if (place := (at.file, at.function)) in opened.idle)
    for place in idle:
        _, function = place
        if callers := opened.idle[place]:
            yield f"{opened.word} goes around what {listed(callers, _NAMED)} writes and its call of {function}"
        else:
            yield f"{function} writes nothing else, so that its row is committed alone"


def _alone(bare: Sequence[Evidence], opened: Opened) -> Iterator[str]:
    where = dict.fromkeys(at.function or f"{at.file}:{at.line}" for at in bare)
    yield f"{opened.word} goes around the line and its row alone in {listed(list(where), _NAMED)}"


_DOES = {"cache": "the cache", "mail": "mail", "network": "requests over the network", "task": "tasks"}


def _waits(places: Iterable[tuple[str, str]], opened: Opened) -> Iterator[str]:
    """What stands in a transaction from then on, and has to wait for its end."""
    found: defaultdict[str, set[Evidence]] = defaultdict(set)
    for what, at in (one for place in places for one in opened.lasting.get(place, ())):
        found[what].add(at)
    if found:
        told = ", ".join(f"{_DOES[what]} at {lines(found[what])}" for what in sorted(found))
        yield f"what no rollback undoes waits for the commit there (transaction.on_commit): {told}"


@dataclass(frozen=True, slots=True)
class Written:
    """The lines that make or change a table's rows, `of` these boundaries: those that save a row, those that no signal
    follows, and those at which only a framework saves. `runs` are the functions that saving a row runs, by their files.
    """

    saved: tuple[Evidence, ...] = ()
    silent: tuple[Evidence, ...] = ()
    framework: tuple[Evidence, ...] = ()
    of: frozenset[Boundary] = frozenset()
    runs: tuple[tuple[str, str], ...] = ()


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
    told = together(written.saved, opened, written.runs) if written.saved else ""
    who = [f"the lines at {lines(written.saved)}; {told}"] if written.saved else []
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
        yield f"    by hand at lines that {why}: {lines(silent)}; {together(silent, opened, ())}"


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
