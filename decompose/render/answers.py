"""Stage 7: the answer to a question -> text, or Markdown for a pull request."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from ..model.blast import Affected, Backtest, Blast, Trend
from ..model.counts import count
from .escape import cell, visible
from .escape import markdown as safe
from .views import cut

__all__ = ["backtest_text", "blast_markdown", "blast_text", "trend_text"]


def blast_text(answer: Blast, wide: int = 10) -> str:
    """Plain text for a terminal; at most `wide` rows a part."""
    return "\n".join(map(visible, _blast_lines(answer, wide))) + "\n"


def _blast_lines(answer: Blast, wide: int) -> Iterator[str]:
    yield f"Blast radius of {answer.subject}"
    yield _summary(answer, str)
    if answer.unknown:
        yield f"new here: {', '.join(answer.unknown)}"
    parts = _parts(answer)
    if not any(rows for _, rows in parts):
        yield "Nothing that it touches too was found: no module, table, boundary or person."
        parts = ()
    for title, rows in parts:
        yield ""
        yield title
        lines = [
            f"  {same[0].probability:4.0%}  {_names(same, str)}  ({'; '.join(same[0].reasons)})"
            for same in _alike(rows)
        ]
        yield from cut(lines, wide, "        and {:,} more: --all lists them")
        if not rows:
            yield "  none found"
    yield ""
    yield from (f"note: {note}" for note in (*answer.notes, *answer.reading))


def blast_markdown(answer: Blast, wide: int = 8, worth: float = 0.1) -> str:
    """A comment for a pull request: what is missing first, then what has a probability of `worth` or more and why."""
    lines = [f"### Blast radius of {safe(answer.subject)}", "", _summary(answer, cell), ""]
    if answer.missing:
        absent = [f"- {cell(one.name)} {_why(one)}" for one in answer.missing]
        lines += [f"**{_MISSING}:**", "", *cut(absent, wide, "- and {} more"), ""]
    for title, rows in _parts(answer)[1:]:
        head = "share" if title == _PEOPLE else "probability"
        lines += _table(title, head, _alike([one for one in rows if one.probability >= worth]), wide)
    lines += [f"<sub>{safe(note)}</sub>" for note in answer.notes]
    return "\n".join(lines).rstrip() + "\n"


_MISSING = "Usually changed together with this, and missing here"
_PEOPLE = "People to ask"


def _parts(answer: Blast) -> Sequence[tuple[str, Sequence[Affected]]]:
    return (
        (_MISSING, answer.missing),
        ("Modules likely to change too", answer.modules),
        ("Tables within reach", answer.tables),
        ("Boundaries", answer.boundaries),
        (_PEOPLE, answer.people),
    )


def _summary(answer: Blast, name: Callable[[str], str]) -> str:
    """How far the change reaches, what else is likeliest, and who imports it: three sentences at most."""
    touched = [name(one.name) for one in answer.boundaries if one.probability == 1.0]
    named = ", ".join(cut(touched, 4 if len(touched) > 5 else 5, "and {} more"))
    where = f" of {count(len(touched), 'boundary', 'boundaries')} ({named})"
    beside = f" and {count(len(answer.beside), 'test or migration', 'tests or migrations')}" if answer.beside else ""
    sources = len(answer.changed) - len(answer.beside)
    said = [f"It changes {count(sources, 'known module')}{where if touched else ''}{beside}."]
    if answer.modules:
        first = answer.modules[0]
        said.append(f"Most likely to change too: {name(first.name)}, {first.probability:.0%}.")
    elif sources:
        said.append("No other module is likely to have to change.")
    if answer.importers:
        users = count(answer.importers, "module imports", "modules import")
        said.append(f"{users} what it changes, directly or through others.")
    return " ".join(said)


def _alike(rows: Sequence[Affected]) -> Sequence[Sequence[Affected]]:
    """Rows that say the same of different things, as one."""
    return [list(same) for _, same in groupby(rows, key=lambda one: (one.probability, one.reasons, one.commits))]


def _names(rows: Sequence[Affected], name: Callable[[str], str], most: int = 3) -> str:
    return ", ".join(cut([name(one.name) for one in rows], most, "and {} more"))


def _table(title: str, head: str, rows: Sequence[Sequence[Affected]], wide: int) -> Iterable[str]:
    if rows:
        lines = [f"| {_names(same, cell)} | {same[0].probability:.0%} | {_why(same[0])} |" for same in rows]
        yield from (
            f"<details><summary>{title} ({sum(map(len, rows))})</summary>",
            "",
            f"| | {head} | why |",
            "|---|---:|---|",
        )
        yield from (*cut(lines, wide, "| and {} more | | |"), "", "</details>", "")


def _why(one: Affected) -> str:
    """The commits stand behind the first reason, which is what they prove."""
    first, *others = one.reasons
    proofs = f" ({', '.join(sha[:10] for sha in one.commits)})" if one.commits else ""
    return "; ".join([f"{safe(first)}{proofs}", *map(safe, others)])


def backtest_text(answer: Backtest) -> str:
    """The figures of a backtest as a table, and the sentence to take from it."""
    lines = [
        f"Proposal made at {answer.date} ({answer.cutoff[:10]}) from {answer.trained_on} changes, "
        f"held against the {answer.changes} changes after it; all figures are held-out",
        "",
        f"{'':28}{'inside one':>10}{'95%':>11}{'per change':>12}{'by chance':>11}{'lift':>6}",
    ]
    for made in (answer.proposed, answer.packages):
        span = f"{made.low:.0%}..{made.high:.0%}"
        name = f"{made.name} ({made.groups})"
        lines.append(
            f"{name:28}{made.inside:>10.0%}{span:>11}{made.per_change:>12.2f}{made.by_chance:>11.1%}{made.lift:>6.1f}"
        )
    lines += ["", f"{'given one changed module':28}{'recall@5':>12}{'recall@10':>14}{'precision@10':>14}{'MRR':>9}"]
    for row in answer.rankings:
        lines.append(
            f"{row.name:28}{row.recall_5:>12.3f}{row.recall_10:>14.3f}{row.precision_10:>14.3f}{row.mrr:>9.3f}"
        )
    lines += ["", answer.lesson, *(f"note: {note}" for note in answer.notes)]
    return "\n".join(map(visible, lines)) + "\n"


def trend_text(answer: Trend) -> str:
    """One line a point: what crosses, what is shared, what stays inside."""
    lines = [
        f"Key figures of {answer.layout}; shared are tables that several groups write or read, "
        "changes those since the point before, in one those inside one group",
        "",
        f"{'date':10} {'commit':7}{'modules':>8}{'groups':>7}{'imports':>8}{'crossing':>10}{'shared':>7}"
        f"{'cycles':>7}{'changes':>8}{'in one':>7}",
    ]
    for at in answer.points:
        share = f"{at.crossing_imports / at.imports:.0%}" if at.imports else "-"
        inside = f"{at.inside:.0%}" if at.changes else "-"
        lines.append(
            f"{at.date:10} {at.commit[:7]:7}{at.modules:>8}{at.boundaries:>7}{at.imports:>8}"
            f"{at.crossing_imports:>6}{share:>4}{at.shared_tables:>7}{at.cycles:>7}{at.changes:>8}{inside:>7}"
        )
    return "\n".join(map(visible, lines)) + "\n"
