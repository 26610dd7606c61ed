"""Facts -> Changes: which commits count, and what they touched."""

from dataclasses import replace

import pytest

from decompose.model.changes import Changes
from decompose.model.columns import columns
from decompose.model.facts import Commit, Facts
from decompose.relate import ChangeOptions, changes, regroup
from tests.builders import facts

SHOP = """
module shop 1
module shop.a
module shop.b
module shop.tests.test_a 10 test
commit ann 9 shop/a.py shop/b.py shop/tests/test_a.py
commit ann 8 shop/a.py shop/templates/a.html README.md
commit bob 7 shop/tests/test_a.py
commit bob 1 shop/b.py shop/old.py
"""


def sets(found: Changes) -> list[tuple[int, list[int]]]:
    return [(commit, list(touched)) for commit, touched in zip(found.commits, found, strict=True)]


def test_only_source_modules_are_items() -> None:
    found = changes(facts(SHOP), ChangeOptions())
    assert sets(found) == [(0, [1, 2]), (1, [1]), (3, [2])]
    assert found.kinds == (("other", 2), ("source", 5), ("test", 2))


def test_an_asset_touches_the_package_that_it_lies_in() -> None:
    assert sets(changes(facts(SHOP), ChangeOptions(), assets=True))[1] == (1, [1])
    with_package = facts(SHOP)
    package = replace(with_package.modules[0], path="shop/__init__.py", is_package=True)
    named = replace(with_package, modules=(package, *with_package.modules[1:]))
    assert sets(changes(named, ChangeOptions(), assets=True))[1] == (1, [0, 1])


def test_a_bulk_change_counts_modules_that_are_gone_and_is_shown() -> None:
    found = changes(facts(SHOP), ChangeOptions(max_changeset="1"))
    assert sets(found) == [(1, [1])]
    assert [(left.reason, left.commits) for left in found.left_out] == [("more than 1 source modules", 2)]


@pytest.mark.parametrize(("wanted", "largest"), [("30", 30), ("p50", 2), ("p1", 1), ("p100", 2)])
def test_the_largest_change_may_be_a_percentile(wanted: str, largest: int) -> None:
    assert changes(facts(SHOP), ChangeOptions(max_changeset=wanted)).largest == largest


def test_weights_halve_with_each_half_life_before_the_head() -> None:
    year = 365.25
    found = changes(facts(f"commit a {int(4 * year)} a.py\ncommit a 0 a.py\nmodule a"), ChangeOptions(half_life=2.0))
    assert list(found.weights) == pytest.approx([1.0, 0.25], rel=1e-3)


def with_tickets(known: Facts, *tickets: str) -> Facts:
    commits = [replace(commit, ticket=ticket) for commit, ticket in zip(known.history.commits, tickets, strict=True)]
    return replace(known, history=replace(known.history, commits=columns(Commit, commits)))


def test_commits_of_one_ticket_are_one_change() -> None:
    known = with_tickets(facts(SHOP), "", "#1", "#2", "#1")
    assert sets(changes(known, ChangeOptions(group="ticket"))) == [(0, [1, 2]), (1, [1, 2])]


def test_commits_of_one_person_within_the_window_are_one_change() -> None:
    assert sets(changes(facts(SHOP), ChangeOptions(group="author", window=24))) == [(0, [1, 2]), (3, [2])]


def test_changes_of_an_item_are_found_both_ways() -> None:
    found = changes(facts(SHOP), ChangeOptions())
    for item in range(found.items):
        assert list(found.of(item)) == [i for i, touched in enumerate(found) if item in touched]
        assert found.count(item) == len(found.of(item))


def test_coarser_items() -> None:
    found = regroup(changes(facts(SHOP), ChangeOptions()), [(), (0,), (0, 1), ()], items=2)
    assert sets(found) == [(0, [0, 1]), (1, [0]), (3, [0, 1])]
    assert sets(regroup(found, [(0,), (1,)], items=2, largest=1)) == [(1, [0])]


def test_no_history_gives_no_changes() -> None:
    found = changes(facts("module a"), ChangeOptions(max_changeset="p95"))
    assert (len(found), list(found.of(0))) == (0, [])
