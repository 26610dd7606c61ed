"""decompose diff: how alike two partitions are, and what moved between them."""

import json
import sys
from dataclasses import asdict, replace
from fnmatch import fnmatchcase
from pathlib import Path

import click

from ..ask.diff import Difference, difference
from ..cluster import Orders, read_orders
from ..errors import ExitCode, InputError
from ..model.counts import count
from ..render import changes, changes_markdown
from ..render.escape import cell
from ..render.views import cut
from .report import load
from .terminal import all_option, say, shortened

__all__ = ["command"]

KERNEL = "shared kernel"

EXAMPLES = """
\b
Examples:
  decompose diff old/analysis.json new/analysis.json
  decompose diff boundaries.toml decompose-report/analysis.json
  decompose diff --json old/analysis.json new/analysis.json | jq .moved
  decompose diff --markdown old/analysis.json new/analysis.json     a comment for a pull request
"""


@click.command("diff", epilog=EXAMPLES)
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the difference as JSON.")
@click.option("--markdown", is_flag=True, help="Print it as Markdown, with figures and seams where both are analyses.")
@all_option
@click.option("--exit-code", is_flag=True, help="Exit code 1 where something moved.")
def command(*, before: Path, after: Path, as_json: bool, markdown: bool, every: bool, exit_code: bool) -> None:
    """Compare two analyses (analysis.json) or boundary files (.toml): likeness, and moved modules and tables.

    Globs of a boundary file stand for the modules of the analysis on the other side.
    """
    known = sorted({*_names(before), *_names(after)})
    found = difference(_homes(before, known), _homes(after, known))
    if markdown:
        click.echo(_markdown(found, before, after, every))
    elif as_json:
        click.echo(json.dumps(asdict(found), indent=1, ensure_ascii=False))
    else:
        say(_told(found, every))
    if exit_code and (found.moved or found.gone or found.new):
        sys.exit(ExitCode.FINDINGS)


def _markdown(found: Difference, before: Path, after: Path, every: bool) -> str:
    """The likeness in a sentence, then what is different: all that two analyses say, or what moved."""
    likeness = " ".join(_likeness(found))
    if ".toml" in (before.suffix, after.suffix):
        rows = [f"| {cell(name)} | {cell(a)} | {cell(b)} |" for name, a, b in found.moved]
        shown = cut(rows, len(rows) if every else _LISTED, "| and {} more | | |")
        table = ["| module or table | before | after |", "| --- | --- | --- |", *shown]
        return "\n\n".join([likeness, "\n".join(table)] if rows else [likeness])
    return f"{likeness}\n\n{changes_markdown(changes(load(before), load(after)), sys.maxsize if every else _LISTED)}"


_LISTED = 20
_LITTLE = 0.1  # the share of all names below which what is in both stands for neither side


def _likeness(found: Difference) -> list[str]:
    """How alike the two are, in sentences; likenesses only where enough is in both for them to mean anything."""
    every = _every(found)
    shared = f"{found.common:,} of {count(every, 'module or table', 'modules and tables')} in both"
    told = f"{len(found.moved):,} moved, {len(found.gone):,} only before, {len(found.new):,} only after."
    if found.mojofm is None or found.ari is None or found.common < _LITTLE * every:
        return [f"{shared}: too little to compare the two.", told]
    return [f"{shared}: MoJoFM {found.mojofm:.1f}%, a2a {found.a2a:.1f}%, ARI {found.ari:.3f}.", told]


def _every(found: Difference) -> int:
    return found.common + len(found.gone) + len(found.new)


def _told(found: Difference, every: bool) -> list[str]:
    now = dict(found.same)
    parts = (
        [f"  {a} is now {b}" for a, b in found.same if a != b and found.common >= _LITTLE * _every(found)],
        [f"  {name}: {now.get(a, a)} -> {b}" for name, a, b in found.moved],
        [f"  - {name}" for name in found.gone],
        [f"  + {name}" for name in found.new],
    )
    return [
        *_likeness(found),
        *(line for rows in parts for line in shortened(rows, _LISTED, every)),
    ]


def _names(file: Path) -> list[str]:
    if file.suffix == ".toml":
        return []
    document = load(file)
    return [row["name"] for row in (*document["modules"], *document["tables"])]


def _homes(file: Path, known: list[str]) -> dict[str, str]:
    """Module or table -> its boundary; the shared kernel counts as one, entry points as none."""
    if file.suffix == ".toml":
        return _declared(_orders(file), known)
    document = load(file)
    homes = {row["name"]: row["boundary"] for row in document["modules"] if row["boundary"]}
    homes |= {row["name"]: row["owner"] for row in document["tables"] if row["owner"]}
    kernel = document["shared_kernel"]
    return homes | dict.fromkeys((*kernel["modules"], *kernel["tables"]), KERNEL)


def _orders(file: Path) -> Orders:
    try:
        return read_orders(file.read_text("utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read: {error}") from None


def _declared(orders: Orders, known: list[str]) -> dict[str, str]:
    homes: dict[str, str] = {}
    ranked = sorted(
        (("*" not in entry, len(entry)), entry, place.name)
        for place in (*orders.boundaries, replace(orders.kernel, name=KERNEL), replace(orders.roots, name=""))
        for entry in (*place.modules, *place.tables)
    )
    for (exact, _), entry, name in ranked:
        matching = [entry] if exact or not known else [one for one in known if fnmatchcase(one, entry)]
        homes |= dict.fromkeys(matching, name)
    return {name: home for name, home in homes.items() if home}
