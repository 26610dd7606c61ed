import re
from xml.etree import ElementTree

import pytest

from decompose.cli.pictures import draw, pictures
from decompose.render import Document, diagrams
from decompose.render.svg import inline
from tests.builders import facts, partition
from tests.documents import HOSTILE, document, hostile, shop


def crowd(boundaries: int) -> Document:
    """Boundaries b0, b1, ... of falling size, each importing the next three."""
    lines = [f"module p.m{i} {1000 - i}" for i in range(boundaries)]
    lines += [f"import p.m{i} -> p.m{(i + k) % boundaries} : name" for i in range(boundaries) for k in (1, 2, 3)]
    return document(facts("\n".join(lines)), partition("\n".join(f"b{i}: p.m{i}" for i in range(boundaries))))


def _nodes(text: str) -> list[tuple[str, str]]:
    """Name and label of each node."""
    return re.findall(r'^ *("(?:[^"\\]|\\.)*") \[label=(<.*>), fillcolor', text, re.M)


def test_every_boundary_has_a_picture_and_so_have_tables_cycles_and_steps() -> None:
    found = set(diagrams(shop()))
    assert found >= {"context-map", "boundary-orders", "boundary-billing", "boundary-people"}
    assert found >= {"tables", "cycle-1", "plan", "step-1"}


@pytest.mark.parametrize(
    ("lines", "said"),
    [(1, "1 line"), (999, "999 lines"), (1000, "1k lines"), (3449, "3.4k lines"), (21_585, "22k lines"),
     (1_234_567, "1,200k lines")],
)  # fmt: skip
def test_a_line_more_is_the_same_picture(lines: int, said: str) -> None:
    def text(lines: int) -> str:
        return diagrams(document(facts(f"module p.a {lines}\nmodule p.b 9"), partition("a: p.a\nb: p.b")))[
            "context-map"
        ]

    assert f", {said}<" in text(lines)
    assert (text(lines) == text(lines + 1)) == (lines >= 1000)


def test_today_is_drawn_by_packages() -> None:
    lines = [
        "import p.a.x -> p.b.y",
        "import p.a.z -> p.b.y",
        "import p.b.y -> p.b.q",
        "module p.c.d 1",
        "module p.e.f 1",
    ]
    given = document(facts("\n".join([*lines, "module p.g.h 1"])), partition("all: p.a.x p.a.z p.b.y p.b.q p.c.d"))
    text = diagrams(given)["today"]
    assert re.search(r'"b:p\.a~today" -> "b:p\.b~today" \[label=<.*>2</td>', text)
    assert len(_nodes(text)) == 2  # the packages without imports of others would spread the rest
    assert "3 packages without imports of others not drawn" in text


def test_keys_between_boundaries_are_summed_and_those_to_a_table_of_everybody_are_counted() -> None:
    names = "abcdef"
    lines = [f"table {name}_{part} in p.{name}: id" for name in names for part in ("one", "two")]
    lines += [f"fk {name}_one.x -> a_one [cascade]" for name in names[1:]]  # everybody's
    lines += ["fk b_one.y -> c_one [cascade]", "fk b_two.y -> c_one [cascade]", "fk b_two.z -> b_one [cascade]"]
    cut = "\n".join(f"{name}: p.{name} | {name}_one {name}_two" for name in names)
    text = diagrams(document(facts("\n".join(lines)), partition(cut)))["tables"]
    assert "● a_one ← 5" in text
    assert "▪ c_one ← 2" in text
    assert "2 tables, 1 key inside" in text
    assert text.count("->") == 1  # b to c
    assert re.search('"b:b" -> "b:c" .*>2</td>', text)
    assert len(_nodes(text)) == 6


def test_boundaries_whose_tables_no_key_joins_to_others_are_counted_and_not_drawn() -> None:
    lines = [f"table {name}_one in p.{name}: id" for name in "abcde"]
    cut = "\n".join(f"{name}: p.{name} | {name}_one" for name in "abcde")
    given = document(facts("\n".join([*lines, "fk b_one.y -> c_one [cascade]"])), partition(cut))
    text = diagrams(given)["tables"]
    assert [node[0] for node in _nodes(text)] == ['"b:b"', '"b:c"']
    assert "3 more boundaries own tables, and no key crosses" in text


def test_the_service_of_a_step_stands_without_a_frame_whose_title_arrows_would_cross() -> None:
    text = diagrams(shop())["step-1"]
    assert text.count("subgraph cluster") == 2
    assert "a service of its own" in text


def test_a_step_says_how_many_remedies_need_no_arrow() -> None:
    given = shop()
    assert "code moved, shared or deleted by 1 remedy needs none" in diagrams(given)["step-1"]
    for row in given["remedies"]:
        row["options"] = [option for option in row["options"] if option["kind"] != "delete"]
    assert "needs none" not in diagrams(given)["step-1"]


def test_a_legend_explains_what_is_drawn_and_each_sample_has_a_size_of_its_own() -> None:
    text = diagrams(shop())["cycle-1"]
    assert "style='dashed'" in text and "holds the imports that would have to go" in text
    assert text.count("fixedsize='true' width='26'") == 6  # a table around a cell, for three lines


