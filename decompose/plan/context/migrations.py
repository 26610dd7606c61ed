"""How a project changes its database, and what its migrations do at a cut: Facts + Seams -> lines."""

import re
from collections.abc import Iterable, Iterator

from ...model.counts import listed
from ...model.facts import Facts, ModuleKind
from ...model.judgements import Seam
from ...model.names import Boundary
from .followed import keys

__all__ = ["migrates", "named_by", "naming"]

_NUMBERED = re.compile(r"(^|/)migrations/\d{4}_\w+\.py$")  # 0001_initial.py, as Django numbers them


def migrates(facts: Facts) -> str:
    """What most migrations are written for: "django", "alembic", or "" where there are none."""
    paths = [fact.path for fact in facts.modules if fact.kind is ModuleKind.MIGRATION]
    numbered = sum(bool(_NUMBERED.search(path)) for path in paths)
    return "django" if 2 * numbered > len(paths) else "alembic" if paths else ""


def naming(me: Boundary, seams: Iterable[Seam]) -> str:
    """Django's migrations depend on those of the apps that their keys named: what leaves begins anew."""
    others = _others(seam.to_boundary for seam in keys(seams) if seam.from_boundary == me)
    return others and (
        f"depend on those of {others}, which it has not: begin with one that makes its tables as they are, without "
        "keys, and fake that one where they are (migrate --fake)"
    )


def named_by(me: Boundary, seams: Iterable[Seam]) -> Iterator[str]:
    """And what stays still depends on those that go."""
    if others := _others(seam.from_boundary for seam in keys(seams) if seam.to_boundary == me):
        yield f"squash the migrations of {others}: they depend on those of {me}, which go with its modules"


def _others(boundaries: Iterable[Boundary]) -> str:
    return listed(sorted({one.name for one in boundaries}), 6)
