"""Shares of changes inside one group: against simulation and by hand."""

import random
from collections import Counter
from itertools import combinations

import pytest

from decompose.model.containment import (
    containment,
    difference,
    groups_in,
    package_names,
    packages,
    packages_of,
    proposed,
    random_share,
)
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


LAYOUT = """
module shop.app
module shop.api.orders.list
module shop.api.orders.pay
module shop.api.orders.refund
module shop.api.stock.list
module shop.api.stock.count
module shop.api.util
module tool.main
"""


def _sizes(text: str, wanted: int) -> dict[str, int]:
    known = facts(text)
    names, grouping = package_names(known, wanted), packages(known, wanted)
    assert len(names) == groups_in(grouping)
    return dict(zip(names, (count for _, count in sorted(Counter(grouping).items())), strict=True))


def test_the_package_with_most_modules_gives_its_largest_sub_package_away() -> None:
    assert _sizes(LAYOUT, 1) == {"shop": 7, "tool": 1}
    assert _sizes(LAYOUT, 3) == {"shop": 1, "shop.api": 6, "tool": 1}
    assert _sizes(LAYOUT, 4) == {"shop": 1, "shop.api": 3, "shop.api.orders": 3, "tool": 1}
    assert _sizes(LAYOUT, 5) == {"shop": 1, "shop.api": 1, "shop.api.orders": 3, "shop.api.stock": 2, "tool": 1}


def test_modules_alone_are_no_packages() -> None:
    assert _sizes(LAYOUT, 50) == _sizes(LAYOUT, 5)


def test_a_package_that_holds_nothing_else_gives_all_of_itself() -> None:
    assert _sizes("module src.shop.a.x\nmodule src.shop.a.y\nmodule src.shop.b.x", 2) == {
        "src.shop": 1,
        "src.shop.a": 2,
    }


def test_what_lies_in_none_of_the_packages_counts_for_its_top_level_one() -> None:
    known = facts("module shop.api.orders\nmodule shop.old\nmodule gone.x\nmodule gone.y")
    assert list(packages_of(known, ["shop.api", "shop.api.stock"])) == [0, 0, 2, 1]


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
