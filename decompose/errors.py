"""What can go wrong, and the exit code that says so."""

from enum import IntEnum

__all__ = ["DecomposeError", "ExitCode", "InputError"]


class ExitCode(IntEnum):
    """The process's exit codes, as `docs/cli.md` states them."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2


class DecomposeError(Exception):
    """An expected failure: its message is one clear sentence for the person at the terminal."""


class InputError(DecomposeError):
    """An argument, configuration or file that cannot be used; exit code 2."""
