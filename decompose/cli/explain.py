"""decompose explain: why a module or table stands where it does, and what a boundary or a seam is."""

from pathlib import Path
from typing import Any

import click

from .. import config, pipeline
from ..ask.explain import Explanation, explain, set_aside
from ..assess import assess
from .boundaries import ordered
from .means import means, means_options
from .progress import shown
from .terminal import all_option, say, shortened

__all__ = ["answer", "command"]

EXAMPLES = """
\b
Examples:
  decompose explain shop.billing.invoices
  decompose explain billing_invoice ~/src/shop
  decompose explain shop.web.views --boundaries boundaries.toml
"""


@click.command("explain", epilog=EXAMPLES)
@click.argument("name")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--boundaries", "file", type=click.Path(path_type=Path), help="Orders, or boundaries of your own.")
@click.option("--frozen", is_flag=True, help="Take the boundaries of the file as they are.")
@all_option
@means_options
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def command(*, name: str, path: Path, file: Path | None, frozen: bool, every: bool, quiet: bool, **how: Any) -> None:
    """Explain NAME, a module, a table, a boundary or the id of a seam, of the checkout at PATH, with file and line."""
    options = ordered(config.load(path, None, {}), file, frozen=frozen)
    with shown(quiet) as progress, means(**how) as given:
        found = pipeline.bounds(path, options, progress, given)
    if aside := set_aside(name, found.relations.facts, found.partition):
        answer(aside, every)
        return
    cost = assess(found.relations.facts, found.partition, options.assess)
    answer(explain(name, found.graph, found.partition, cost), every)


_LISTED = 8


def answer(explanation: Explanation, every: bool) -> None:
    """Print an explanation: its sentence, then each heading that has facts, the first of them or all."""
    say([explanation.answer])
    for heading, facts in explanation.facts:
        if facts:
            say(["", f"{heading}:", *shortened([f"  {fact}" for fact in facts], _LISTED, every)])
