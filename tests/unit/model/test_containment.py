"""Shares of changes inside one group: against simulation and by hand."""

import random
from itertools import combinations

import pytest

from decompose.model.containment import containment, difference, packages, proposed, random_share
from decompose.relate import ChangeOptions, changes
from tests.builders import facts, partition

SHOP = """
module shop.a.x
module shop.a.y
module shop.b.x
module shop.b.y
module shop.lib
commit ann 5 shop/a/x.py shop/a/y.py
commit ann 4 shop/a/x.py shop/b/x.py
commit ann 3 shop/a/x.py
commit ann 2 shop/b/x.py shop/b/y.py
commit ann 1 shop/a/x.py shop/lib.py
"""


@pytest.mark.parametrize(("sizes", "touched"), [((3, 2), 2), ((3, 2, 4), 3), ((5,), 4), ((1, 1, 1), 2)])
def test_chance_is_the_share_of_all_possible_changes(sizes: tuple[int, ...], touched: int) -> None:
    group = [i for i, size in enumerate(sizes) for _ in range(size)]
    possible = [len({group[m] for m in chosen}) == 1 for chosen in combinations(range(len(group)), touched)]
    assert random_share(sizes, touched) == pytest.approx(sum(possible) / len(possible))


def test_more_modules_than_there_are() -> None:
    assert random_share((2, 1), 4) == 0


def test_shares_by_hand() -> None:
    known = facts(SHOP)
    made = changes(known, ChangeOptions())
    found = containment(
        "x", made, proposed(known, partition("a: shop.a.x shop.a.y\nb: shop.b.x shop.b.y\nkernel: shop.lib"))
    )
    assert (found.groups, found.changes) == (3, 4)
    assert (found.inside, found.of_all, found.per_change) == (2 / 4, 3 / 5, 6 / 4)
    assert found.by_chance == pytest.approx(random_share((2, 2, 1), 2))
    assert found.lift == pytest.approx(found.inside / found.by_chance)
    assert found.low <= found.inside <= found.high


def test_the_depth_of_packages_is_the_one_that_comes_closest() -> None:
    known = facts(SHOP)
    assert list(packages(known, 1)) == [0, 0, 0, 0, 0]
    assert list(packages(known, 3)) == [0, 0, 1, 1, 2]
    assert len(set(packages(known, 50))) == 5


def test_a_difference_is_paired() -> None:
    known = facts(SHOP)
    made = changes(known, ChangeOptions())
    assert difference(made, [0, 0, 0, 0, 0], [0, 0, 1, 1, 2])[0] == 2 / 4
    assert difference(made, [0, 0, 1, 1, 2], [0, 0, 1, 1, 2]) == (0, 0, 0)


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    draw, covered, rounds = random.Random(1), 0, 60
    for _ in range(rounds):
        lines = ["module p.a.x", "module p.a.y", "module p.b.x"]
        lines += [f"commit z {i} p/a/x.py p/{'a/y' if draw.random() < 0.3 else 'b/x'}.py" for i in range(200)]
        known = facts("\n".join(lines))
        found = containment("x", changes(known, ChangeOptions()), [0, 0, 1])
        covered += found.low <= 0.3 <= found.high
    assert covered >= 0.85 * rounds


def test_nothing_to_measure() -> None:
    known = facts("module a")
    found = containment("x", changes(known, ChangeOptions()), [0])
    assert (found.changes, found.inside, found.low, found.high, found.lift) == (0, 0, 0, 0, 0)
