"""decompose why: what binds two modules or tables."""

from pathlib import Path
from typing import Any

import click

from .. import config, pipeline
from ..ask.explain import why
from .boundaries import ordered
from .explain import answer
from .means import means, means_options
from .progress import shown
from .terminal import all_option

__all__ = ["command"]

EXAMPLES = """
\b
Examples:
  decompose why shop.billing.invoices shop.orders.models
  decompose why shop.billing.invoices orders_order ~/src/shop
"""


@click.command("why", epilog=EXAMPLES)
@click.argument("one")
@click.argument("other")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--boundaries", "file", type=click.Path(path_type=Path), help="Orders, or boundaries of your own.")
@all_option
@means_options
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def command(*, one: str, other: str, path: Path, file: Path | None, every: bool, quiet: bool, **how: Any) -> None:
    """Say what binds ONE and OTHER: their tie, the chain of imports, commits and tables in common."""
    options = ordered(config.load(path, None, {}), file)
    with shown(quiet) as progress, means(**how) as given:
        found = pipeline.bounds(path, options, progress, given)
    answer(why(one, other, found.relations, found.graph, found.partition), every)
