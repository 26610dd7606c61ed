"""Markdown, the terminal, escapes and links."""

import re

import pytest

from decompose.render import RENDERERS, source_link, summary
from decompose.render.definitions import MEASURES
from decompose.render.escape import cell, csv_cell, dot, html, markdown, mermaid, plantuml, script_json, toml, visible
from tests.documents import HOSTILE, hostile, shop

UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f]")


def test_the_summary_fits_a_screen_and_says_the_first_step() -> None:
    text = summary(shop())
    assert len(text.splitlines()) <= 25
    assert "3 boundaries proposed" in text
    assert "First step: extract" in text
    assert re.search(r"\n  billing +1 +200 +1 +\d+ +\d+  (step \d|leave)\n", text)


def test_a_step_that_waits_is_not_the_first() -> None:
    document = shop()
    for step in document["plan"]:
        step["waits"] = step["extract"]
    said = summary(document)
    assert "First step" not in said and "  not yet\n" in said and not re.search(r"  step \d\n", said)
    assert "Not yet: first reduce its seams" in RENDERERS["markdown"](document)


def test_a_plan_without_a_step_says_where_the_reasons_stand() -> None:
    document = shop()
    for step in document["plan"]:
        step["extract"] = False
    told = RENDERERS["markdown"](document)
    assert "in order: ." not in told and "Why each of them stays: [" in told


def test_walls_stand_before_the_plan() -> None:
    document = shop()
    document["walls"] = [
        {"kind": "n_plus_one", "subject": "place", "module": "shop.orders", "tables": ["people_user"], "hot": True,
         "why": "a query for each order", "proposal": "ask once", "sketch": "", "evidence": [], "related": [],
         "measured": None}
    ]  # fmt: skip
    told = RENDERERS["markdown"](document)
    assert told.index("## Walls before the split") < told.index("## Plan")


def test_what_is_cached_is_told_where_it_is_written() -> None:
    document = shop()
    lines = [{"file": "shop/orders.py", "line": line, "function": "pay"} for line in range(7, 12)]
    document["walls"] = [
        {"kind": kind, "subject": "board", "module": "shop.orders", "tables": [], "hot": True, "why": "often",
         "proposal": "cache it", "sketch": "", "evidence": lines[:1], "related": lines, "measured": None}
        for kind in ("cacheable", "n_plus_one")
    ]  # fmt: skip
    told = RENDERERS["markdown"](document).splitlines()
    cached, looped = (line for line in told if line.startswith("- `board` (`shop/orders.py`:7): often; cache it"))
    assert cached.endswith(" (written at `shop/orders.py`:7, `shop/orders.py`:8, `shop/orders.py`:9 and 2 more)")
    assert looped.endswith("cache it")


def test_a_tree_without_history_says_so_and_counts_it_as_no_problem() -> None:
    document = shop()
    document["problems"] = [{"file": "", "line": 0, "message": "no git history: not a repository"}]
    assert "Not certain: no git history, so nothing is said of changes and people;" in summary(document).replace(
        "\n", " "
    )
    assert "problem" not in summary(document)


def test_what_was_read_in_part_names_the_interpreter_that_reads_it_whole() -> None:
    document = shop()
    assert "read in part" not in summary(document) + RENDERERS["markdown"](document)
    document["project"] |= {"partial_files": 15, "written_for": {"2.7": 1, "3.12": 3, "3.14": 11}}
    said = "15 files read in part (Python 2.7 reads 1 whole, Python 3.14 reads 14 whole)"
    assert f"Not certain: {said}" in summary(document)
    assert said in RENDERERS["markdown"](document)


def test_colour_changes_no_character() -> None:
    assert re.sub(r"\x1b\[\d+m", "", summary(shop(), colour=True)) == summary(shop())


@pytest.mark.parametrize("name", ["summary", "markdown", "markdown-summary"])
def test_hostile_names_cannot_steer_a_terminal_or_markdown(name: str) -> None:
    text = RENDERERS[name](hostile())
    assert not UNSEEN.search(text)
    assert not re.search(r"(?<![\\`])<(script|img)", re.sub(r"(`+).*?\1", "", text))
    assert all(row.count("|") - row.count("\\|") > 2 for row in text.splitlines() if row.startswith("|"))


def test_the_report_says_what_each_measure_means() -> None:
    row = {"name": "packages", "groups": 3} | {key: 0.25 for key, *_ in MEASURES}
    document = shop()
    document["metrics"] = {"groupings": [row]}
    text = RENDERERS["markdown"](document)
    assert all(f"| {name} | 0.250 | {better} | {meaning} |" in text for _, name, better, meaning in MEASURES)


def test_the_report_names_every_boundary_and_its_picture() -> None:
    text = RENDERERS["markdown"](shop())
    for name in ("orders", "billing", "people"):
        assert f"### {name}" in text
        assert f"(diagrams/boundary-{name}.svg)" in text


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("escape", [html, dot, markdown, cell, mermaid, plantuml, toml, visible, csv_cell, script_json])
def test_nothing_unseen_passes(escape: object, text: str) -> None:
    assert not UNSEEN.search(escape(text)) and "\n" not in escape(text)  # type: ignore[operator]


def test_each_escape_leaves_no_way_out() -> None:
    assert html("<a href='x'>&\"") == "&lt;a href=&#39;x&#39;&gt;&amp;&quot;"
    assert script_json("</script><!--") == '"\\u003c/script\\u003e\\u003c!--"'
    assert dot('a"b\\N') == '"a\\"b\\\\N"'
    assert markdown("*a* [b](http://c) `d`") == r"\*a\* \[b\](http\://c) \`d\`"
    assert cell("a`|b") == "`` a`\\|b ``"
    assert mermaid('a"]b') == '"a#34;#93;b"'
    assert csv_cell("=1+1") == "'=1+1"
    assert visible("\u202eab\x1b") == "\\u202eab\\x1b"


@pytest.mark.parametrize(
    ("remote", "link"),
    [
        ("git@github.com:own/er.git", "https://github.com/own/er/blob/abcdef1/{path}"),
        ("https://me:secret@github.com/own/er.git", "https://github.com/own/er/blob/abcdef1/{path}"),
        ("ssh://git@gitlab.example.org:2222/a/b/c.git", "https://gitlab.example.org/a/b/c/-/blob/abcdef1/{path}"),
        ("https://bitbucket.org/a/b", "https://bitbucket.org/a/b/src/abcdef1/{path}"),
        ("https://opendev.org/openstack/nova.git", "https://opendev.org/openstack/nova/src/commit/abcdef1/{path}"),
        ("/home/me/github.com/x", ""),
        ("../github", ""),
        ("file:///github.com/a/b", ""),
        ("javascript://github.com/%0aalert(1)", ""),
        ("ext::sh -c github", ""),
        ("https://github.com:99999/a/b", ""),
        ('https://github.com"><script>/a/b', ""),
        ("https://unknown.example.org/a/b", ""),
        ("", ""),
    ],
)
def test_links_are_to_known_hosts_without_secrets(remote: str, link: str) -> None:
    assert source_link(remote, "abcdef1")[0] == link
    assert source_link(remote, "--evil") == ("", "")
