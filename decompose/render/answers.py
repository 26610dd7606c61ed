"""Stage 7: the answer to a question -> text, or Markdown for a pull request."""

from collections.abc import Iterable, Iterator, Sequence

from ..model.blast import Affected, Backtest, Blast, Trend
from .escape import cell, visible
from .escape import markdown as safe

__all__ = ["backtest_text", "blast_markdown", "blast_text", "trend_text"]


def blast_text(answer: Blast, wide: int = 10) -> str:
    """Plain text for a terminal; at most `wide` rows a part."""
    return "\n".join(map(visible, _blast_lines(answer, wide))) + "\n"


def _blast_lines(answer: Blast, wide: int) -> Iterator[str]:
    yield f"Blast radius of {answer.subject}"
    yield f"changed: {', '.join(module.name for module in answer.changed) or 'no module that was known before'}"
    if answer.unknown:
        yield f"not known before: {', '.join(answer.unknown)}"
    for title, rows in _parts(answer):
        yield ""
        yield title
        yield from (f"  {one.probability:4.0%}  {one.name}  ({'; '.join(one.reasons)})" for one in rows[:wide])
        if len(rows) > wide:
            yield f"        and {len(rows) - wide} more"
        if not rows:
            yield "  none found"
    yield ""
    yield from (f"note: {note}" for note in answer.notes)


def blast_markdown(answer: Blast, wide: int = 8) -> str:
    """A comment for a pull request: what is missing first, then what is likely, with the commits that prove it."""
    lines = [f"### Blast radius of {safe(answer.subject)}", ""]
    touched = [one for one in answer.boundaries if one.probability == 1.0]
    lines += [_summary(answer, touched), ""]
    if answer.missing:
        lines += ["**Usually changed together with this, and missing here:**", ""]
        lines += [
            f"- {cell(one.name)}: {safe('; '.join(one.reasons))}{_proofs(one)}" for one in answer.missing[:wide]
        ] + [""]
    for title, rows in _parts(answer):
        if rows and rows is not answer.missing:
            lines += _table(title, rows, wide)
    lines += [f"<sub>{safe(note)}</sub>" for note in answer.notes]
    return "\n".join(lines).rstrip() + "\n"


def _summary(answer: Blast, touched: Sequence[Affected]) -> str:
    modules = f"{len(answer.changed)} known module{'s' * (len(answer.changed) != 1)}"
    likely = sum(1 for one in answer.modules if one.probability >= 0.5)
    more = (
        f"{likely} more will more likely than not have to change"
        if likely
        else "no other module is likely to have to change"
    )
    return f"It changes {modules} in {len(touched)} boundar{'ies' if len(touched) != 1 else 'y'}; {more}."


def _parts(answer: Blast) -> Sequence[tuple[str, Sequence[Affected]]]:
    return (
        ("Usually changed together with this, and missing here", answer.missing),
        ("Modules likely to change too", answer.modules),
        ("Tables", answer.tables),
        ("Boundaries", answer.boundaries),
        ("People", answer.people),
    )


def _table(title: str, rows: Sequence[Affected], wide: int) -> Iterable[str]:
    yield from (f"<details><summary>{title} ({len(rows)})</summary>", "", "| | probability | why |", "|---|---:|---|")
    for one in rows[:wide]:
        yield f"| {cell(one.name)} | {one.probability:.0%} | {safe('; '.join(one.reasons))}{_proofs(one)} |"
    if len(rows) > wide:
        yield f"| and {len(rows) - wide} more | | |"
    yield from ("", "</details>", "")


def _proofs(one: Affected) -> str:
    return f" ({', '.join(sha[:10] for sha in one.commits)})" if one.commits else ""


def backtest_text(answer: Backtest) -> str:
    """The figures of a backtest as a table, and the sentence to take from it."""
    lines = [
        f"Proposal made at {answer.date} ({answer.cutoff[:10]}) from {answer.trained_on} changes, "
        f"held against the {answer.changes} changes after it; all figures are held-out",
        "",
        f"{'':32}{'inside one':>12}{'95 %':>14}{'boundaries':>12}{'by chance':>11}{'lift':>7}",
    ]
    for made in (answer.proposed, answer.packages):
        span = f"{made.low:.0%}..{made.high:.0%}"
        name = f"{made.name} ({made.groups})"
        lines.append(
            f"{name:40}{made.inside:>4.0%}{span:>14}{made.per_change:>12.2f}{made.by_chance:>11.1%}{made.lift:>7.1f}"
        )
    lines += ["", f"{'given one changed module':32}{'recall@5':>12}{'recall@10':>14}{'precision@10':>14}{'MRR':>9}"]
    for row in answer.rankings:
        lines.append(
            f"{row.name:32}{row.recall_5:>12.3f}{row.recall_10:>14.3f}{row.precision_10:>14.3f}{row.mrr:>9.3f}"
        )
    lines += ["", answer.lesson, *(f"note: {note}" for note in answer.notes)]
    return "\n".join(map(visible, lines)) + "\n"


def trend_text(answer: Trend) -> str:
    """One line a point: what crosses, what is shared, what stays inside."""
    lines = [
        f"Key figures of {answer.layout}; changes are those since the point before",
        "",
        f"{'date':12}{'commit':12}{'modules':>8}{'groups':>8}{'imports':>9}{'crossing':>10}{'shared tables':>15}"
        f"{'cycles':>8}{'changes':>9}{'inside one':>12}",
    ]
    for at in answer.points:
        share = f"{at.crossing_imports / at.imports:.0%}" if at.imports else "-"
        inside = f"{at.inside:.0%}" if at.changes else "-"
        lines.append(
            f"{at.date:12}{at.commit[:10]:12}{at.modules:>8}{at.boundaries:>8}{at.imports:>9}"
            f"{at.crossing_imports:>6} {share:>3}{at.shared_tables:>15}{at.cycles:>8}{at.changes:>9}{inside:>12}"
        )
    return "\n".join(map(visible, lines)) + "\n"
