"""What the history says that extracting a boundary buys, and whether it still does."""

import pytest

from decompose.model.judgements import Gain
from decompose.model.names import Boundary
from decompose.plan.gain import fell, gains
from tests.builders import facts, partition

CUT = partition("orders: shop.orders\nmail: shop.mail")


@pytest.mark.parametrize(("old", "expected"), [(10, 8), (0, None)])
def test_the_newest_commits_are_counted_where_there_are_enough(old: int, expected: int | None) -> None:
    both = [f"commit ann {day} shop/orders.py shop/mail.py" for day in range(60, 48, -1)]
    alone = [f"commit ann {day} shop/orders.py README.md" for day in range(40, 32 - old, -1)]
    swept = "commit ann 70 shop/orders.py " + " ".join(f"shop/a{number}.py" for number in range(31))
    modules = "\n".join(f"module shop.a{number} 9" for number in range(31))
    text = "\n".join([modules, "module shop.orders 9", "module shop.mail 9", swept, *both, *alone])
    found = gains(facts(text if old else text.replace(both[0], "")), CUT)
    assert found[Boundary("orders")].latest == expected
    assert found[Boundary("mail")].latest is None


@pytest.mark.parametrize(("latest", "told"), [(7, True), (8, False), (None, False)])
def test_a_share_that_fell_speaks_against_the_score(latest: int | None, told: bool) -> None:
    line = "against that: of its 20 newest changes 7 touch it alone (35%), of all 40 20 (50%), which the score counts "
    says = [*fell(Gain(changes=40, alone=20, total=90, latest=latest))]
    assert says == ([f"{line}(in-sample)"] if told else [])
