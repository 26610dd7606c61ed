"""decompose report: the report's files again, or one of them, from a saved analysis.json."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import click

from ..errors import InputError
from ..extract.readers import Cache
from ..render import (
    ANALYSIS,
    RENDERERS,
    Document,
    changes,
    changes_markdown,
    checked,
    diagrams,
    page,
    records,
    source_link,
)
from .edits import rewrite
from .pictures import LIMITS, Picture, pictures
from .terminal import say

__all__ = ["Drawings", "command", "drawings", "load", "report_files"]

EXAMPLES = """
\b
Examples:
  decompose report old/analysis.json -o old         the whole report again
  decompose report analysis.json -f mermaid         one view of it on stdout
  decompose report analysis.json -o review --link git@github.com:me/shop.git
"""

FILES = {
    "analysis.json": "json",
    "report.md": "markdown",
    "boundaries.toml": "boundaries",
}
"""File of the report -> the renderer that makes it, beside the page and the pictures."""


@click.command("report", epilog=EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder that gets the report.")
@click.option("-f", "--format", "name", type=click.Choice(sorted(RENDERERS)), help="Print this view instead.")
@click.option("--since", type=click.Path(path_type=Path), help="An older analysis.json to compare with.")
@click.option("--link", default="", help="The repository's address, for links to its lines.")
def command(*, file: Path, output: Path | None, name: str | None, since: Path | None, link: str) -> None:
    """Make a report from FILE, the analysis.json of an earlier run, without reading the code again."""
    document = load(file)
    if (output is None) == (name is None):
        raise click.UsageError("Give either a folder with -o or a view with -f.")
    if name:
        if name == "summary":
            say(RENDERERS[name](document).replace(ANALYSIS, str(file)).splitlines())
        else:
            click.echo(RENDERERS[name](document), nl=False)
    elif output:
        links = source_link(link, document["project"]["head"])
        rewrite(output, report_files(document, links, load(since) if since else None))
        click.echo(output / "index.html")


def load(file: Path) -> Document:
    """The analysis in `file`. Raises InputError where it cannot be read or is none."""
    try:
        return checked(json.loads(file.read_text("utf-8")), str(file))
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise InputError(f"{file} is not JSON: {error}") from None


class Drawings(NamedTuple):
    """File stem -> DOT of every diagram, and those of them that could be drawn."""

    dots: Mapping[str, str]
    drawn: Mapping[str, Picture]


def drawings(document: Document, cache: Cache | None = None) -> Drawings:
    """The diagrams of `document`, in which hindsight is not seen. `cache` holds the pictures of earlier runs."""
    dots = diagrams(document)
    return Drawings(
        dots, pictures(lambda limit: dots if limit == LIMITS[0] else diagrams(document, limit), cache=cache)
    )


def report_files(
    document: Document,
    source: tuple[str, str] = ("", ""),
    since: Document | None = None,
    made: Callable[[], Drawings] | None = None,
) -> dict[str, bytes]:
    """Every file of the report: relative path -> bytes.

    `source`: patterns of links to lines, see `source_link`. `since`: an older analysis to compare with. `made`
    waits for its diagrams, where they are being drawn already.
    """
    different = changes(since, document) if since else None
    files = {name: _bytes(RENDERERS[renderer](document)) for name, renderer in FILES.items()}
    files |= {f"decisions/{name}": _bytes(text) for name, text in records(document).items()}
    dots, drawn = made() if made else drawings(document)
    shown = {stem: svg.decode() for stem, (_, svg, _) in drawn.items()}
    files["index.html"] = _bytes(page(document, shown, source, different))
    if different:
        files["report.md"] += _bytes(
            f"\n## What is different since {different['since']}\n\n{changes_markdown(different)}\n"
        )
    files |= {f"diagrams/{stem}.dot": _bytes(dot) for stem, dot in dots.items()}
    for stem, (dot, svg, png) in drawn.items():
        files |= {f"diagrams/{stem}.dot": _bytes(dot), f"diagrams/{stem}.svg": svg, f"diagrams/{stem}.png": png}
    return files


def _bytes(text: str) -> bytes:
    """A name that is not UTF-8 on the disk of the target has lone surrogates, which no file can hold."""
    return text.encode("utf-8", "backslashreplace")
