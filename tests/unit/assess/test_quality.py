"""The field's numbers for the proposal, for packages and for chance."""

from decompose.assess import quality
from decompose.model.judgements import BoundaryFact, Partition
from decompose.model.names import Boundary, Module
from tests.graphs import importing

IMPORTS = "p.a.x>p.a.y:f,g p.a.y>p.a.z:f p.b.x>p.b.y:f p.b.y>p.b.z:f p.a.z>p.b.x:f p.k"


def _partition(*groups: str) -> Partition:
    facts = (
        BoundaryFact(Boundary(f"b{i}"), tuple(map(Module, names.split())), (), "") for i, names in enumerate(groups)
    )
    return Partition(tuple(facts), kernel_modules=(Module("p.k"),))


def test_the_proposal_stands_beside_packages_and_chance() -> None:
    ours, packages, chance = quality(importing(IMPORTS), _partition("p.a.x p.a.y p.a.z", "p.b.x p.b.y p.b.z"))
    assert (ours.groups, packages.groups, chance.groups) == (2, 2, 2)
    assert ours.coupling == 0.2  # one import of five crosses
    assert ours.cohesion == round((2 / 3 + 2 / 3) / 2, 6)
    assert ours.ifn == 0.5
    assert (packages.coupling, packages.icp) == (ours.coupling, ours.icp)  # the packages are the proposal here
    assert chance.coupling > ours.coupling and chance.modularity < ours.modularity


def test_random_groups_are_the_same_in_every_run() -> None:
    given = importing(IMPORTS), _partition("p.a.x p.b.y", "p.b.x p.a.y p.a.z p.b.z")
    assert quality(*given) == quality(*given)


def test_without_boundaries_there_are_no_numbers() -> None:
    assert quality(importing("p"), Partition(())) == ()
