"""decompose docs: pictures, tables and figures of an analysis, kept up to date inside of the user's own documents."""

import sys
from pathlib import Path

import click

from ..errors import ExitCode, InputError
from ..render import Document, diagrams, origin, refresh
from .output import write_report
from .pictures import pictures
from .report import load

__all__ = ["command"]

EXAMPLES = """
\b
Examples:
  decompose docs README.md docs/*.md               refresh the blocks from decompose-report/analysis.json
  decompose docs README.md --check                 say which blocks are stale; exit code 1 where one is
"""


@click.command("docs", epilog=EXAMPLES)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--from", "analysis", type=click.Path(path_type=Path), default="decompose-report/analysis.json",
              show_default=True, help="The analysis that the blocks show.")  # fmt: skip
@click.option("--pictures", "folder", default="images", show_default=True, help="Folder of pictures, beside each file.")
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 where a block is stale.")
def command(*, files: tuple[Path, ...], analysis: Path, folder: str, check: bool) -> None:
    """Refresh what stands between <!-- decompose:NAME --> and <!-- /decompose --> in Markdown FILES."""
    document = load(analysis)
    stale = False
    for file in files:
        done = refresh(_text(file), document, folder, str(file))
        missing = [stem for stem, dot in done.pictures.items() if not _shows(file.parent / folder / f"{stem}.svg", dot)]
        names = sorted({*done.changed, *missing})
        stale |= bool(names)
        if names:
            click.echo(f"{file}: {', '.join(names)} {'stale' if check else 'refreshed'}")
        if names and not check:
            drawn = _pictures(document, set(done.pictures) & set(names))
            written = {
                f"{folder}/{stem}.svg": svg + f"{origin(done.pictures[stem])}\n".encode() for stem, svg in drawn.items()
            }
            write_report(file.parent, written | {file.name: done.text.encode()})
    if check and stale:
        sys.exit(ExitCode.FINDINGS)


def _shows(picture: Path, dot: str) -> bool:
    """Is the picture there, and drawn from this DOT?"""
    return picture.is_file() and picture.read_bytes().rstrip().endswith(origin(dot).encode())


def _pictures(document: Document, wanted: set[str]) -> dict[str, bytes]:
    """File stem -> SVG of the pictures that changed; the others stay as they are."""

    def some(limit: int) -> dict[str, str]:
        return {stem: text for stem, text in diagrams(document, limit).items() if stem in wanted}

    return {stem: svg for stem, (_, svg, _) in pictures(some).items()} if wanted else {}


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise InputError(f"{file} is not UTF-8 text") from None
