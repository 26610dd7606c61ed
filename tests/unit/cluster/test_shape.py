"""Groups of useful size: small ones join, and the fast way to find which is the plain one."""

from random import Random

import pytest

from decompose.cluster.engines import Groups, tidy
from decompose.cluster.shape import join_small, moved, settled
from decompose.model.columns import columns
from decompose.model.judgements import CouplingGraph, Tie
from decompose.model.names import Module, Table


def drawn(seed: int) -> tuple[CouplingGraph, Groups]:
    """Forty modules and ten tables with random ties of few weights (so that there are draws), in random groups."""
    source = Random(seed)
    modules, tables = tuple(Module(f"m{i}") for i in range(40)), tuple(Table(f"t{i}") for i in range(10))
    pairs = sorted({(a, b) for a, b in (sorted(source.sample(range(50), 2)) for _ in range(60))})
    ties = columns(Tie, (Tie(a, b, float(source.randrange(1, 3))) for a, b in pairs))
    places: dict[int, list[int]] = {}
    for node in range(50):
        places.setdefault(source.randrange(25), []).append(node)
    return CouplingGraph(modules, tables, ties), tidy(places.values())


def joined_plainly(graph: CouplingGraph, groups: Groups, smallest: int, most: int) -> Groups:
    """The rule as it is told, looking at every group in every step."""
    held = [set(group) for group in groups]
    first = {min(group): label for label, group in enumerate(groups)}
    labels = [first[min(group)] for group in groups]

    def size(i: int) -> int:
        return sum(node < len(graph.modules) for node in held[i])

    while len(held) > 1:
        least = min(range(len(held)), key=lambda i: (size(i), labels[i]))
        if size(least) >= smallest and sum(size(i) > 0 for i in range(len(held))) <= most:
            break

        def pull(i: int, leaving: int = least) -> tuple[float, int, int]:
            between = sum(t.weight for t in graph.ties if _across(t, held[leaving], held[i]))
            degree = sum(t.weight * ((t.a in held[i]) + (t.b in held[i])) for t in graph.ties)
            return between / (degree or 1.0), size(i), -labels[i]

        into = max((i for i in range(len(held)) if i != least), key=pull)
        held[into] |= held[least]
        del held[least], labels[least]
    return tidy(held)


def _across(tie: Tie, one: set[int], other: set[int]) -> bool:
    return (tie.a in one and tie.b in other) or (tie.b in one and tie.a in other)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("smallest", "most"), [(5, 40), (0, 6), (3, 8), (100, 40)])
def test_small_groups_join_as_the_rule_says(seed: int, smallest: int, most: int) -> None:
    graph, groups = drawn(seed)
    assert join_small(graph, groups, smallest, most) == joined_plainly(graph, groups, smallest, most)


def test_a_table_is_with_the_modules_that_use_it_and_not_with_the_tables_that_refer_to_it() -> None:
    # nodes: 0 orders, 1 billing; tables 2 user, 3 order, 4 invoice, 5 alone
    ties = columns(Tie, [Tie(0, 2, 1.0), Tie(0, 3, 2.0), Tie(1, 4, 2.0), Tie(2, 4, 5.0), Tie(1, 2, 0.5)])
    tables = tuple(map(Table, ("user", "order", "invoice", "alone")))
    graph = CouplingGraph((Module("orders"), Module("billing")), tables, ties)
    assert settled(graph, ((0, 3), (1, 2, 4), (5,))) == ((0, 2, 3), (1, 4), (5,))
    assert settled(graph, ((0, 3), (1, 4), (2, 5))) == ((0, 3), (1, 4), (2, 5))


def test_a_module_leaves_a_small_group_for_the_large_one_that_it_is_tied_to_more() -> None:
    pairs = [(a, b, 1.0) for a in range(12) for b in range(a)]  # a large group, and one of three modules
    pairs += [(12, 13, 1.0), (12, 14, 0.2), (13, 14, 0.2), *((node, 14, 0.2) for node in range(8))]
    graph = CouplingGraph(
        tuple(Module(f"m{i:02}") for i in range(15)),
        (),
        columns(Tie, (Tie(min(a, b), max(a, b), w) for a, b, w in pairs)),
    )
    groups = (tuple(range(12)), (12, 13, 14))
    assert moved(graph, groups, 1.0) == groups
    assert moved(graph, groups, 0.5) == ((*range(12), 14), (12, 13))
    assert moved(graph, groups[:1], 0.5) == groups[:1]
