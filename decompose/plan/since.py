"""What boundaries tell and ask each other at a step, and what steps before made of it: Remedies -> sentences."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..model.counts import listed
from ..model.facts import Address, Evidence, Facts, Setting
from ..model.judgements import Remedy, RemedyKind, Seam
from ..model.names import Boundary
from .context.named import lines
from .effort import ASKS
from .ground import Ground
from .sketches.messages import Message
from .sketches.rows import slug
from .sketches.sketched import turn

__all__ = ["Between", "Talk", "between", "talk"]

_NAMED = 4


@dataclass(frozen=True, slots=True)
class Talk:
    """What all steps know: the `order` in which boundaries leave, what is told, and by whose step, which remedies open
    an API, which brokers the settings name, where they have tasks run at once, where the project would have an outbox,
    the remedies as `drawn`, and by boundary where tests of others look for what it did, and its public `addresses`.
    """

    order: Sequence[Boundary]
    told: Mapping[str, tuple[Message, ...]]
    messages: tuple[tuple[int, Message], ...]
    opens: frozenset[str]
    brokers: tuple[Setting, ...]
    eager: tuple[Setting, ...]
    ground: Ground
    drawn: Mapping[str, Remedy]
    tests: Mapping[Boundary, str]
    addresses: Mapping[Boundary, tuple[Address, ...]]

    def since(self) -> int:
        """The step that makes the outbox."""
        return min((number for number, _ in self.messages), default=0)


def talk(
    facts: Facts,
    remedies: Iterable[Remedy],
    told: Mapping[str, tuple[Message, ...]],
    order: Sequence[Boundary],
    ground: Ground,
    tests: Mapping[Boundary, str],
    addresses: Mapping[Boundary, tuple[Address, ...]],
) -> Talk:
    """Looked up once for all steps, of remedies with their sketches."""
    turns = [(turn(remedy.boundaries, order), remedy) for remedy in remedies]
    messages = [(number, message) for number, remedy in turns if number for message in told[remedy.id]]
    return Talk(
        order,
        told,
        tuple(sorted(messages, key=lambda one: (one[0], one[1].name, one[1].receiver))),
        frozenset(remedy.id for _, remedy in turns if _ROUTE.search(remedy.sketch)),
        tuple(one for one in facts.settings if one.name == "BROKER_URL"),
        tuple(one for one in facts.settings if one.name == "ALWAYS_EAGER"),
        ground,
        {remedy.id: remedy for _, remedy in turns},
        tests,
        addresses,
    )


_ROUTE = re.compile(r"^(GET|POST|PUT|PATCH|DELETE) ", re.M)


@dataclass(frozen=True, slots=True)
class Between:
    """What lies between a boundary that leaves and others: remedies of `now` and, by their steps, of `before`."""

    me: Boundary
    number: int
    now: tuple[Remedy, ...]
    before: tuple[tuple[int, Remedy], ...]
    seams: Mapping[str, Seam]
    talk: Talk

    def needs(self) -> Iterator[str]:
        """What there has to be before anything is told: an outbox, tables of ids, a broker."""
        told = [message for remedy in self.now for message in self.talk.told[remedy.id]]
        before = [message for number, message in self.talk.messages if number < self.number]
        if not told:
            if any(remedy.id in self.talk.opens for remedy in self.now):
                yield "until the cut who asks an API calls a function of its owner's, and sends HTTP from then on"
            return
        ground, since = self.talk.ground, self.talk.since()
        hear = _where({message.receiver for message in told}, self)
        ids = self._ids({message.receiver for message in told})
        if since < self.number:
            where = f" ({ground.name})" if ground.name else ""
            yield (
                f"events and commands go by the outbox{where}, the relay and the broker of step {since}; whoever "
                f"hears, here {hear}, has a table of the ids that it has had: {ids}"
            )
            yield from self._late(told)
            yield from _in_order(told, before)
            return
        yield (
            "the first commit changes nothing yet, and makes the outbox by which events and commands go: "
            f"{ground.made()}; it is no boundary's own, and in the monolith's database, where its row is committed "
            "with what it tells of; a payload has what all read of it who hear of it by this plan"
        )
        yield (
            f"the same commit has the relay: {ground.sends()}; it takes what is not sent yet by its number, one run "
            "at a time (by a lock that the database holds, a row or an advisory one; on SQLite there is none, and one "
            "process runs it), and gives sent_at once it has arrived, so each goes at least once; what failed ten "
            "times is passed over, and somebody is told; what was sent is deleted a day later, for payloads hold what "
            "is personal, and ids a month later"
        )
        yield (
            f"whoever hears, here {hear}, keeps a table of the ids that it has had (id uuid, the primary key; "
            f"heard_at), with a migration of its own: {ids}; it adds to it in the transaction in which it does what it "
            "heard, asks whomever it has to ask before that begins, and leaves alone what it has had"
        )
        yield (
            "until the cut the relay calls whoever hears, and who asks an API a function of its owner's, in the same "
            "program, so that all can go live, and back, before anything is deployed; from the cut on the relay sends "
            f"by {_broker(self.talk.brokers)}"
        )
        yield (
            "there each process that hears has a queue of its own, whose worker gives a message back only once what it "
            "does is committed, and tries again what failed (in Celery acks_late with reject_on_worker_lost, "
            "autoretry_for=(Exception,) with retry_backoff, max_retries=None): sent_at then says no more than that the "
            "broker has it"
        )
        if self.talk.eager:
            at = self.talk.eager[0]
            yield (
                f"where tasks run as they are called ({at.file}:{at.line}) no worker runs the relay: there each commit "
                "runs it, by transaction.on_commit where a row is made, or what is told is never heard"
            )
        yield (
            f"{f'{ground.tests} shows' if ground.tests else 'tests show'} before any message goes by it that a "
            "transaction which fails leaves no row, that what comes twice is done once, and that what somebody fails "
            "to hear stays unsent and goes again"
        )
        yield from self._late(told)
        yield from _in_order(told, before)

    def relay(self) -> str:
        """Where messages are sent to it, "" where it hears of nothing."""
        hears = any(message.receiver == self.me for _, message in self.talk.messages)
        return (self.talk.ground.relay or "the relay's code") if hears else ""

    def keeps(self) -> Iterator[str]:
        """What it has beside its tables by then, of the messages that it sends and hears."""
        if any(message.sender == self.me for _, message in self.talk.messages):
            yield "its outbox"
        if any(message.receiver == self.me for _, message in self.talk.messages):
            yield "the ids that it has had"

    def _late(self, told: Iterable[Message]) -> Iterator[str]:
        """Whose tests look for what was done at once until now."""
        kept = any(message.receiver == self.me and _end(message) == "changed" for message in told)
        for one in sorted({message.receiver for message in told if not _end(message)}):
            if at := self.talk.tests.get(one):
                own = ", as its own do for the copies that it keeps" if kept and one == self.me else ""
                yield (
                    f"tests of others that look for what {one} did right after a call find it once the relay has run, "
                    f"so they run it first{own}: {at}"
                )

    def _ids(self, receivers: Iterable[Boundary]) -> str:
        """In which files they are kept: with who leaves or left, and for all that stay beside the outbox."""
        left = {*self.talk.order[: self.number - 1], self.me}
        apart = [self.talk.ground.hears(one) for one in sorted(receivers) if one in left]
        rest = "for the monolith beside the outbox, with a column for who of it hears, part of the key"
        return "; ".join([*apart, *([rest] if any(one not in left for one in receivers) else [])])

    def moves(self) -> Iterator[str]:
        """What steps before made that goes along, and what others made for it, which finds it elsewhere now."""
        yield from self._copies()
        yield from self._libraries()
        yield from self._asked()
        yield from self._outbox()
        yield from self._hears()
        yield from self._callers()

    def _since(self, kinds: Iterable[RemedyKind], mine: bool) -> dict[Boundary, tuple[int, set[Evidence]]]:
        """Whom it asks, or who asks it, by remedies of steps before: with the step, and the lines."""
        found: dict[Boundary, tuple[int, set[Evidence]]] = {}
        for number, remedy in self.before:
            kind = remedy.options[0].kind
            counts = kind in kinds and (kind not in ASKS or remedy.id in self.talk.opens)
            for seam in (self.seams[id] for id in remedy.seams) if counts else ():
                one, other = (seam.from_boundary, seam.to_boundary)[:: 1 if mine else -1]
                if one == self.me:
                    found.setdefault(other, (number, set()))[1].update(seam.evidence)
        return {other: found[other] for other in sorted(found)}

    def _copies(self) -> Iterator[str]:
        for other, (number, _) in self._since({RemedyKind.READ_MODEL, RemedyKind.VIEW}, mine=True).items():
            yield f"what it keeps a copy of from {other} since step {number} goes along, with its events"

    def _libraries(self) -> Iterator[str]:
        shared = {one: number for number, remedy in self.before for one in remedy.boundaries if _is_shared(remedy)}
        others = [f"{one} (step {shared[one]})" for one in sorted(shared) if one != self.me]
        if others:
            yield f"it requires the libraries that steps before made of what it shares with {listed(others, _NAMED)}"

    def _asked(self) -> Iterator[str]:
        for other, (number, at) in self._since(ASKS, mine=True).items():
            yield (
                f"it asks {other} by the API of step {number} at {lines(at)}: those lines go along as they are, "
                "and it gets the address and leave to call"
            )

    def _outbox(self) -> Iterator[str]:
        found: dict[str, str] = {}
        for number, message in self.talk.messages:
            if message.sender == self.me and number < self.number:
                at = f" at {message.made[0].file}:{message.made[0].line}" if message.made else ""
                found.setdefault(message.name, f"{message.name} (step {number}{at})")
            elif message.sender == self.me and number == self.number:
                found.setdefault(message.name, message.name)
        if found:
            yield (
                "it gets an outbox and a relay of its own: from the cut on the rows of "
                f"{listed(list(found.values()), _NAMED)} are made there, and no longer in the monolith's"
            )

    def _hears(self) -> Iterator[str]:
        heard = ((number, one.name) for number, one in self.talk.messages if one.receiver == self.me)
        found = dict.fromkeys(f"{name} (step {number})" for number, name in heard if number < self.number)
        if found:
            yield (
                f"it hears in the monolith's place of {listed(list(found), _NAMED)}, and takes along the ids that the "
                "monolith has had of them"
            )

    def _callers(self) -> Iterator[str]:
        """Who may call what it and the monolith open for each other."""
        asks = [self.seams[remedy.seams[0]] for remedy in self.now if remedy.id in self.talk.opens]
        inward = {seam.from_boundary for seam in asks if seam.to_boundary == self.me}
        outward = {seam.to_boundary for seam in asks if seam.from_boundary == self.me}
        inward |= self._since(ASKS, mine=False).keys()
        who = [f"only {_where(inward, self)} may call its API"] if inward else []
        who += [f"only it may call the monolith's for {listed(_names(outward), _NAMED)}"] if outward else []
        if who:
            answers = {one.to_boundary for one in asks}
            yield (
                f"{', and '.join(who)}: with a token or a certificate for each caller, a time that it waits and what "
                f"it does without an answer, and no route from outside{self._public(answers)}"
            )

    def _public(self, answers: Iterable[Boundary]) -> str:
        """Where the addresses of APIs begin as those of pages do, which all may ask for."""
        every = [(one, own) for own in sorted(answers) for one in self.talk.addresses.get(own, ())]
        if found := [f"{one.path} ({one.file}:{one.line})" for one, own in every if one.path == f"{slug(own.name)}/"]:
            is_, it = ("is", "it") if len(found) == 1 else ("are", "them")
            return f", as {listed(found, _NAMED)} {is_}: addresses below {it} get another beginning (internal/)"
        return ""


def between(me: Boundary, number: int, remedies: Iterable[Remedy], seams: Mapping[str, Seam], talk: Talk) -> Between:
    """Of the remedies that a boundary has part in, those that its step does, and those that steps before did."""
    turns = [(turn(remedy.boundaries, talk.order), remedy) for remedy in remedies]
    now = tuple(remedy for at, remedy in turns if not at or at >= number)
    return Between(me, number, now, tuple((at, one) for at, one in turns if at and at < number), seams, talk)


def _in_order(told: Iterable[Message], before: Iterable[Message]) -> Iterator[str]:
    """Of rows that somebody hears both ends of from now on, in which order."""
    now = {_row(one) for one in told}
    both = {(*_row(one), what) for one in (*told, *before) if (what := _end(one)) and _row(one) in now}
    rows = sorted(
        f"{row} ({hears})" for row, hears, what in both if what == "changed" and (row, hears, "deleted") in both
    )
    if rows:
        yield (
            f"changes and deletions of the same row say the contrary: {listed(rows, _NAMED)}; the outbox's number goes "
            "along, who hears keeps the last one of each row beside its ids (the table, the row's key, the number), "
            "also of a row that is gone, and leaves alone what is older, and what would hang on a row that is gone; "
            "what names a row that has not come yet fails, a message to go again, all else as if there were none"
        )


def _row(message: Message) -> tuple[str, str]:
    return message.name.rpartition(".")[0], message.receiver.name


def _end(message: Message) -> str:
    last = message.name.rpartition(".")[2]
    return last if last in ("changed", "deleted") else ""


def _is_shared(remedy: Remedy) -> bool:
    return remedy.options[0].kind is RemedyKind.KERNEL


def _where(boundaries: Iterable[Boundary], near: Between) -> str:
    """ "mail, the monolith (for orders, users)": by the processes that they are in then."""
    left = {one: at for at, one in enumerate(near.talk.order, 1) if at < near.number}
    mine = [one.name for one in sorted(boundaries) if one in left or one == near.me]
    rest = [one.name for one in sorted(boundaries) if one.name not in mine]
    return ", ".join([*mine, *([f"the monolith (for {listed(rest, _NAMED)})"] if rest else [])])


def _names(boundaries: Iterable[Boundary]) -> list[str]:
    return [one.name for one in sorted(boundaries)]


def _broker(brokers: Sequence[Setting]) -> str:
    lasting = [one for one in brokers if one.value not in ("memory", "filesystem")]
    if lasting:
        one = lasting[0]
        return f"the broker that tasks go by already ({one.file}:{one.line}{f', {one.value}' if one.value else ''})"
    if brokers:
        one = brokers[0]
        return (
            f"a broker that is still to be chosen: the settings name {one.value}:// alone ({one.file}:{one.line}), "
            "which reaches no other process, unless the environment names another"
        )
    return "a broker that is still to be chosen (or by HTTP, to who hears): the settings that were read name none"
