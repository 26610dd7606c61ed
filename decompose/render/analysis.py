"""Stage 7: Facts + Partition + Assessment + SplitPlan -> Document, the first output, from which all others are made."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any

from ..model.columns import Columns
from ..model.facts import Facts, History, ModuleFact
from ..model.judgements import Assessment, Partition, Seam, SplitPlan, Step
from ..model.names import Boundary, Module, Table
from ..model.resolution import resolution
from .document import FORMAT, VERSION, Document, ProjectRow, ResolutionRow, ResolvedRow, SeamRow
from .escape import json_text

__all__ = ["analysis", "plain", "to_json"]


def analysis(
    facts: Facts,
    partition: Partition,
    assessment: Assessment,
    plan: SplitPlan,
    further: Mapping[str, object] | None = None,
) -> Document:
    """The document of one analysis. `further` holds what other stages add (`blast_radius`, `metrics`, or keys of their
    own); its values may be any frozen records."""
    partition = _whole(facts, partition)
    home = {str(m): str(b.boundary) for b in partition.boundaries for m in b.modules}
    owner = {str(t): str(b.boundary) for b in partition.boundaries for t in b.tables}
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "project": _project(facts),
        "modules": [_module(fact, home) for fact in facts.modules],
        "imports": _rows(facts.imports, "importer imported kind names file line"),
        "tables": [
            _row(fact, "table:name model module origin file line") | {"owner": owner.get(str(fact.table))}
            for fact in facts.tables
        ],
        "accesses": _accesses(facts),
        "foreign_keys": _rows(facts.foreign_keys, "table column to_table on_delete file line"),
        "boundaries": _rows(partition.boundaries, "boundary:name modules tables why", by="name"),
        "shared_kernel": {"modules": plain(partition.kernel_modules), "tables": plain(partition.kernel_tables)},
        "composition_roots": plain(partition.roots),
        "placements": _rows(partition.placements, "module boundary confidence next_best reasons"),
        "seams": sorted(map(_seam, assessment.seams), key=lambda row: row["id"]),
        "cycles": plain(assessment.cycles),
        "ownership": plain(assessment.ownership),
        "walls": plain(assessment.walls),
        "blast_radius": {},
        "metrics": {},
        "plan": list(map(_step, plan.steps)),
        "remedies": plain(plan.remedies),
        "alternatives": plain(plan.alternatives),
        "effort_scale": plan.scale,
        "advice": list(plan.advice),
        "problems": _rows(facts.problems, "file line message"),
        "unresolved": _rows(facts.unresolved, "kind module file line text"),
        "resolution": _resolution(facts),
    }
    return document | {key: plain(value) for key, value in (further or {}).items()}  # type: ignore[return-value]


def _accesses(facts: Facts) -> list[dict[str, Any]]:
    shape = "module function table op via confidence file line"
    return sorted([*_rows(facts.accesses, shape), *_rows(facts.shared, shape)], key=_sortable)


def _resolution(facts: Facts) -> ResolutionRow:
    whole, modules = resolution(facts)
    rows: list[ResolvedRow] = [
        {
            "module": str(one.module),
            "resolved": one.resolved,
            "unresolved": one.unresolved,
            "share": round(one.share, 4),
        }
        for one in modules
    ]
    return {
        "resolved": whole.resolved,
        "unresolved": whole.unresolved,
        "share": round(whole.share, 4),
        "modules": rows,
    }


def _whole(facts: Facts, partition: Partition) -> Partition:
    """Every module in one place: tests, migrations and scripts in the boundary that they follow, and those that follow
    none (they know the program, and nothing knows them) with the composition roots."""
    members: dict[Boundary, list[Module]] = {}
    for module, boundary in partition.followers:
        members.setdefault(boundary, []).append(module)
    boundaries = tuple(
        replace(fact, modules=tuple(sorted({*fact.modules, *members.get(fact.boundary, ())})))
        for fact in partition.boundaries
    )
    placed = {*partition.kernel_modules, *partition.roots}.union(*(fact.modules for fact in boundaries))
    others = {fact.module for fact in facts.modules} - placed
    return replace(partition, boundaries=boundaries, roots=tuple(sorted({*partition.roots, *others})))


def to_json(document: Document) -> str:
    """The text of `analysis.json`: one record a line, so that `diff` can compare two analyses."""
    parts = [f"{json_text(key)}: {_lines(value)}" for key, value in document.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def plain(value: Any) -> Any:
    """A record, name, enumeration or collection of them as JSON's own types; sets are sorted."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case Module() | Table() | Boundary():
            return value.name
        case Mapping():
            return {str(plain(key)): plain(value[key]) for key in value}
        case set() | frozenset():
            return sorted(map(plain, value))
        case tuple() | list() | Columns():
            return [plain(one) for one in value]
    if is_dataclass(value):
        return {name: plain(getattr(value, name)) for name in _names(value.__class__)}
    raise TypeError(f"no JSON form for {type(value).__name__}")


