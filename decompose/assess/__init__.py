"""Stage 5: Facts + Partition -> Assessment. What would this cut cost?"""

from ..model.facts import Facts
from ..model.judgements import Assessment, Partition
from .cycles import find_cycles
from .ownership import ownership
from .places import places
from .seams import find_seams

__all__ = ["assess"]


def assess(facts: Facts, partition: Partition) -> Assessment:
    """Every crossing of the proposed boundaries, the cycles that they make, and who owns which table."""
    where = places(facts, partition)
    seams = find_seams(facts, where)
    return Assessment(seams=seams, cycles=find_cycles(seams), ownership=ownership(facts, partition, where))
