"""Stage 5: Facts + Partition -> Assessment. What would this cut cost?"""

from dataclasses import dataclass, fields, replace

from ..model.facts import Facts, History
from ..model.judgements import Assessment, Partition
from .calls import surely, typed
from .cycles import find_cycles
from .ownership import ownership
from .places import places
from .quality import quality
from .reach import reach
from .runtime import Measured, measure, read_runtime
from .seams import find_seams
from .team import team_walls
from .walls import find_walls

__all__ = ["AssessOptions", "Measured", "assess", "judged_by", "quality", "read_runtime", "team_walls"]


@dataclass(frozen=True, slots=True)
class AssessOptions:
    """`runtime`: what was measured in the running system, () where nothing was."""

    runtime: tuple[Measured, ...] = ()


DEFAULT = AssessOptions()


def judged_by(facts: Facts) -> tuple[object, ...]:
    """All of the facts that `assess` depends on: neither the history nor how long files are."""
    modules = tuple([replace(fact, lines=0) for fact in facts.modules])
    bare = replace(facts, modules=modules, history=History(), problems=())
    return tuple([getattr(bare, one.name) for one in fields(bare)])


def assess(facts: Facts, partition: Partition, options: AssessOptions = DEFAULT) -> Assessment:
    """Every crossing of the proposed boundaries, the cycles that they make, who owns which table, and the walls.

    With `options.runtime`, measured counts decide which walls are hot; without, the guess that `Reach.hot` states.
    """
    where = places(facts, partition)
    reached = reach(facts)
    calls = typed(facts)
    seams = find_seams(replace(facts, transactions=tuple(surely(facts))), where)
    walls = find_walls(facts, reached, calls)
    return Assessment(
        seams=seams,
        cycles=find_cycles(seams),
        ownership=ownership(facts, partition, where),
        walls=measure(walls, options.runtime, [fact.table for fact in facts.tables]) if options.runtime else walls,
    )