def test_a_picture_ends_with_whole_pixels() -> None:
    """The last column and row of a PNG would be grey if a part of them alone were covered."""
    import struct
    import zlib

    for _, _, png in draw(
        {name: text for name, text in diagrams(shop()).items() if "boundary" not in name}, 10
    ).values():
        width, height = struct.unpack(">II", png[16:24])
        data, at = b"", 8
        while at < len(png):
            size = int.from_bytes(png[at : at + 4], "big")
            data += png[at + 8 : at + 8 + size] if png[at + 4 : at + 8] == b"IDAT" else b""
            at += size + 12
        rows = zlib.decompress(data)
        assert len(rows) == height * (width + 1)  # a byte for a pixel, behind one for the filter of its row
        assert {rows[row * (width + 1)] for row in range(height)} == {0}
        assert len({rows[row * (width + 1) + width] for row in range(height)}) == 1
        assert len(set(rows[-width:])) == 1


def test_a_crowd_is_folded_and_counted() -> None:
    text = diagrams(crowd(60))["context-map"]
    assert len(_nodes(text)) == 40
    assert "21 smaller boundaries" in text
    assert "weaker connections not drawn" in text


def test_counts_and_weak_connections_may_change_and_every_node_keeps_its_place() -> None:
    before, after = weighted_crowd(30), weighted_crowd(30)
    one = after["seams"][0]
    after["seams"].append({**one, "id": "once more"})  # one seam more on an arrow that is drawn
    after["seams"].append(
        {**one, "id": "new", "to": {"boundary": "b17", "module": "p.m17"}}
    )  # one too weak to be drawn
    shown = [_places(draw({"x": diagrams(given)["context-map"]}, 10)["x"][1].decode()) for given in (before, after)]
    assert shown[0].keys() == shown[1].keys()
    assert max(abs(shown[0][name][axis] - shown[1][name][axis]) for name in shown[0] for axis in (0, 1)) < 3


def weighted_crowd(boundaries: int) -> Document:
    """As `crowd`, with three seams to each next boundary, two to the one after, and one to the third."""
    given = crowd(boundaries)
    for seam in list(given["seams"]):
        step = (int(seam["to"]["boundary"][1:]) - int(seam["from"]["boundary"][1:])) % boundaries
        given["seams"] += [{**seam, "id": f"{seam['id']} {copy}"} for copy in range(3 - step)]
    return given


def _places(svg: str) -> dict[str, tuple[float, float]]:
    nodes = [node for node in ElementTree.fromstring(svg).iter() if node.get("class") == "node"]
    texts = [next(child for child in node.iter() if child.tag.endswith("text")) for node in nodes]
    return {text.text or "": (float(text.get("x", 0)), float(text.get("y", 0))) for text in texts}


def test_pictures_are_drawn_without_a_program_or_a_font_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("FONTCONFIG_FILE", "/nowhere")
    drawn = draw({"shop": diagrams(shop())["context-map"]}, 20)
    _, svg, png = drawn["shop"]
    assert png.startswith(b"\x89PNG")
    assert b"orders" in svg
    assert b"DejaVu Sans Condensed" in svg


def test_what_takes_too_long_is_tried_again_with_fewer_nodes() -> None:
    asked: list[int] = []

    def slow_above_12(limit: int) -> dict[str, str]:
        asked.append(limit)
        heavy = "".join(f"n{i} -> n{j};" for i in range(300) for j in range(300) if (i * j) % 7 == 3)
        return {"light": "digraph { a -> b }", "heavy": f"digraph {{ {heavy if limit > 12 else 'a -> b'} }}"}

    drawn = pictures(slow_above_12, seconds=2.0)
    assert asked == [40, 24, 12]
    assert set(drawn) == {"light", "heavy"}


def test_hostile_names_are_only_text() -> None:
    for name, (_, svg, _) in draw(diagrams(hostile()), 30).items():
        root = ElementTree.fromstring(svg)
        kinds = {node.tag.rpartition("}")[2] for node in root.iter()}
        assert kinds <= {"svg", "g", "a", "title", "text", "path", "polygon", "polyline"}, name
        assert not any(key.endswith("href") for node in root.iter() for key in node.attrib)
        assert "\u202e" not in svg.decode()
        assert "<script" not in inline(svg.decode(), "p-")


def test_an_inlined_picture_keeps_shapes_alone() -> None:
    text = (
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "y"><svg xmlns="http://www.w3.org/2000/svg" onload="x()">'
        '<script>x()</script><g id="a" class="node"><text onclick="x()">t</text></g>'
        '<foreignObject/><image href="http://x"/></svg>'
    )
    kept = inline(text, "p-")
    assert 'id="p-a"' in kept
    assert ">t</" in kept
    assert not any(word in kept for word in ("script", "onload", "onclick", "foreign", "image", "http://x"))


def test_all_hostile_names_are_used() -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) == 15
