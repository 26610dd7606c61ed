import re

import pytest

from decompose.render import records
from decompose.render.diagrams import diagrams
from decompose.render.escape import markdown
from decompose.render.work import in_words, work
from tests.documents import hostile, shop


def test_each_step_has_its_record() -> None:
    document = shop()
    made = records(document)
    assert [int(name[:4]) for name in made] == [step["step"] for step in document["plan"]]
    assert all(re.fullmatch(r"\d{4}-(extract|leave)-[a-z0-9-]+\.md", name) for name in made)


def test_a_record_names_every_remedy_with_its_line_and_sketch() -> None:
    document = shop()
    remedies = {row["id"]: row for row in document["remedies"]}
    step = next(step for step in document["plan"] if step["extract"] and step["before"])
    text = next(text for name, text in records(document).items() if name.startswith(f"{step['step']:04d}"))
    for id in step["before"]:
        row = remedies[id]
        assert f"`{row['evidence'][0]['file']}`:{row['evidence'][0]['line']}" in text
        if row["options"][0]["kind"] == "delete" and "unused" not in id:
            assert text.index("What goes away with other remedies") < text.index(markdown(row["subject"]))
            continue
        assert all(line in text for line in row["sketch"].splitlines())
        assert all(f"{in_words(one['kind'])} {one['points']:g}" in text for one in row["options"][1:])
    for heading in ("## Context", "## Decision", "## Options", "## Consequences"):
        assert text.count(heading) == 1


def test_a_record_tells_what_there_is_to_do_at_the_cut() -> None:
    document = shop()
    step = next(step for step in document["plan"] if step["extract"])
    step["cut"] = ["route to it 1 request: <f> at shop/a.py:1", "last, move the rows"]
    text = next(text for name, text in records(document).items() if name.startswith(f"{step['step']:04d}"))
    cut = text[text.index("### The cut itself") : text.index("### After the cut")]
    assert "1. route to it 1 request: \\<f\\> at shop/a.py:1\n2. last, move the rows" in cut


@pytest.mark.parametrize(
    ("lines", "shown"), [(0, [*range(60)]), (99, [*range(11), 40]), (20, [*range(13), 40]), (24, [*range(11), 40])]
)
def test_a_record_tells_the_other_ways_beside_each_remedy_and_counts_those_it_leaves_out(
    lines: int, shown: list[int]
) -> None:
    document = shop()
    remedy = next(row for row in document["remedies"] if len(row["options"]) > 1)
    step = next(step for step in document["plan"] if remedy["id"] in step["before"])
    many = [remedy | {"id": f"{at:02d}", "sketch": f"sketch {at:02d}" + "\n..." * lines} for at in range(65)]
    dear = remedy["options"][0] | {"points": 99.0}
    many[40]["options"] = [dear, *remedy["options"][1:]]
    document["remedies"] = [*document["remedies"], *many]
    step["extract"], step["before"], step["after"] = True, [one["id"] for one in many], []
    text = next(text for name, text in records(document).items() if name.startswith(f"{step['step']:04d}"))
    kind, points = in_words(remedy["options"][1]["kind"]), remedy["options"][1]["points"]
    assert text.count(f"; or {kind} {points:g}") == 60
    assert [int(at) for at in re.findall(r"sketch (\d+)", text)] == shown, "the dearest, and what has room"
    assert "5 more, and the other sketches: the step's page" in text


def test_a_sum_of_points_is_as_exact_as_its_parts() -> None:
    document = shop()
    one = document["remedies"][0]
    alike = [{**one, "options": [{**one["options"][0], "kind": "kernel", "points": price}]} for price in (1, 1.92)]
    told = work(alike)
    assert "2.92 points in all, of 2 remedies:" in told and "**, 1 point" in told and "**, 1.92 points" in told


def test_a_record_of_what_stays_says_what_extracting_it_would_take() -> None:
    document = shop()
    step = next(step for step in document["plan"] if not step["extract"])
    text = next(text for name, text in records(document).items() if name.startswith(f"{step['step']:04d}"))
    assert "would leave the monolith" in text and "- Extract it all the same: " in text
    assert "How to" not in text and "### Risks\n" not in text


def test_hostile_names_end_no_code_block_and_bring_no_markup() -> None:
    for text in records(hostile()).values():
        outside = re.sub(r"(?ms)^ *(`{3,})\n.*?^ *\1$", "", text)
        outside = re.sub(r"(`+).*?\1", "", outside)
        assert not re.search(r"(?<!\\)<", outside)
        assert "\u202e" not in text


def test_a_record_of_what_is_more_than_a_step_says_what_comes_before_it() -> None:
    document = shop()
    step = next(step for step in document["plan"] if step["extract"] and step["before"])
    now = records(document)[f"{step['step']:04d}-extract-{step['boundary']}.md"]
    step["waits"] = True
    waits = records(document)[f"{step['step']:04d}-extract-{step['boundary']}.md"]
    assert "not yet" not in now.lower() and "from the monolith, but not yet\n" in waits
    assert "Reduce these seams inside the monolith first" in waits


def test_a_record_explains_its_words_once() -> None:
    document = shop()
    step = next(step for step in document["plan"] if step["extract"] and step["before"])
    name = f"{step['step']:04d}-extract-{step['boundary']}.md"
    step["reasons"] = ["1 of 2 commits touches it alone (in-sample)"]
    text = records(document)[name]
    assert text.count("- In-sample: counted in the history") == text.count("about half a day of one engineer") == 1
    step["reasons"] = []
    assert "In-sample:" not in records(document)[name]


def test_a_record_begins_with_its_picture_and_sums_up_its_work_by_kinds() -> None:
    document = shop()
    step = next(step for step in document["plan"] if step["extract"] and step["before"])
    text = records(document)[f"{step['step']:04d}-extract-{step['boundary']}.md"]
    stem = f"step-{step['step']}"
    assert stem in diagrams(document) and text.index(f"](../diagrams/{stem}.svg)") < text.index("## Context")
    table = text[text.index("### At a glance") : text.index("### Before the cut")]
    rows = [
        [part.strip(" *") for part in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("| ")
    ]
    *kinds, whole = rows[2:]
    assert whole[1:] == ["in all", str(len(step["before"])), f"{step['remaining']:,.2f}"]
    assert round(sum(float(price) for *_, price in kinds), 2) == round(step["remaining"], 2)
    assert sum(int(number or 0) for _, _, number, _ in kinds) == len(step["before"])
    numbers = [
        int(one) for one in re.findall(r"(?m)^(\d+)\. ", text[text.index("### Before") : text.index("### After")])
    ]
    last = max(int(one) for items, *_ in kinds for one in re.findall(r"\d+", items))
    assert last == numbers[: numbers.index(1, 1) if 1 in numbers[1:] else None][-1]


def test_what_has_no_picture_shows_none() -> None:
    document = shop()
    step = next(step for step in document["plan"] if not step["extract"])
    assert "![" not in records(document)[f"{step['step']:04d}-leave-{step['boundary']}.md"]
