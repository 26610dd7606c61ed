"""Stage 7: the remedies of a step -> Markdown, in the order of work, with their sketches."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from .document import PlaceRow, RemedyRow, StepRow
from .escape import cell, markdown, visible

__all__ = ["dearest", "glance", "in_words", "place", "work"]

SHOWN = 12
"""Remedies of which a record always shows the sketch: the dearest, and of keys as many."""

LINES = 300
"""Of sketches in a record: beside the dearest it shows others, in the order of work, as far as they have room."""

LISTED = 60
"""Remedies that a record names before it counts the rest."""

FEW = 6
"""Remedies of a boundary that stays that a record names before it counts the rest."""


def glance(rows: Sequence[RemedyRow], effort: float, form: str) -> str:
    """A table of the same work by its kinds, each with the numbers that `work` gives it, and its points."""
    numbers: dict[str, list[int]] = {}
    count: Counter[str] = Counter()
    price: defaultdict[str, float] = defaultdict(float)
    for number, piece in enumerate(_pieces(rows), 1):
        kind = "goes away with others" if _goes_away(piece[0]) else in_words(piece[0]["options"][0]["kind"])
        numbers.setdefault(kind, []).append(number)
        count[kind] += len(piece)
        price[kind] += sum(row["options"][0]["points"] for row in piece)
    listed = len(_pieces(rows[:LISTED]))
    lines = [
        f"| {_numbers(found, listed)} | {kind} | {count[kind]:,} | {price[kind]:,.2f} |"
        for kind, found in numbers.items()
    ]
    rest = effort - sum(price.values())
    lines += [
        f"| | a {form} set up, less what several remedies do once | | {rest:,.2f} |",
        f"| | **in all** | **{len(rows):,}** | **{effort:,.2f}** |",
    ]
    return "\n".join(["| items | what is done | remedies | points |", "| --- | --- | --: | --: |", *lines])


def _numbers(found: Sequence[int], listed: int) -> str:
    """ "1 to 3, 7", of those that are listed below."""
    runs: list[list[int]] = []
    for number in (one for one in found if one <= listed):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [f"{run[0]}" if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return ", ".join([*told, *(["not listed"] if found[-1] > listed else [])])


def _pieces(rows: Sequence[RemedyRow]) -> list[list[RemedyRow]]:
    return [list(found) for _, found in groupby(rows, _library)]


def work(rows: Sequence[RemedyRow]) -> str:
    """In the order of work, with the sketches that have room; what goes to one library is one piece of work."""
    told = _pieces(rows[:LISTED])
    shown = _shown([row for found in told for row in found if not _goes_away(row)])
    lines = []
    for number, alike in enumerate(told, 1):
        price = _points(sum(row["options"][0]["points"] for row in alike))
        if _goes_away(alike[0]):
            lines.append(f"{number}. What goes away with other remedies, {price} in all:")
            lines += [f"   - {_gone(row)}" for row in alike]
        elif len(alike) > 1:
            between = " and ".join(map(cell, alike[0]["boundaries"]))
            lines.append(f"{number}. **shared library** of {between}, {price} in all, of {len(alike)} remedies:")
            lines += [f"   - {_remedy(row)}{_sketch(row, shown, 5)}" for row in alike]
        else:
            lines.append(f"{number}. {_remedy(alike[0])}{_sketch(alike[0], shown, 3)}")
    if any(row["id"] not in shown and not _goes_away(row) for row in rows):
        more = f"{len(rows) - LISTED:,} more, and the" if len(rows) > LISTED else "The"
        lines.append(f"\n{more} other sketches: the step's page in `index.html`, `remedies` in `analysis.json`.")
    return "\n".join(lines) or "Nothing."


def _shown(rows: Sequence[RemedyRow]) -> set[str]:
    """Of which the sketch is shown: of the dearest in any case, of others while there is room."""
    keys, others = [row for row in rows if _is_key(row)], [row for row in rows if not _is_key(row)]
    first = [*sorted(keys, key=_price)[:SHOWN], *sorted(others, key=_price)[:SHOWN]]
    found = {row["id"] for row in first}
    room = LINES - sum(map(_height, first))
    for row in rows:
        if row["id"] not in found and _height(row) <= room:
            found.add(row["id"])
            room -= _height(row)
    return found


def _height(row: RemedyRow) -> int:
    return row["sketch"].count("\n") + 1


def _sketch(row: RemedyRow, shown: Iterable[str], indent: int) -> str:
    return f"\n\n{_fenced(row['sketch'], ' ' * indent)}" if row["id"] in shown and row["sketch"] else ""


def _gone(row: RemedyRow) -> str:
    """A table's class goes with the remedies of its table; what answers for a table, its sketch says."""
    why = (
        f": {markdown(row['sketch'])}"
        if row["id"].startswith(("table.", "wiring."))
        else ", with the remedies of its table"
        + ", or as its name where it is handed on" * row["id"].startswith("import.")
    )
    return f"{markdown(row['subject'])} ({place(row['evidence'])}){why}"


