"""Co-change: counts against a plain recount, and the null model against simulation and closed forms."""

import random
from array import array
from collections import Counter
from itertools import combinations
from math import exp, factorial

import pytest

from decompose.model.changes import Changes
from decompose.relate.chance import Chance, tail
from decompose.relate.cochange import CoChangeOptions, cochange


def changes(sets: list[set[int]], items: int) -> Changes:
    starts, members = array("I", [0]), array("I")
    for touched in sets:
        members.extend(sorted(touched))
        starts.append(len(members))
    return Changes(items, starts, members, array("I", range(len(sets))), array("d", [1.0] * len(sets)))


def independent(seed: int, items: int = 60, count: int = 400) -> list[set[int]]:
    """Changes whose items are drawn one by one; some items are drawn far more often than others."""
    draw = random.Random(seed)
    rates = [0.2 / (1 + i) + 0.01 for i in range(items)]
    return [touched for _ in range(count) if (touched := {i for i in range(items) if draw.random() < rates[i]})]


def test_support_confidence_and_lift_are_what_a_recount_gives() -> None:
    sets = independent(1)
    found = cochange(changes(sets, 60), CoChangeOptions(least=3))
    pairs = Counter(pair for touched in sets for pair in combinations(sorted(touched), 2))
    single = Counter(item for touched in sets for item in touched)
    assert [(pair.a, pair.b, pair.support) for pair in found.pairs] == [
        (a, b, support) for (a, b), support in sorted(pairs.items()) if support >= 3
    ]
    for pair in found.pairs:
        assert found.confidence(pair) == (pair.support / single[pair.a], pair.support / single[pair.b])
        assert found.lift(pair) == pytest.approx(pair.support * len(sets) / single[pair.a] / single[pair.b])
        assert pair.weight == pair.support


def shuffled(sets: list[set[int]], draw: random.Random) -> list[set[int]]:
    """Another bipartite graph with the same degrees: pairs of changes trade items (Strona et al. 2014, curveball)."""
    sets = [set(touched) for touched in sets]
    for _ in range(5 * len(sets)):
        a, b = draw.sample(sets, 2)
        both = a & b
        free = sorted(a ^ b)
        draw.shuffle(free)
        mine = set(free[: len(a) - len(both)])
        a_new, b_new = both | mine, both | (set(free) - mine)
        a.clear(), a.update(a_new), b.clear(), b.update(b_new)
    return sets


def test_expectation_agrees_with_shuffling_that_keeps_all_degrees() -> None:
    sets = independent(2, items=30, count=300)
    chance = Chance(changes(sets, 30), window=0)
    draw, rounds = random.Random(0), 150
    seen: Counter[tuple[int, int]] = Counter()
    for _ in range(rounds):
        sets = shuffled(sets, draw)
        seen.update(pair for touched in sets for pair in combinations(sorted(touched), 2))
    expected = {pair: chance.expected(*pair) for pair in combinations(range(30), 2)}
    for pair, mean in expected.items():
        assert seen[pair] / rounds == pytest.approx(mean, abs=0.05 * mean + 5 * (mean / rounds) ** 0.5), pair
    ranked = sorted(expected, key=expected.__getitem__)
    for alike in (ranked[i : i + 87] for i in range(0, len(ranked), 87)):
        assert sum(seen[pair] for pair in alike) / rounds == pytest.approx(sum(expected[p] for p in alike), rel=0.1)


def test_expectation_in_the_sparse_limit_is_the_closed_form() -> None:
    # 1,000 changes of two items among 500, each item in four: f_a f_b S2 / T^2 with S2 = sum s (s - 1)
    sets = [{(2 * i) % 500, (2 * i + 1) % 500} for i in range(1000)]
    chance = Chance(changes(sets, 500), window=0)
    assert chance.expected(0, 7) == pytest.approx(4 * 4 * 2000 / 2000**2, rel=0.02)


def test_an_item_that_every_change_touches_pairs_as_often_as_the_other_changes() -> None:
    sets = [{0, 1 + i % 5} for i in range(50)]
    chance = Chance(changes(sets, 6), window=0)
    assert chance.expected(0, 1) == pytest.approx(10, rel=0.02)


def test_items_alive_in_different_years_are_not_expected_together() -> None:
    sets = [{0, 1 + i % 9} for i in range(1000)] + [{10, 11 + i % 9} for i in range(1000)]
    chance = Chance(changes(sets, 20), window=1000)
    assert chance.expected(1, 12) == 0
    assert Chance(changes(sets, 20), window=0).expected(1, 12) > 1


@pytest.mark.parametrize("support", [1, 2, 5, 30])
@pytest.mark.parametrize("expected", [0.01, 0.5, 4.0, 20.0])
def test_tail_is_the_poisson_sum(support: int, expected: float) -> None:
    below = sum(exp(-expected) * expected**k / factorial(k) for k in range(support))
    if support > expected:
        assert tail(support, expected) == pytest.approx(1 - below, rel=1e-6, abs=1e-14)
    else:
        assert tail(support, expected) == 1.0


def test_tail_at_the_edges() -> None:
    assert tail(3, 0.0) == 0.0
    assert 0 <= tail(5000, 1.0) < 1e-300 or tail(5000, 1.0) == 0.0


def test_independent_files_give_no_coupling_at_the_stated_rate() -> None:
    rounds, rate = 150, 0.05
    wrong = sum(
        bool(cochange(changes(independent(seed), 60), CoChangeOptions(rate=rate)).beyond_chance())
        for seed in range(rounds)
    )
    # P(more than 17 of 150 at 5 %) < 0.1 %
    assert wrong <= 17


def test_a_planted_pair_is_found_among_independent_files() -> None:
    draw = random.Random(4)
    sets = [touched | ({58, 59} if draw.random() < 0.04 else set()) for touched in independent(5)]
    found = cochange(changes(sets, 60), CoChangeOptions()).beyond_chance()
    assert [(pair.a, pair.b) for pair in found] == [(58, 59)]
