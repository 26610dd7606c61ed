"""Boundaries from the command line: proposed, ordered, judged, explained, compared."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from decompose.cli import decompose
from decompose.errors import InputError

SHOP = {
    f"shop/{area}/{name}.py": f"from shop.{area} import base\n\n\ndef {name}():\n    return base.{area}()\n"
    for area in ("billing", "orders")
    for name in ("views", "rules", "tasks", "mails", "forms")
} | {f"shop/{area}/base.py": f"def {area}():\n    return 1\n" for area in ("billing", "orders")}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in {
        **SHOP,
        "shop/__init__.py": "",
        "shop/billing/__init__.py": "",
        "shop/orders/__init__.py": "",
    }.items():
        path = tmp_path / "repo" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "repo"


def say(*arguments: object) -> str:
    done = CliRunner().invoke(decompose, [*map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_proposal_names_its_boundaries(shop: Path) -> None:
    said = say("boundaries", shop, "-q")
    assert re.search(r"^billing +7 +\d+ +\d+%  (names|imports) \d+%, ", said, re.M)
    assert "finer: " in said


def test_runs_agree_only_on_what_was_clustered(shop: Path) -> None:
    assert "agreed" in say("boundaries", shop, "-q")
    assert "agreed" not in say("boundaries", shop, "-q", "--start", "packages")


def test_orders_are_written_and_read_again(shop: Path, tmp_path: Path) -> None:
    orders = tmp_path / "boundaries.toml"
    say("boundaries", shop, "-q", "-o", orders)
    orders.write_text(orders.read_text() + '\n[orders.pin]\n"shop.orders.mails" = "billing"\n')
    assert re.search("^billing +8 ", say("boundaries", shop, "-q", "--orders", orders), re.M)
    assert "0 moved" in say("diff", orders, orders)


def test_what_an_analysis_wrote_fits_its_checkout_and_differs_in_nothing(shop: Path, tmp_path: Path) -> None:
    for name, text in {
        "tests/test_billing.py": "from shop.billing import views\n",
        "shop/clock.py": "def now():\n    return 1\n",
        **{
            f"shop/{area}/base.py": f"from shop import clock\n{SHOP[f'shop/{area}/base.py']}"
            for area in ("billing", "orders")
        },
    }.items():
        (shop / name).parent.mkdir(exist_ok=True)
        (shop / name).write_text(text)
    mine, out = tmp_path / "mine.toml", tmp_path / "report"
    mine.write_text(
        "[boundaries.billing]\nmodules = ['shop.billing*', 'tests.test_billing']\n[boundaries.orders]\n"
        "modules = ['shop.orders*']\n[shared_kernel]\nmodules = ['shop.clock']\n"
        "[orders.pin]\n'shop.orders.mails' = 'orders'\n"
    )
    assert say("boundaries", shop, "-q", "--orders", mine, "--check") == f"{mine} fits: 2 boundaries, 1 order\n"
    say("analyze", shop, "-q", "--boundaries", mine, "-o", out)
    assert json.loads((out / "analysis.json").read_text())["shared_kernel"]["modules"] == ["shop.clock"]
    for pair in (("boundaries.toml", "analysis.json"), ("analysis.json", "boundaries.toml")):
        said = say("diff", *(out / name for name in pair), "--exit-code")
        assert "0 moved, 0 only before, 0 only after" in said
    twice = (out / "analysis.json", out / "analysis.json")
    assert say("diff", "--markdown", *twice).endswith("Nothing is different.\n")
    mine.write_text(mine.read_text().replace("tests.test_billing", "tests.test_nothing"))
    said = say("boundaries", shop, "-q", "--orders", mine, "--check")
    assert said == f"{mine}: 'tests.test_nothing' of billing matches nothing\n"
    mine.write_text(mine.read_text().replace("shop.orders.mails'", "shop.orders.gone'"))
    with pytest.raises(InputError, match=r"'shop\.orders\.gone' is no module"):
        say("boundaries", shop, "-q", "--orders", mine, "--check")


def test_two_that_share_next_to_nothing_are_said_to(tmp_path: Path) -> None:
    for side, first in (("a", 0), ("b", 40)):
        names = ", ".join(f"'m{at}'" for at in range(first, first + 42))
        (tmp_path / f"{side}.toml").write_text(f"[boundaries.{side}]\nmodules = [{names}]\n")
    said = say("diff", tmp_path / "a.toml", tmp_path / "b.toml")
    assert said.startswith(
        "2 of 82 modules and tables in both: too little to compare the two.\n0 moved, 40 only before"
    )
    assert "MoJoFM" not in said
    assert "of 42 modules and tables in both: MoJoFM 100.0%" in say("diff", tmp_path / "a.toml", tmp_path / "a.toml")


def test_a_person_s_own_boundaries_are_judged(shop: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('[boundaries.money]\nmodules = ["shop.billing.*"]\n')
    analysis = json.loads(say("analyze", shop, "--boundaries", mine, "--frozen", "--json", "-q"))
    assert {row["name"]: len(row["modules"]) for row in analysis["boundaries"]} == {"remainder": 8, "money": 6}
    with pytest.raises(InputError, match="--frozen needs"):
        say("analyze", shop, "--frozen", "-q")


def test_a_broken_file_is_refused_before_anything_is_written(shop: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        '[boundaries.a]\nmodules = ["shop.orders.rules"]\n[boundaries.b]\nmodules = ["shop.orders.rules"]\n'
    )
    with pytest.raises(InputError, match=r"mine.toml:2,4: 'shop.orders.rules' is in 'a' and in 'b'"):
        say("analyze", shop, "--boundaries", mine, "--frozen", "-o", tmp_path / "out", "-q")
    assert not (tmp_path / "out").exists()


def test_a_boundary_is_explained_by_what_it_holds(shop: Path) -> None:
    said = say("explain", "billing", shop, "-q")
    assert said.startswith("billing is a boundary: ")
    assert "  shop.billing.rules (" in said


def test_a_module_is_explained_with_lines(shop: Path) -> None:
    said = say("explain", "shop.billing.rules", shop, "-q")
    assert "shop.billing.rules is in billing" in said
    assert "shop/billing/rules.py:1" in said
    with pytest.raises(InputError, match=r"did you mean shop\.billing\.rules"):
        say("explain", "billing.rules", shop, "-q")
    with pytest.raises(InputError, match=r"did you mean shop\.billing\.rules"):
        say("explain", "shop.biling.rules", shop, "-q")


def test_lists_are_cut_with_a_count_and_no_line_is_wider_than_a_terminal(shop: Path) -> None:
    parts = [f"part_with_a_rather_long_name_{at:02}" for at in range(12)]
    for name in parts:
        (shop / f"shop/billing/{name}.py").write_text("")
    (shop / "tests").mkdir()
    (shop / "tests/test_parts.py").write_text("".join(f"from shop.billing import {name}\n" for name in parts))
    said = say("explain", "tests.test_parts", shop, "-q")
    assert said.count("long_name") == 8 and said.endswith("\n  and 4 more: --all lists them\n")
    whole = say("explain", "tests.test_parts", shop, "-q", "--all")
    assert whole.count("long_name") == 12 and " more: " not in whole
    for words in (
        ["explain", "shop.billing.rules"],
        ["boundaries"],
        ["why", "shop.billing.rules", "shop.billing.tasks"],
    ):
        assert max(map(len, say(*words, shop, "-q").splitlines())) <= 80


def test_a_test_is_told_from_the_program(shop: Path) -> None:
    (shop / "tests").mkdir()
    (shop / "tests/test_rules.py").write_text("from shop.billing import rules\n")
    said = say("explain", "tests.test_rules", shop, "-q")
    assert "tests.test_rules is a module of the kind test" in said
    assert "shop.billing.rules (billing)" in said


def test_two_modules_are_told_what_binds_them(shop: Path) -> None:
    said = say("why", "shop.billing.rules", "shop.billing.base", shop, "-q")
    assert "shop.billing.rules imports shop.billing.base (shop/billing/rules.py:1)" in said


def test_a_graph_of_one_s_own(tmp_path: Path) -> None:
    graph = tmp_path / "calls.json"
    graph.write_text(json.dumps({"edges": [["a", "b", 3], ["b", "c", 3], ["a", "c", 3], ["x", "y"]]}))
    homes = json.loads(say("cluster", "--graph", graph, "--json"))
    assert homes["a"] == homes["b"] == homes["c"] != homes["x"] == homes["y"]
