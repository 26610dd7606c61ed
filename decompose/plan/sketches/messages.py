"""What one boundary tells another, as a line of a sketch: a name, and all that anybody who hears of it needs."""

from collections.abc import Iterable
from dataclasses import dataclass

from ...model.facts import Evidence
from ...model.names import Boundary

__all__ = ["Line", "Message", "union"]


@dataclass(frozen=True, slots=True)
class Message:
    """`sender` tells `receiver` of an event, or gives it a command, with `fields`; `made` are the lines that do so.

    The line of the sketch begins with `before` and goes on with `after`. `story` says how its row of the outbox is
    committed, for whoever makes it first.
    """

    name: str
    fields: tuple[str, ...]
    sender: Boundary
    receiver: Boundary
    before: str = "event "
    after: str = ""
    made: tuple[Evidence, ...] = ()
    story: tuple[str, ...] = ()

    def told(self, fields: Iterable[str], since: int = 0) -> list[str]:
        """Its lines, with the `fields` that all who hear of it need; there `since` an earlier step, or not yet."""
        known = f" (of step {since})" * bool(since)
        line = f"{self.before}{self.name} {{{', '.join(fields)}}}{known}{self.after}"
        return [line, *(() if since else self.story)]


Line = str | Message


def union(payloads: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """One payload for all: each field once, in the order of the longest; "..." last."""
    ordered = sorted(map(tuple, payloads), key=lambda one: (-len(one), one))
    names = dict.fromkeys(name for one in ordered for name in one)
    return (*(name for name in names if name != "..."), *(["..."] if "..." in names else []))
