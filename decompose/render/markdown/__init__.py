"""Stage 7: Document -> report.md, and a summary of one screen for a pull request."""

from .report import answer, boundary_table, markdown_summary, ownership_table, plan_list, report

__all__ = ["answer", "boundary_table", "markdown_summary", "ownership_table", "plan_list", "report"]
