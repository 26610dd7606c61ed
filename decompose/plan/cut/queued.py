"""Tasks that a queue knows by where they stand: Facts + homes -> Queued, by boundary. Celery names them so."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...model.facts import Evidence, Facts
from ...model.names import Boundary, Module
from ..context.named import lines

__all__ = ["Queued", "queued"]


@dataclass(frozen=True, slots=True)
class Queued:
    """The tasks that code gives no name of their own, each with its place, and the lines that name them as text."""

    tasks: tuple[tuple[Evidence, str], ...]
    sent: tuple[Evidence, ...]

    def told(self) -> Iterator[str]:
        """What there is to do about them where their modules move."""
        (at, name), *more = self.tasks
        all_, their = (f" and {len(more)} more", "their modules") if more else ("", "its module")
        texts = f", and so do the lines that name tasks as text: {lines(self.sent)}" if self.sent else ""
        yield (
            f"Celery calls {name} ({at.file}:{at.line}){all_} after {their}: where a module of tasks gets another path "
            f"there, keep the name (name=), for messages that wait in the queue carry it{texts}"
        )
        yield (
            "its tasks get a queue of their own (task_routes), which its workers alone take: on one broker a worker "
            "throws away a task that it does not know; and one program alone schedules each"
        )


def queued(facts: Facts, home: Mapping[Module, Boundary]) -> Mapping[Boundary, Queued]:
    """For each boundary that has any."""
    paths = {fact.module: fact.path for fact in facts.modules}
    tasks: defaultdict[Boundary, set[tuple[Evidence, str]]] = defaultdict(set)
    sent: defaultdict[Boundary, set[Evidence]] = defaultdict(set)
    named = [one for one in facts.entry_points if one.name and one.module in home]
    for one in named:
        tasks[home[one.module]].add((Evidence(paths[one.module], one.line), one.name))
    known = {(one.module, one.name) for one in named}
    for wire in facts.wires:
        if (wire.target, wire.name) in known:
            sent[home[wire.target]].add(Evidence(wire.file, wire.line))
    return {one: Queued(tuple(sorted(tasks[one])), tuple(sorted(sent[one]))) for one in sorted(tasks)}
