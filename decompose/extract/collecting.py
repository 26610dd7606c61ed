"""Stage 1: reading without looking for cycles, which would take as long as reading does."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["let_go", "without_collecting"]


@contextmanager
def without_collecting() -> Iterator[None]:
    """While it lasts, memory is freed by reference counts alone: all that is made lives until the end anyway."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def let_go(*things: object) -> None:
    """Empty `things`, which hold each other in circles and which nobody asks any more: a collector took longer."""
    for one in things:
        for name in getattr(type(one), "__slots__", None) or vars(one):
            setattr(one, name, None)
