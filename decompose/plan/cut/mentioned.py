"""What runs the program and names what leaves it: Facts + Partition -> lines by boundary, and str."""

from collections.abc import Iterator, Mapping, Sequence

from ...model.counts import listed
from ...model.facts import Facts, Mention
from ...model.judgements import Partition
from ...model.names import Boundary

__all__ = ["mentioned", "told"]

_NAMED = 6


def mentioned(facts: Facts, partition: Partition) -> Mapping[Boundary, tuple[Mention, ...]]:
    """By the boundary whose module a line names, or whose tests and migrations."""
    home = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    home |= dict(partition.followers)
    found: dict[Boundary, list[Mention]] = {}
    for one in facts.mentions:
        if one.module in home:
            found.setdefault(home[one.module], []).append(one)
    return {boundary: tuple(found[boundary]) for boundary in sorted(found)}


def told(mentions: Sequence[Mention]) -> Iterator[str]:
    """One sentence, of all lines."""
    if mentions:
        named = [f"{one.text} at {one.file}:{one.line}" for one in mentions]
        yield (
            "what builds, tests, starts or schedules the program names what goes along: "
            f"{listed(named, _NAMED)}; what they do for it is done for the new process from then on"
        )
