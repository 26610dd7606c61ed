"""How the row of an outbox is committed with what it tells of: lines + Context -> words of a sketch."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ...model.counts import listed
from ...model.facts import Evidence, Facts, Op
from ...model.names import Boundary, Module
from ...model.spread import spread
from .calls import by_whom
from .migrations import migrates

__all__ = ["Opened", "deleting", "opened", "relating", "rows_at", "together"]

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Opened:
    """The lines of each file in which a transaction is open, and by which `word` the code opens one.

    `word` is "" where it shows none, as sessions hold together what is written. `requests`: each is one. `idle` are the
    functions that come to write no table of their own boundary, with those that call them and do.
    """

    spans: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    word: str = ""
    requests: Evidence | None = None
    idle: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def holds(self, at: Evidence) -> bool:
        """Is one open at the line, as its own file tells?"""
        return any(first <= at.line <= last for first, last in self.spans.get(at.file, ()))


def opened(facts: Facts, requests: Evidence | None, homes: Mapping[Module, Boundary]) -> Opened:
    """Django opens them by `transaction.atomic`, others by a scope of that name, or else by sessions."""
    spans: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for scope in facts.transactions:
        spans[scope.file].add((scope.line, scope.end_line))
    scopes = any(scope.kind == "atomic" for scope in facts.transactions)
    word = "transaction.atomic()" if migrates(facts) == "django" else "atomic()" * scopes
    return Opened({file: tuple(sorted(spans[file])) for file in sorted(spans)}, word, requests, _idle(facts, homes))


def _idle(facts: Facts, homes: Mapping[Module, Boundary]) -> dict[tuple[str, str], tuple[str, ...]]:
    """What others do by a call is theirs to commit."""
    callers = by_whom(facts)
    near = {one: [by for by in callers[one] if homes.get(by[0]) == homes.get(one[0])] for one in callers}
    writers = spread({(one.module, one.function) for one in facts.accesses if one.op is Op.WRITE}, near)
    files = {fact.module: fact.path for fact in facts.modules}
    return {
        (files[one.module], one.name): tuple(sorted({name for _, name in callers.get(place, set()) & writers if name}))
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
    both = "; ".join(_around(bare, opened))
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
        yield f"{opened.word} goes around both in {listed(list(own), _NAMED)}"
    idle = dict.fromkeys(place for at in bare if (place := (at.file, at.function)) in opened.idle)
    for place in idle:
        _, function = place
        if callers := opened.idle[place]:
            yield f"{opened.word} goes around what {listed(callers, _NAMED)} writes and its call of {function}"
        else:
            yield f"{function} writes nothing else, so that its row is committed alone"


def rows_at(
    owner: Boundary, places: Sequence[Evidence], framework: Sequence[Evidence], opened: Opened
) -> Iterator[str]:
    """Where the rows of the outbox are made, and within what; by a receiver where only a `framework` writes."""
    made = f"  {owner} makes its row of the outbox"
    if places:
        yield f"{made} where it writes, at {_listed(places)}; {together(places, opened)}"
    if not _is_django(opened):
        if framework or not places:
            yield f"{made} with the row" + (f", where the framework writes: {_listed(framework)}" if framework else "")
    elif framework:
        yield (
            f"{made} {'also ' * bool(places)}in a receiver of post_save, where the framework writes: "
            f"{_listed(framework)}; an admin page is one transaction, another view needs {opened.word}"
        )
    elif not places:
        yield f"{made} in a receiver of post_save, whoever writes: no line of its is known to"


def _is_django(opened: Opened) -> bool:
    return opened.word.startswith("transaction.")


def _listed(places: Sequence[Evidence]) -> str:
    return listed([f"{one.file}:{one.line}" for one in places], _NAMED)


def deleting(owner: Boundary, before: bool, opened: Opened) -> str:
    """Where the row of the outbox is made that tells of a deletion; `before` it, where what goes has to be read."""
    if _is_django(opened):  # whose delete() sends both inside of a transaction of its own
        signal = "pre_delete, which reads what it carries" if before else "post_delete"
        return f"  {owner} makes its row of the outbox in a receiver of {signal}: inside of the deletion's transaction"
    return f"  {owner} makes its row of the outbox in the transaction that deletes the row"


def relating(owner: Boundary, opened: Opened) -> str:
    """The same of rows that only relate two others, which come and go by a relation; "" where no signal tells of it."""
    how = "m2m_changed: inside of the transaction of add(), remove(), set() or clear()"
    return f"  {owner} makes its row of the outbox in a receiver of {how}" if _is_django(opened) else ""
