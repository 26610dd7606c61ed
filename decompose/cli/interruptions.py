"""Ctrl-C and a request to end, kept waiting while files change."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread

__all__ = ["undisturbed"]

_INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def undisturbed() -> Iterator[list[int]]:
    """Interruptions wait until the block is done; yields the numbers of those that do, for a block that can turn back.

    Those that the process ignores stay ignored. Elsewhere than in the main thread none is heard anyway.
    """
    heard: list[int] = []
    if current_thread() is not main_thread():
        yield heard
        return
    listened = [number for number in _INTERRUPTIONS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, lambda got, _: heard.append(got)) for number in listened}
    try:
        yield heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if heard:
            signal.raise_signal(heard[0])