def _is_key(row: RemedyRow) -> bool:
    return row["options"][0]["kind"] == "drop_key"


def _library(row: RemedyRow) -> tuple[str, ...]:
    """What may be done together: what two boundaries share, or what goes away, else each remedy by itself."""
    if _goes_away(row):
        return ()
    return tuple(row["boundaries"]) if row["options"][0]["kind"] == "kernel" else (row["id"],)


def _goes_away(row: RemedyRow) -> bool:
    """A table's class, which nobody names any more once the remedies of its table are done."""
    return row["options"][0]["kind"] == "delete" and "unused" not in row["id"].partition(":")[0].split(".")


def _remedy(row: RemedyRow) -> str:
    (kind, _), *others = [(in_words(option["kind"]), f"{option['points']:g}") for option in row["options"]]
    size = _points(row["options"][0]["points"])
    instead = f"; or {', '.join(f'{other} {price}' for other, price in others)}" if others else ""
    return f"{markdown(row['subject'])} ({place(row['evidence'])}): **{kind}**, {size}{instead}"


def _points(price: float) -> str:
    return "1 point" if price == 1 else f"{round(price, 2):g} points"


def _price(row: RemedyRow) -> tuple[float, str]:
    return -row["options"][0]["points"], row["id"]


def dearest(step: StepRow, remedies: Mapping[str, RemedyRow]) -> list[str]:
    """A line for each of the dearest remedies of a step."""
    rows = [remedies[id] for id in step["before"]]
    return [
        f"{markdown(row['subject'])}: {in_words(row['options'][0]['kind'])}, "
        f"{row['options'][0]['points']:g} ({place(row['evidence'])})"
        for row in sorted(rows, key=_price)[:FEW]
    ]


_REMEDIES: Mapping[str, str] = {
    "kernel": "shared library",
    "invert": "inverted dependency",
    "sync_api": "API",
    "batch_api": "API for many at once",
    "read_model": "copy kept up to date",
    "view": "view kept up to date",
    "command_api": "command at the owner",
    "part": "part of the transaction",
    "claim": "claim in the token",
    "source": "import from the source",
}


def in_words(kind: str) -> str:
    """A kind of remedy as a reader of a record knows it."""
    return _REMEDIES.get(kind, kind.replace("_", " "))


def place(places: Sequence[PlaceRow]) -> str:
    """ "`shop/orders.py`:12 and 2 more"."""
    if not places:
        return "no line"
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    at = f":{places[0]['line']}" if places[0]["line"] else ""  # line 0 is the whole file
    return f"{cell(places[0]['file'])}{at}{more}"


def _fenced(text: str, margin: str) -> str:
    """A code block whose fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    body = "\n".join(visible(line) for line in text.split("\n"))
    return "\n".join(f"{margin}{line}" for line in [fence, *body.split("\n"), fence])
