"""Prints docs/cli.md: every command's own help, as `decompose COMMAND --help` shows it."""

import click

from decompose.cli import COMMANDS, decompose

HEAD = """\
# Command line

Made by `make docs` from the commands themselves.

Exit codes: 0 done; 1 findings that a gate asked for; 2 an argument, a setting or an input that cannot be used, told in
one sentence on stderr. Progress goes to stderr, and only where that is a terminal; results go to stdout.
"""


def page() -> str:
    """The whole page."""
    names = ["-h", "--help"]  # as the program itself asks for them, whatever ran before
    group = click.Context(decompose, info_name="decompose", max_content_width=100, help_option_names=names)
    sections = [HEAD, _section("decompose", decompose.get_help(group))]
    for name in COMMANDS:
        command = decompose.get_command(group, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=group, max_content_width=100)
        sections.append(_section(f"decompose {name}", command.get_help(inner)))
    return "\n".join(sections)


def _section(title: str, text: str) -> str:
    return f"## `{title}`\n\n```text\n{text.rstrip()}\n```\n"


if __name__ == "__main__":
    print(page(), end="")
