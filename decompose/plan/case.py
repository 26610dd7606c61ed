"""What a rule of remedies looks at, and what it says: Seams + Context -> Case -> Advice."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..model.judgements import RemedyKind, Seam
from ..model.names import Boundary
from .context import Context

__all__ = ["Advice", "Case"]


@dataclass(frozen=True, slots=True)
class Case:
    """Seams that one decision settles, and what may be known of their provider."""

    seams: Sequence[Seam]
    context: Context
    consumers: frozenset[Boundary]  # all boundaries that use the provider

    @property
    def one(self) -> Seam:
        return self.seams[0]


@dataclass(frozen=True, slots=True)
class Advice:
    """`default` always works; a `shortcut` (kind, lines carried) is taken where it applies and costs less.

    Shortcuts only vanish, and the default only grows dearer, as seams are added: effort is monotone.
    """

    default: RemedyKind
    others: tuple[RemedyKind, ...] = ()
    shortcuts: tuple[tuple[RemedyKind, int], ...] = ()
