"""decompose carve from the command line: what it refuses, what it lists, and what it then does not do."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from decompose.cli.carve import command
from tests.histories import git, repository


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = repository(
        tmp_path / "shop",
        """
        commit ann 1 All
          write shop/__init__.py # shop
          write shop/orders.py x = 1
          write shop/views.py import shop.orders
          write shop/load.py __import__(name)
        """,
    )
    git(folder, "config", "user.name", "Ann")
    git(folder, "config", "user.email", "ann@example.org")
    (folder / ".git/info/exclude").write_text("boundaries.toml\n")
    (folder / "boundaries.toml").write_text(
        '[boundaries.sales]\nmodules = ["shop.orders"]\n[boundaries.none]\nmodules = []\n'
    )
    return folder


def carve(shop: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(command, [words[0], str(shop), *words[1:], "--no-cache"])
    return done.exit_code, str(done.exception or ""), done.output


def test_an_unknown_boundary_is_refused_with_those_there_are(shop: Path) -> None:
    assert "there is no boundary 'money'; there are: none, sales" in carve(shop, "money")[1]


def test_an_empty_boundary_is_refused(shop: Path) -> None:
    assert "has no modules" in carve(shop, "none")[1]


def test_what_cannot_be_followed_is_listed_and_stops_the_apply(shop: Path) -> None:
    code, _, said = carve(shop, "sales", "--apply")
    assert code == 1
    assert "dynamic_import  shop/load.py:1  __import__(name)" in said
    assert said.endswith("nothing was written; --allow-unfollowed says that somebody has looked\n")
    assert git(shop, "branch", "--list", "carve/*") == b""
    assert git(shop, "status", "--short") == b""


def test_somebody_who_has_looked_may_go_on(shop: Path) -> None:
    assert carve(shop, "sales", "--apply", "--allow-unfollowed")[0] == 0
    assert (shop / "shop/views.py").read_text() == "from shop.sales.api import orders"
    assert git(shop, "branch", "--show-current") == b"carve/sales\n"


def test_a_tree_with_changes_is_refused(shop: Path) -> None:
    (shop / "shop/load.py").write_text("x = 2")
    assert "shop/load.py is not what the last commit has" in carve(shop, "sales", "--apply")[1]
    assert git(shop, "branch", "--list", "carve/*") == b""
    assert (shop / "shop/orders.py").exists()
    assert carve(shop, "sales")[0] == 0  # the diff may be had


def test_the_longest_entry_says_which_boundary_a_module_is_in(shop: Path) -> None:
    (shop / "boundaries.toml").write_text(
        '[boundaries.sales]\nmodules = ["shop.*"]\n[boundaries.web]\nmodules = ["shop.v*", "shop.load"]\n'
    )
    said = carve(shop, "sales")[2]
    assert "rename from shop/orders.py" in said
    assert "rename from shop/views.py" not in said
    assert "rename from shop/load.py" not in said


def test_two_boundaries_that_claim_one_module_alike_are_refused(shop: Path) -> None:
    (shop / "boundaries.toml").write_text(
        '[boundaries.sales]\nmodules = ["shop.orders"]\n[boundaries.web]\nmodules = ["shop.orders"]\n'
    )
    assert "'shop.orders' is in 'sales' and in 'web'" in carve(shop, "sales")[1]
