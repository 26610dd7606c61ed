"""The command line: flags in, text out. One file a command; heavy imports wait until a command runs."""

import gc
import sys

import click

from .. import __version__
from ..errors import DecomposeError, ExitCode

__all__ = ["COMMANDS", "main"]

COMMANDS = {
    "analyze": "analyze",
    "carve": "carve",
    "report": "report",
    "blast": "blast",
    "backtest": "backtest",
    "trend": "trend",
    "docs": "docs",
    "schema": "schema",
    "cache": "cache",
}
"""Command -> the module of this package that holds it, as a click command called `command`."""


class _Lazy(click.Group):
    """A group whose commands are imported when they are asked for, so that `--help` is fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        from importlib import import_module

        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"{__name__}.{COMMANDS[name]}").command
        return command


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with:  decompose analyze PATH -o report",
)
@click.version_option(__version__, prog_name="decompose")
def decompose() -> None:
    """Where can a Python monolith be cut into services, what would each cut cost, and in which order?"""


def main() -> None:
    """Run the command line; an expected failure is one sentence on stderr and exit code 2."""
    gc.disable()  # one run, whose values hold no cycles: collecting takes as long as reading, and frees nothing
    try:
        sys.exit(decompose.main(standalone_mode=False, prog_name="decompose"))
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        _fail("interrupted; nothing was written")
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.USAGE)
    except DecomposeError as error:
        _fail(str(error))


def _fail(sentence: str) -> None:
    from ..render.escape import visible

    click.echo(f"decompose: {visible(sentence)}", err=True)
    sys.exit(ExitCode.USAGE)
