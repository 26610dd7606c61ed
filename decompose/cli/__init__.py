"""The command line: flags in, text out. One file a command; heavy imports wait until a command runs."""

import gc
import sys
from difflib import get_close_matches
from importlib import import_module

import click

from .. import __version__
from ..errors import DecomposeError, ExitCode

__all__ = ["COMMANDS", "main"]

COMMANDS = {
    "analyze": "From a checkout to a report: where to cut, what each cut costs, in which order.",
    "carve": "Perform a step of the plan on the code.",
    "boundaries": "Propose boundaries, check your own, or propose again around orders.",
    "explain": "Why a module or table stands where it does, what a boundary or seam is.",
    "why": "What binds two modules or tables.",
    "diff": "How alike two partitions are, and what moved between them.",
    "cluster": "Groups of any weighted graph, by any of the clusterers.",
    "report": "Make the report again from a saved analysis.json.",
    "blast": "What a change is likely to affect, and what is usually changed with it but is missing.",
    "backtest": "Propose boundaries at an earlier commit and judge them by what came after.",
    "trend": "The key figures at points along the history.",
    "docs": "Refresh pictures, tables and figures in your own documents.",
    "schema": "Print the JSON Schema of analysis.json.",
    "cache": "Look after what is kept between runs.",
}
"""Command -> what it does. It is the click command called `command` in this package's module of the same name."""


class _Lazy(click.Group):
    """A group whose commands are imported when they are run or asked for help, so that its own help is fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"{__name__}.{name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if close := get_close_matches(args[0], COMMANDS, 1):
                raise click.UsageError(f"{error.message} Did you mean {close[0]!r}?", ctx) from None
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


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
    except OSError as error:  # standard output on a full disk, say
        _fail(f"{error.filename or 'writing'}: {error.strerror or error}")


def _fail(sentence: str) -> None:
    from ..render.escape import visible

    click.echo(f"decompose: {visible(sentence)}", err=True)
    sys.exit(ExitCode.USAGE)
