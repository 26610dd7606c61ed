import tomllib
from fnmatch import fnmatchcase

from decompose.render import boundaries_toml, is_ours
from tests.builders import facts, partition
from tests.documents import document, hostile, shop


def test_every_module_is_named_by_its_own_boundary_alone() -> None:
    given = document(
        facts("\n".join(f"module {name} 10" for name in ("a", "a.x", "a.x.one", "a.x.two", "a.y", "a.y.one", "a.xy"))),
        partition("left: a.x a.x.one a.x.two a.y\nright: a.y.one a.xy\nkernel: a"),
    )
    read = tomllib.loads(boundaries_toml(given))
    lists = {name: rows["modules"] for name, rows in read["boundaries"].items()} | {
        None: read["shared_kernel"]["modules"]
    }
    for row in given["modules"]:
        holders = [name for name, globs in lists.items() if any(fnmatchcase(row["name"], glob) for glob in globs)]
        assert holders == [row["boundary"]]
    assert lists["left"] == ["a.x", "a.x.*", "a.y"]


def test_it_knows_its_own_text_and_every_edit() -> None:
    text = boundaries_toml(shop())
    assert is_ours(text)
    assert not is_ours(text.replace("shop.billing", "shop.bill"))
    assert not is_ours(text + "\n")
    assert not is_ours("")


def test_hostile_names_read_back_equal() -> None:
    given = hostile()
    read = tomllib.loads(boundaries_toml(given))
    assert set(read["boundaries"]) == {row["name"] for row in given["boundaries"]}
    assert {table for rows in read["boundaries"].values() for table in rows["tables"]} == {
        r["name"] for r in given["tables"]
    }
