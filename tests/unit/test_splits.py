"""Truths of real splits, derived from what git holds."""

import re
from pathlib import Path

from benchmarks.splits import At, Split, code_lines, derive, judged, rare_lines
from tests.repositories import committed, run


def text(name: str, lines: int = 9) -> str:
    return "".join(f"{name}_value_{i} = compute_{name}({i})\n" for i in range(lines))


def test_a_module_goes_where_its_own_lines_went(tmp_path: Path) -> None:
    shop, billing = tmp_path / "me+shop", tmp_path / "me+billing"
    for folder, package, modules in (
        (shop, "shop", ("cart", "invoices", "taxes", "copied")),
        (billing, "billing", ("invoices", "taxes", "copied")),
    ):
        (folder / package).mkdir(parents=True)
        for module in modules:
            (folder / package / f"{module}.py").write_text(text(module))
        committed(folder)
    (shop / "shop" / "dropped.py").write_text(text("dropped"))
    committed(shop)
    before = run(shop, "rev-parse", "HEAD").strip()
    for name in ("invoices", "taxes", "dropped"):
        (shop / "shop" / f"{name}.py").unlink()
    committed(shop)
    split = Split(
        At("me/shop", before, "shop"), {"billing": At("me/billing", "main", "billing")}, At("me/shop", "main", "shop")
    )
    truth = derive(tmp_path, "one", split)
    assert truth["labels"] == {"shop.cart": "core", "shop.invoices": "billing", "shop.taxes": "billing"}
    assert truth["source_commit"] == before


def test_what_two_services_hold_is_not_scored() -> None:
    rare = [f"line number {i}" for i in range(10)]
    assert judged(rare, {"a": set(rare), "b": set(rare[:6])}, set(), gone=True) is None
    assert judged(rare, {"a": set(rare), "b": set(rare[:4])}, set(), gone=True) == "a"
    assert judged(rare, {"a": set(rare[:2]), "b": set()}, set(rare), gone=False) == "core"


def test_imports_and_comments_say_nothing_of_their_own() -> None:
    source = (
        "import os.path.one\nfrom shop import (\n    cart_of_the_user,\n)\n# a comment of ours\ntotal = shop.price(1)\n"
    )
    assert code_lines(source, re.compile("shop")) == ["total = .price(1)"]


def test_a_rare_line_stands_in_one_module() -> None:
    both = [f"shared line {i}" for i in range(20)]
    lines = {"a": both + [f"only a {i}" for i in range(8)], "b": both}
    rare = rare_lines(lines)
    assert rare["a"] == [f"only a {i}" for i in range(8)]
    assert rare["b"] == both
