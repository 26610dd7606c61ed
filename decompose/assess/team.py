"""Walls between people: BlastRadius + Facts -> Walls. Modules in which different people's changes collide."""

from collections.abc import Collection, Iterator

from ..model.blast import BlastRadius
from ..model.facts import Evidence, Facts
from ..model.judgements import Wall, WallKind
from ..model.names import Module

__all__ = ["OFTEN", "team_walls"]

OFTEN = 5
"""Collisions in one module from which on they are worth a proposal."""


def team_walls(facts: Facts, blast: BlastRadius, roots: Collection[Module] = ()) -> tuple[Wall, ...]:
    """One wall for each module in which people often collide, and one where smaller units would not contain changes.

    In `roots`, where the program is put together, everybody adds a line: settings, URLs.
    """
    return (*_collisions(facts, blast, roots), *_uncontained(blast))


def _collisions(facts: Facts, blast: BlastRadius, roots: Collection[Module]) -> Iterator[Wall]:
    paths = {fact.module: fact.path for fact in facts.modules}
    for one in blast.collisions:
        if one.times >= OFTEN and one.module not in roots:
            yield Wall(
                kind=WallKind.COLLISIONS,
                subject=one.module.name,
                module=one.module,
                tables=(),
                hot=True,
                why=(
                    f"{one.times} times one of {len(one.people)} people changed {one.module} within {one.days} days "
                    f"of another of them (commits {', '.join(sha[:10] for sha in one.commits[:3])})"
                ),
                proposal="split the module by what its people change it for, before anything is extracted",
                sketch=f"git log --format='%h %an %s' -- {paths[one.module]}",
                evidence=(Evidence(paths[one.module], 0),),
            )


def _uncontained(blast: BlastRadius) -> Iterator[Wall]:
    """The whole interval of the difference lies below zero: as many of today's packages hold more changes inside."""
    if blast.changes and blast.gain[2] < 0:
        yield Wall(
            kind=WallKind.BLAST_RADIUS,
            subject="changes",
            module=None,
            tables=(),
            hot=True,
            why=(
                f"{blast.proposed.inside:.0%} of {blast.proposed.changes:,} changes to several modules stay inside one "
                f"proposed boundary, {blast.today.inside:.0%} inside one of as many of today's packages (in-sample): "
                "a split would not shrink them"
            ),
            proposal="find out first why changes spread: see the couplings without an import in the history",
            sketch="",
            evidence=(),
        )
