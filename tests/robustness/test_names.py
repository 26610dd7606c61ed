"""Names of the target are text in every output: no markup, no directive, no control of a terminal, no path."""

import html.parser
import json
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from decompose.cli.output import write_report
from decompose.cli.report import report_files
from decompose.config import load
from decompose.pipeline import analyze, document
from decompose.render import RENDERERS, source_link, summary
from tests.repositories import committed

EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE x; --",
    "</script><svg onload=alert(1)>",
    "](javascript:alert(1))",
    "`$(touch sang)`",
    "a|b|c",
    "\u202eevil\u2066",
    "\x1b[31mred\x1b]0;title\x07",
    'x"]; evil [label="',
    "click A call evil()",
    "%%{init: {}}%%",
    "]]>",
    "&lt;b&gt;",
    "..",
    "CON",
    "\u200bhidden",
    "\\N\\G",
    "-->",
    "{{ 7 * 7 }}",
    "=1+1",
]


def _file_name(evil: str) -> str:
    return evil.replace("/", "\u2215").strip(".") or "dots"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The report on a shop whose modules, tables, classes' tables and authors all bear evil names."""
    shop = tmp_path_factory.mktemp("evil")
    for number, evil in enumerate(EVIL):
        folder = shop / "shop" / _file_name(evil)
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("")
        (folder / "models.py").write_text(
            "from django.db import models\n\n\n"
            f"class Thing{number}(models.Model):\n    class Meta:\n        db_table = {evil!r}\n"
        )
        (folder / "views.py").write_text(
            f"from .models import Thing{number}\nimport shop.base\n\n\ndef f():\n    Thing{number}.objects.all()\n"
        )
        (folder / "bad.py").write_text(f"import shop.base\n= {evil}\n")
    (shop / "shop" / "__init__.py").write_text("")
    (shop / "shop" / "base.py").write_text("x = 1\n")
    committed(shop, "\x1b[31m<script>alert(1)</script> \u202e | `x`")
    done = document(analyze(shop, load(shop, None, {}), lambda *_: None))
    made = report_files(done, source_link("git@github.com:me/shop.git", done["project"]["head"]))
    made |= {
        f"view of {name}": text.encode("utf-8", "surrogatepass")
        for name, render in RENDERERS.items()
        for text in [render(done)]
    }
    made["the terminal"] = summary(done, colour=False).encode()
    write_report(shop / "out", {name: data for name, data in made.items() if "/" in name or "." in name})
    return made


def text_of(files: dict[str, bytes], *ends: str) -> dict[str, str]:
    return {name: data.decode() for name, data in files.items() if name.endswith(ends)}


class _Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_html_has_no_tag_or_attribute_of_theirs(files: dict[str, bytes]) -> None:
    page = files["index.html"].decode()
    tags = _Tags()
    tags.feed(page)
    for tag, attributes in tags.found:
        assert not {name for name in attributes if name.startswith("on")}, (tag, attributes)
        for name in ("href", "src", "action", "formaction", "xlink:href"):
            target = attributes.get(name) or ""
            assert re.match(r"(https://|#|[\w./-]*$|data:(image|font)/)", target), (tag, name, target)
    assert "alert(1)<" not in page.replace("alert(1)&lt;", "")


def test_links_go_to_web_hosts_alone_and_carry_no_user() -> None:
    head = "0" * 40
    for remote in (
        "javascript:alert(1)",
        "file:///etc",
        "ext::sh",
        "https://github.com@evil.example/x",
        "-oProxy=x",
        "\x1b",
    ):
        assert source_link(remote, head) == ("", "") or "github.com@" not in source_link(remote, head)[0]
    link, _ = source_link("https://ann:secret@github.com/me/shop.git", head)
    assert link.startswith("https://github.com/me/shop/") and "secret" not in link


def test_svg_is_well_formed_and_runs_nothing(files: dict[str, bytes]) -> None:
    found = text_of(files, ".svg")
    assert found
    for name, text in found.items():
        for element in ElementTree.fromstring(text).iter():
            assert element.tag.rpartition("}")[2] not in ("script", "foreignObject", "image"), name
            assert not [key for key in element.attrib if key.startswith("on")], name
            links = [value for key, value in element.attrib.items() if key.endswith("href")]
            assert all(link.startswith(("https://", "#")) for link in links), name


def test_dot_has_no_node_of_theirs(files: dict[str, bytes]) -> None:
    import pygraphviz

    for name, text in text_of(files, ".dot").items():
        graph = pygraphviz.AGraph(string=text)
        assert "evil" not in graph.nodes(), name


def test_json_and_toml_read_back(files: dict[str, bytes]) -> None:
    read = json.loads(files["analysis.json"])
    assert {table["name"] for table in read["tables"]} >= {"</script><svg onload=alert(1)>", "\u202eevil\u2066"}
    assert tomllib.loads(files["boundaries.toml"].decode())


UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def test_no_text_steers_a_terminal_or_turns_direction(files: dict[str, bytes]) -> None:
    for name, data in files.items():
        if not name.endswith((".png", ".ttf")):
            assert not UNSEEN.search(data.decode("utf-8", "surrogatepass").replace("\r\n", "\n")), name


def test_markdown_has_no_markup_of_theirs(files: dict[str, bytes]) -> None:
    text = re.sub(r"(`+).+?\1", "", files["report.md"].decode())
    assert not re.search(r"(?<!\\)<(?:script|img|svg)", text)
    assert not re.search(r"(?<!\\)\]\(javascript:", text)
    assert not re.search(r"^[^\\]*(?<!\\)\]\((?!https://|#|[\w./-]+\))", text, re.M)


def test_mermaid_has_no_directive_of_theirs(files: dict[str, bytes]) -> None:
    for name, text in text_of(files, "mermaid", ".mmd").items():
        assert "%%{" not in text, name
        assert not re.search(r"^\s*click ", text, re.M), name


def test_file_names_of_the_report_are_ours(files: dict[str, bytes]) -> None:
    for name in files:
        if name.startswith(("view of", "the terminal")):
            continue
        assert re.fullmatch(r"(\w[\w.-]*/)*[\w][\w.-]*", name) and ".." not in name


def test_errors_cannot_steer_the_terminal(tmp_path: Path) -> None:
    from tests.robustness.test_nothing_runs import decompose

    done = decompose(tmp_path, "analyze", "\x1b[31m\u202enowhere")
    assert done.returncode == 2
    assert not UNSEEN.search(done.stderr)