@cache
def _names(record: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(record))


def _lines(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n " + ",\n ".join(map(json_text, value)) + "\n]"
    return json_text(value)


def _project(facts: Facts) -> ProjectRow:
    first, last = _span(facts.history)
    return {
        "name": facts.project.name,
        "packages": list(facts.project.packages),
        "files": len(facts.modules),
        "lines": sum(fact.lines for fact in facts.modules),
        "commits": len(facts.history.commits),
        "first_commit": first,
        "last_commit": last,
        "head": facts.history.head,
        "partial_files": sum(fact.partial for fact in facts.modules),
        "written_for": dict(sorted(Counter(fact.written_for for fact in facts.modules if fact.written_for).items())),
    }


def _span(history: History) -> tuple[str, str]:
    """The days of the first and the last commit; clocks run backwards, so neither need be at an end of the list."""
    times, _ = history.commits.codes("time")
    return (_day(min(times)), _day(max(times))) if len(times) else ("", "")


def _day(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    except (ValueError, OverflowError, OSError):  # a commit dated outside of the years 1 to 9999
        return ""


def _module(fact: ModuleFact, home: Mapping[str, str]) -> dict[str, Any]:
    name = fact.module.name
    row = {"name": name, "path": fact.path, "kind": fact.kind.value, "lines": fact.lines, "partial": fact.partial}
    return row | {"boundary": home.get(name)}


def _row(record: Any, shape: str) -> dict[str, Any]:
    """The fields that `shape` names, "field" or "field:key", in that order."""
    pairs = (name.partition(":") for name in shape.split())
    return {key or field: plain(getattr(record, field)) for field, _, key in pairs}


def _rows(records: Iterable[Any], shape: str, by: str = "") -> list[dict[str, Any]]:
    """As `_row`, sorted by key `by`, or by all keys in the order of `shape`."""
    rows = _unpacked(records, shape) if isinstance(records, Columns) else [_row(record, shape) for record in records]
    return sorted(rows, key=lambda row: row[by]) if by else sorted(rows, key=_sortable)


def _unpacked(records: Columns[Any], shape: str) -> list[dict[str, Any]]:
    """As `_row` for each record, but each distinct value is converted once."""
    keys = shape.split()
    values = [_column(records, key) for key in keys]
    return [dict(zip(keys, row, strict=True)) for row in zip(*values, strict=True)]


def _column(records: Columns[Any], name: str) -> Iterable[Any]:
    codes, pool = records.codes(name)
    if pool is None:
        return codes
    converted = [plain(value) for value in pool]
    return map(converted.__getitem__, codes)


def _sortable(row: dict[str, Any]) -> tuple[tuple[bool, Any], ...]:
    return tuple((value is not None, value if value is not None else 0) for value in row.values())


def _step(step: Step) -> dict[str, Any]:
    row: dict[str, Any] = plain(step)
    return {"step": row.pop("number")} | row


def _seam(seam: Seam) -> SeamRow:
    to = {"boundary": seam.to_boundary.name, "table" if isinstance(seam.to, Table) else "module": seam.to.name}
    row = {
        "id": seam.id,
        "kind": seam.kind.value,
        "from": {"boundary": seam.from_boundary.name, "module": seam.from_module.name},
        "to": to,
    }
    used = {"from_boundary", "from_module", "to_boundary", "to"}
    rest = {field.name: plain(getattr(seam, field.name)) for field in fields(seam) if field.name not in used}
    return row | rest  # type: ignore[return-value]  # `Seam` may gain fields, which follow by themselves
