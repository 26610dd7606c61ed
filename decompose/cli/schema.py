"""decompose schema: the JSON Schema of analysis.json."""

import json

import click

from ..render import schema

__all__ = ["command", "schema_text"]


@click.command("schema", epilog="Example:  decompose schema > docs/analysis.schema.json")
def command() -> None:
    """Print the JSON Schema (draft 2020-12) of analysis.json."""
    click.echo(schema_text(), nl=False)


def schema_text() -> str:
    """The schema as it stands in docs/analysis.schema.json."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
