"""Stage 6: Facts + Partition + Assessment -> SplitPlan. Which boundary first, which seam next, by which remedy?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ..model.facts import Facts
from ..model.judgements import Assessment, Form, Gain, Partition, Remedy, SplitPlan, Step
from ..model.names import Boundary
from .advice import advice
from .context import context
from .cut import Surroundings, surroundings
from .effort import SCALE
from .forms import forms, own_tables
from .gain import gains
from .ground import ground
from .order import DEFAULT, Candidate, Weights, alternatives, best_order, candidate, worth
from .overlaps import Overlap, overlaps
from .remedies import remedies
from .since import Talk, talk
from .sketches.sketched import sketched
from .steps import step
from .verdict import around, objections, trunk

__all__ = ["Weights", "gains", "plan"]


def plan(
    facts: Facts,
    partition: Partition,
    assessment: Assessment,
    weights: Weights = DEFAULT,
    gained: Mapping[Boundary, Gain] | None = None,
) -> SplitPlan:
    """Every boundary as a step: first those worth extracting, best gain for effort first, then those to leave.

    `gained` are the `gains` of the partition, where they are known.
    """
    become = forms(facts, partition)
    libraries = frozenset(boundary for boundary in become if become[boundary] is Form.LIBRARY)
    known = context(facts, partition, assessment.seams, libraries)
    decided = remedies(assessment, known)
    twice = tuple(overlaps(decided, {seam.id: seam for seam in assessment.seams}, known))
    gained = gains(facts, partition) if gained is None else gained
    candidates = _candidates(facts, partition, assessment, decided, become, twice, gained)
    of = around(own_tables(facts, partition), assessment.seams, decided)
    against = {boundary: tuple(objections(candidates[boundary], of[boundary])) for boundary in sorted(candidates)}
    goes, stays, why = _order(assessment, candidates, against, weights)
    drawn, told = sketched(decided, {seam.id: seam for seam in assessment.seams}, known, goes)
    near = surroundings(facts, partition)
    tests = {one: near.strangers[one].look() for one in near.strangers}
    said = talk(facts, drawn, told, goes, ground(facts, partition, near.installed), tests, near.addresses)
    steps = _steps(partition, assessment, candidates, why, near, weights, said, stays)
    return SplitPlan(
        steps=steps,
        remedies=drawn,
        alternatives=tuple(
            alternatives(candidates, [one.boundary for one in steps if one.extract], assessment.seams, weights)
        ),
        scale=SCALE,
        advice=tuple(advice(steps, {remedy.id: remedy for remedy in drawn}, against, assessment)),
    )


def _candidates(
    facts: Facts,
    partition: Partition,
    assessment: Assessment,
    decided: Sequence[Remedy],
    become: Mapping[Boundary, Form],
    twice: Sequence[Overlap],
    gained: Mapping[Boundary, Gain],
) -> dict[Boundary, Candidate]:
    lines = {fact.module: fact.lines for fact in facts.modules}
    mine: defaultdict[Boundary, list[Remedy]] = defaultdict(list)
    for remedy in decided:
        for boundary in remedy.boundaries:
            mine[boundary].append(remedy)
    consumer = {seam.id: seam.from_boundary for seam in assessment.seams}
    return {
        fact.boundary: candidate(
            boundary=fact.boundary,
            lines=sum(lines.get(module, 0) for module in fact.modules),
            gain=gained[fact.boundary],
            remedies=mine[fact.boundary],
            inward=frozenset(one.id for one in mine[fact.boundary] if consumer[one.seams[0]] == fact.boundary),
            form=become[fact.boundary],
            overlaps=twice,
        )
        for fact in partition.boundaries
    }


_Order = tuple[tuple[Boundary, ...], tuple[Boundary, ...], Mapping[Boundary, tuple[str, ...]]]


def _order(
    assessment: Assessment,
    candidates: Mapping[Boundary, Candidate],
    against: Mapping[Boundary, tuple[str, ...]],
    weights: Weights,
) -> _Order:
    """Who goes, who stays, and what speaks against each, completed where all could go: something remains."""
    against = dict(against)
    goes = best_order(candidates, [boundary for boundary in against if not against[boundary]], weights)
    if goes and len(goes) == len(against):
        last, why = trunk(goes, [one for one in goes if candidates[one].form is Form.SERVICE], assessment.seams)
        against[last] = (why,)
        goes = best_order(candidates, [boundary for boundary in goes if boundary != last], weights)
    return goes, best_order(candidates, [boundary for boundary in against if against[boundary]], weights), against


def _steps(
    partition: Partition,
    assessment: Assessment,
    candidates: Mapping[Boundary, Candidate],
    against: Mapping[Boundary, tuple[str, ...]],
    around: Surroundings,
    weights: Weights,
    said: Talk,
    stays: Sequence[Boundary],
) -> tuple[Step, ...]:
    facts = {fact.boundary: fact for fact in partition.boundaries}
    made: list[Step] = []
    for number, boundary in enumerate([*said.order, *stays], 1):
        done = frozenset(said.order[: number - 1])
        made.append(
            step(
                number,
                candidates[boundary],
                facts[boundary],
                done=done - {boundary},
                assessment=assessment,
                against=against[boundary],
                around=around,
                worth=worth(candidates[boundary], done, candidates),
                weights=weights,
                said=said,
            )
        )
    return tuple(made)
