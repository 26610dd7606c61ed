"""Stage 1, one file: FileCode -> Hints, what is wired together without an import, as written.

A way of wiring is one file here with a function of a `Site`, one line in DETECTORS, and one fixture.
"""

from typing import NamedTuple

from ...model.facts import WireKind
from ..code import FileCode
from .cache_keys import cache_keys
from .django import commands, labels, models, templates, urls
from .hint import Detector, Entry, Hint, sites
from .signals import signals
from .strings import dotted
from .tasks import tasks
from .web import entry_points

__all__ = ["DETECTORS", "Entry", "Hint", "Hints", "hints"]

DETECTORS: tuple[Detector, ...] = (
    models, labels, urls, templates, commands, signals, tasks, cache_keys, entry_points, dotted,
)  # fmt: skip


class Hints(NamedTuple):
    """What one file says of its wiring, not yet resolved."""

    hints: tuple[Hint, ...] = ()
    entries: tuple[Entry, ...] = ()


def hints(code: FileCode) -> Hints:
    """What the detectors find in one file; a text that one of them has claimed is no bare string any more."""
    found: list[Hint] = []
    entries: list[Entry] = []
    for site in sites(code):
        for detector in DETECTORS:
            for one in detector(site):
                (entries if isinstance(one, Entry) else found).append(one)  # type: ignore[arg-type]  # told apart here
    claimed = {(hint.text, hint.line) for hint in found if hint.kind is not WireKind.STRING}
    kept = [hint for hint in found if hint.kind is not WireKind.STRING or (hint.text, hint.line) not in claimed]
    return Hints(tuple(dict.fromkeys(kept)), tuple(dict.fromkeys(entries)))
