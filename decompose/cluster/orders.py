"""Stage 4: what people decided about boundaries, and groups that obey it."""

from dataclasses import dataclass

__all__ = ["Orders"]


@dataclass(frozen=True, slots=True)
class Orders:
    count: int = 0
