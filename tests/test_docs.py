"""The documentation is held to the program: the command page is current, links lead somewhere, examples run."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from decompose.cli import COMMANDS, decompose
from decompose.render import refresh
from tests.documents import shop

TOP = Path(__file__).parent.parent
PAGES = [TOP / "README.md", *sorted((TOP / "docs").glob("*.md"))]


def test_the_command_page_is_current() -> None:
    page = subprocess.run(
        [sys.executable, "docs/make_cli.py"],
        cwd=TOP, env=os.environ | {"PYTHONPATH": str(TOP)}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert (TOP / "docs/cli.md").read_text() == page, "run `make docs`"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    shown = CliRunner().invoke(decompose, [name, "--help"])
    assert shown.exit_code == 0
    assert f"decompose {name}" in shown.output.partition("Options:")[2], "no example"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_blocks_are_known_and_closed_and_their_pictures_are_those_that_they_show(page: Path) -> None:
    found = refresh(page.read_text(), shop(), "images", page.name)  # raises where one is unknown or open
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
    shown = re.findall(r"!\[[^]]*\]\(([^)]+\.svg)\)\n(<!-- drawn from \w+ -->)", text)
    assert len(shown) == len(found.pictures)
    for picture, origin in shown:
        assert (page.parent / picture).read_text().rstrip().endswith(origin), f"{picture} is not what {page.name} shows"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_pages_exist_with_their_options(page: Path) -> None:
    for line in re.findall(
        r"^\$? *(decompose .+)$", "\n".join(re.findall(r"```(?:sh|console)\n(.*?)```", page.read_text(), re.S)), re.M
    ):
        words = shlex.split(line, comments=True)
        command = decompose.get_command(None, words[1])  # type: ignore[arg-type]  # no context is needed
        assert command is not None, line
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert {word.partition("=")[0] for word in words[2:] if word.startswith("-") and word != "-"} <= known, line
