"""decompose blast: what the change at hand probably touches too, and what is missing from it."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from .. import config, pipeline
from ..render.analysis import plain
from ..render.answers import blast_markdown, blast_text
from .changes import change_options, taken
from .means import means, means_options
from .progress import shown
from .terminal import all_option, say

__all__ = ["command"]

EXAMPLES = """
\b
Examples:
  decompose blast                              the newest commit of this folder's repository
  decompose blast main..my-branch -f markdown  a comment for a pull request
  decompose blast shop/orders.py shop/api.py   files that are about to be changed
  decompose blast --staged --path ~/src/shop
"""


@click.command("blast", epilog=EXAMPLES)
@click.argument("what", nargs=-1)
@click.option("--staged", is_flag=True, help="What is staged in the index.")
@click.option("--path", type=click.Path(path_type=Path), default=".", help="The checkout (this folder).")
@click.option(
    "-f", "--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True
)
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="Read [tool.decompose] from this file.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@all_option
@change_options
@means_options
def command(
    *, what: tuple[str, ...], staged: bool, path: Path, form: str, config_file: Path | None, quiet: bool, every: bool,
    **how: Any,
) -> None:  # fmt: skip
    """Say what a change is likely to touch too: modules, tables, boundaries and people, each with its probability.

    WHAT is a revision, a range A..B (the commits of B since both parted), or files; without it the newest commit. A
    revision or range is judged by the tree and the history before it.
    """
    if staged and len(what) == 1 and Path(what[0]).is_dir():
        raise click.UsageError(f"The checkout is an option here: decompose blast --staged --path {what[0]}")
    if staged and what:
        raise click.UsageError("Give either --staged or a revision, a range or files.")
    options = config.load(path, config_file, taken(how))
    with shown(quiet) as progress, means(**how) as given:
        answer = pipeline.ask_blast(path, what, staged, options, progress, given)
    if form == "json":
        click.echo(json.dumps({"format": "decompose/blast", "version": 1} | plain(answer), indent=1))
    elif form == "markdown":
        click.echo(blast_markdown(answer, sys.maxsize) if every else blast_markdown(answer), nl=False)
    else:
        say((blast_text(answer, sys.maxsize) if every else blast_text(answer)).splitlines())
