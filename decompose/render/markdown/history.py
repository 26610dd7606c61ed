"""What the history says: how many changes were counted, backtest, trend, hotspots and hidden coupling."""

from collections.abc import Mapping
from typing import Any

from ...model.counts import count
from ..document import Document
from ..escape import cell, markdown
from ..views import cut
from .table import table

__all__ = ["history_section"]


def history_section(document: Document, limit: int = 10) -> str:
    """Backtest, trend, hotspots and hidden couplings; "" where there is no history."""
    blast = document["blast_radius"]
    spots = [f"- {cell(row['module'])}: {count(row['changes'], 'change')}, {count(row['lines'], 'line')}"
             for row in blast.get("hotspots", [])]  # fmt: skip
    pairs = [f"- {cell(row['a'])} and {cell(row['b'])}: {count(row['support'], 'change')} together"
             for row in blast.get("hidden", [])]  # fmt: skip
    parts = [
        _counted(document),
        _backtest(document),
        _trend(document),
        "**Changed often, and large**\n\n" + "\n".join(cut(spots, limit, "- and {} more")) if spots else "",
        "**Changed together beyond chance, with no import, table or wiring in common**\n\n"
        + "\n".join(cut(pairs, limit, "- and {} more"))
        if pairs
        else "",
    ]
    return "\n\n".join(["## History", *filter(None, parts)]) if any(parts) else ""


def _counted(document: Document) -> str:
    """How many changes the figures rest on, and which commits are no changes, with the newest that were left out."""
    blast: Mapping[str, Any] = document["blast_radius"]
    if not blast.get("changes"):
        return ""
    told = f"{count(blast['changes'], 'change')} of at most {count(blast['largest'], 'module')} each were counted."
    left = [
        f"{count(row['commits'], 'commit')} ({row['reason']}), such as {row['examples'][0][:10]}"
        for row in blast["left_out"]
        if row["examples"]
    ]
    told += f" Left out: {'; '.join(left)}." if left else ""
    total = max((step["gain"]["total"] for step in document["plan"]), default=0)
    if total and total != blast["changes"]:
        told += (
            f" The plan counts {count(total, 'commit')} of at most 30 modules: those that touch a module which a "
            "boundary has today, and not only the shared kernel, the composition roots, or modules that are gone."
        )
    return markdown(told)


def _backtest(document: Document) -> str:
    """The figures of the backtest, and the sentence to take from it."""
    found = document.get("backtest")
    if not found:
        return ""
    rows = [
        [
            markdown(f"{row['name']} ({row['groups']})"),
            f"{row['inside']:.0%}",
            f"{row['low']:.0%} to {row['high']:.0%}",
            f"{row['per_change']:.2f}",
            f"{row['by_chance']:.1%}",
            f"{row['lift']:.1f}",
        ]
        for row in (found["proposed"], found["packages"])
    ]
    head = ["", ">inside one", ">95%", ">boundaries a change", ">by chance", ">lift"]
    return (
        f"**Backtest.** What would have been proposed on {found['date']}, on the {count(found['changes'], 'change')}"
        f" since, all held out, {found['proposed']['changes']:,} of them to several modules; by chance is the share"
        f" that random groups of the same sizes hold, and lift how many times that is held:\n\n{table(head, rows)}\n\n"
        f"{markdown(found['lesson'])}"
    )


def _trend(document: Document) -> str:
    """The key figures at points along the history."""
    found = document.get("trend")
    if not found or not found["points"]:
        return ""
    rows = [
        [
            at["date"],
            f"{at['crossing_imports']:,} of {at['imports']:,}",
            f"{at['shared_tables']:,}",
            f"{at['cycles']:,}",
            f"{at['inside']:.0%} of {at['changes']:,}" if at["changes"] else "",
        ]
        for at in found["points"]
    ]
    head = ["", ">imports that cross", ">shared tables", ">cycles", ">changes inside one, since the point before"]
    return f"**Trend** of {markdown(found['layout'])}:\n\n{table(head, rows)}"
