"""Stage 7: values -> str. `analysis` makes the document; every other output is a function of it."""

from collections.abc import Callable, Mapping

from .adr import records
from .analysis import analysis, to_json
from .blocks import origin, refresh
from .boundaries_toml import boundaries_toml
from .changes import Changes, changes, changes_markdown
from .diagrams import HEAD as HEAD_OF_DOT
from .diagrams import PALETTE, diagrams
from .document import Document
from .import_linter import import_linter
from .links import source_link
from .markdown import markdown_summary, report
from .mermaid import mermaid_map, mermaid_plan
from .page import page
from .plantuml import plantuml_c4
from .sarif import sarif
from .schema import checked, schema
from .signed import is_ours
from .spreadsheet import csv_boundaries, csv_modules, csv_seams, csv_steps, csv_tables
from .summary import ANALYSIS, summary
from .tach import tach

__all__ = [
    "ANALYSIS",
    "HEAD_OF_DOT",
    "PALETTE",
    "RENDERERS",
    "Changes",
    "Document",
    "analysis",
    "boundaries_toml",
    "changes",
    "changes_markdown",
    "checked",
    "diagrams",
    "is_ours",
    "origin",
    "page",
    "records",
    "refresh",
    "schema",
    "source_link",
    "summary",
]

RENDERERS: Mapping[str, Callable[[Document], str]] = {
    "json": to_json,
    "html": page,
    "markdown": report,
    "markdown-summary": markdown_summary,
    "summary": summary,
    "boundaries": boundaries_toml,
    "mermaid": mermaid_map,
    "mermaid-plan": mermaid_plan,
    "plantuml": plantuml_c4,
    "sarif": sarif,
    "import-linter": import_linter,
    "tach": tach,
    "csv-boundaries": csv_boundaries,
    "csv-modules": csv_modules,
    "csv-tables": csv_tables,
    "csv-seams": csv_seams,
    "csv-steps": csv_steps,
}
