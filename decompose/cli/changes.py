"""The flags that say what a change is and who is named, for every command that reads history."""

from collections.abc import Callable
from typing import Any

import click

__all__ = ["change_options", "taken"]

_NAMES = ("max_changeset", "group", "half_life", "bots", "anonymise")


def change_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Flags by the names that they have in [tool.decompose]; `config.load` takes them as they are."""
    for option in (
        click.option("--anonymise", is_flag=True, default=None, help="Pseudonyms for people, in every output."),
        click.option("--bot", "bots", multiple=True, metavar="GLOB",
                     help="An author ('name <address>', lower case) that is a program; replaces the built-in list."),
        click.option("--half-life", type=float, metavar="YEARS", help="Age at which a change weighs half [3]."),
        click.option("--group", type=click.Choice(["commit", "ticket", "author"]),
                     help="What one change is: a commit, the commits of a ticket, or of a person within 8 hours."),
        click.option("--max-changeset", metavar="N|pNN",
                     help="Most source modules of a change that counts, as a number or percentile [30]."),
    ):  # fmt: skip
        command = option(command)
    return command


def taken(how: dict[str, Any]) -> dict[str, Any]:
    """The flags of `change_options`, taken out of `how`, where `means` finds the rest."""
    return {name: how.pop(name) for name in _NAMES}
