"""Stage 7: Document -> the data that the page carries: rows of numbers over one table of strings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..model.blast import ENOUGH
from .definitions import DEFINITIONS, MEASURES, REMEDIES
from .document import Document, PlaceRow, RemedyRow, SeamRow, WallRow
from .views import DATA_KINDS, NOT_MEANT

__all__ = ["payload"]

_PLACES = 6  # of a seam, shown with their lines; all of them stand in analysis.json
_LISTED = 12  # of the lines and tables of a wall
_UNRESOLVED = 2000
_SEAM_KEYS = frozenset({"id", "kind", "from", "to", "names", "op", "evidence"})


class _Strings(dict[str, int]):
    """String -> its index, in order of first use."""

    def __missing__(self, text: str) -> int:
        self[text] = len(self)
        return self[text]


def payload(document: Document) -> dict[str, Any]:
    """Everything that the page shows, as `assets/page/model.js` reads it."""
    strings = _Strings()
    names = {row["name"]: index for index, row in enumerate(document["boundaries"])}
    modules = {row["name"]: index for index, row in enumerate(document["modules"])}
    tables = {row["name"]: index for index, row in enumerate(document["tables"])}
    seams = [row for seam in document["seams"] if (row := _seam(seam, names, modules, tables, strings))]
    at = {row[0]: number for number, row in enumerate(seams)}
    kept = {seam["id"]: at[strings[seam["id"]]] for seam in document["seams"] if strings[seam["id"]] in at}
    found = {
        "project": document["project"],
        "boundaries": [{"name": row["name"], "why": row["why"]} for row in document["boundaries"]],
        "kernel": len(document["shared_kernel"]["modules"]),
        "modules": _modules(document, names, strings),
        "tables": _tables(document, names, modules, strings),
        "imports": _imports(document, modules),
        "accesses": _accesses(document, modules, tables),
        "foreign_keys": [
            [*(strings[row[key]] for key in ("table", "column", "to_table", "on_delete", "file")), row["line"]]
            for row in document["foreign_keys"]
        ],
        "seams": seams,
        "data_kinds": DATA_KINDS,
        "placements": [
            [
                modules[row["module"]],
                row["confidence"],
                names.get(row["next_best"] or "", -1),
                [strings[r] for r in row["reasons"]],
            ]
            for row in document["placements"]
            if row["module"] in modules
        ],
        "ownership": {row["table"]: row for row in document["ownership"]},
        "cycles": document["cycles"],
        "walls": list(map(_wall, document["walls"])),
        "remedies": [_remedy(row, kept, strings) for row in document["remedies"]],
        "alternatives": document["alternatives"],
        "effort_scale": document["effort_scale"],
        "advice": document["advice"],
        "blast_radius": {key: value for key, value in document["blast_radius"].items() if key != "radii"},
        "radii": _radii(document, names, modules, tables),
        **{key: document.get(key) for key in ("backtest", "trend", "not_held_out")},
        "enough": ENOUGH,
        "metrics": document["metrics"],
        "plan": document["plan"],
        "problems": [[row["file"], row["line"], row["message"]] for row in document["problems"]],
        "unresolved": [
            [strings[row["kind"]], strings[row["file"]], row["line"], row["text"][:200]]
            for row in document["unresolved"][:_UNRESOLVED]
        ],
        "unresolved_total": len(document["unresolved"]),
        "resolution": _resolution(document, modules),
        "definitions": DEFINITIONS,
        "measures": MEASURES,
        "remedy_kinds": REMEDIES,
    }
    return found | {"strings": list(strings)}


def _modules(document: Document, names: Mapping[str, int], strings: _Strings) -> list[list[int]]:
    kernel, roots = set(document["shared_kernel"]["modules"]), set(document["composition_roots"])

    def home(row: Mapping[str, Any]) -> int:
        if row["boundary"] is not None:
            return names[row["boundary"]]
        return -1 if row["name"] in kernel else -2 if row["name"] in roots else -3

    return [
        [strings[row["name"]], strings[row["path"]], row["lines"], strings[row["kind"]], home(row), int(row["partial"])]
        for row in document["modules"]
    ]


def _tables(
    document: Document, names: Mapping[str, int], modules: Mapping[str, int], strings: _Strings
) -> list[list[int]]:
    return [
        [
            strings[row["name"]],
            strings[row["model"]],
            modules.get(row["module"] or "", -1),
            strings[row["origin"]],
            names.get(row["owner"] or "", -1),
            strings[row["file"]],
            row["line"],
        ]
        for row in document["tables"]
    ]


def _imports(document: Document, modules: Mapping[str, int]) -> list[int]:
    """Importer, imported, first line; importer, imported, first line; ..."""
    lines: dict[tuple[int, int], int] = {}
    for row in document["imports"]:
        if row["importer"] in modules and row["imported"] in modules:
            pair = modules[row["importer"]], modules[row["imported"]]
            lines[pair] = min(row["line"], lines.get(pair, row["line"]))
    return [number for pair in sorted(lines) for number in (*pair, lines[pair])]


def _accesses(document: Document, modules: Mapping[str, int], tables: Mapping[str, int]) -> list[list[Any]]:
    """[module, table, reads, writes, first lines] for each module and table that its lines mean, as in `table_use`."""
    sums: dict[tuple[int, int], tuple[list[int], set[int]]] = {}
    for row in document["accesses"]:
        if row["module"] in modules and row["table"] in tables and row["via"] not in NOT_MEANT:
            counts, lines = sums.setdefault((modules[row["module"]], tables[row["table"]]), ([0, 0], set()))
            counts[row["op"] == "write"] += 1
            lines.add(row["line"])
    return [[*pair, *sums[pair][0], sorted(sums[pair][1])[:4]] for pair in sorted(sums)]


def _seam(
    seam: SeamRow, names: Mapping[str, int], modules: Mapping[str, int], tables: Mapping[str, int], strings: _Strings
) -> list[Any] | None:
    """A target that is a table counts down from -1, and so does, in the strings, a source in a library that is no
    module here; None for a seam whose target is not in this document."""
    source, to = seam["from"], seam["to"]
    target = modules.get(to.get("module", ""), None) if "module" in to else tables.get(to.get("table", ""), None)
    if target is None:
        return None
    return [
        strings[seam["id"]],
        strings[seam["kind"]],
        names.get(source["boundary"], -1),
        modules[source["module"]] if source["module"] in modules else -1 - strings[source["module"]],
        names.get(to["boundary"], -1),
        target if "module" in to else -1 - target,
        [strings[name] for name in seam["names"]],
        strings[seam["op"] or ""],
        _places(seam["evidence"], strings),
        len(seam["evidence"]),
        *_more(seam),
    ]


def _remedy(row: RemedyRow, seams: Mapping[str, int], strings: _Strings) -> list[Any]:
    """[id, subject, seams, options, sketch, first places, number of places]; an option is [kind, points, left out]."""
    return [
        strings[row["id"]],
        strings[row["subject"]],
        [seams[one] for one in row["seams"] if one in seams],
        [[strings[one["kind"]], one["points"], strings[one["skipped"]]] for one in row["options"]],
        strings[row["sketch"]],
        _places(row["evidence"], strings),
        len(row["evidence"]),
    ]


def _radii(
    document: Document, names: Mapping[str, int], modules: Mapping[str, int], tables: Mapping[str, int]
) -> list[list[Any]]:
    """[0 boundary, 1 table or 2 module, its number, changes, means of modules, boundaries, tables, people, and p90]."""
    found, every = [], (("boundary", names), ("table", tables), ("module", modules))
    for row in document["blast_radius"].get("radii", []):
        name = row["subject"]
        kinds = (at for at, (kind, known) in enumerate(every) if name in known and row.get("kind", kind) == kind)
        kind = next(kinds, None)  # an older document does not say which of those that have this name
        if kind is not None:
            spreads = [row[key] for key in ("modules", "boundaries", "tables", "people")]
            figures = [round(one[key], 2) for key in ("mean", "p90") for one in spreads]
            found.append([kind, every[kind][1][name], row["changes"], *figures])
    return found


def _resolution(document: Document, modules: Mapping[str, int]) -> list[Any]:
    """[resolved, unresolved, [[module, resolved, unresolved] ...]]; [] where an older document does not say."""
    found = document.get("resolution")
    if not found:
        return []
    rows = [
        [modules[row["module"]], row["resolved"], row["unresolved"]]
        for row in found["modules"]
        if row["module"] in modules
    ]
    return [found["resolved"], found["unresolved"], rows]


def _wall(row: WallRow) -> dict[str, Any]:
    """As in the document; of long lists the first, and how many there are."""
    cut = {
        "tables": row["tables"][:_LISTED],
        "evidence": row["evidence"][:_LISTED],
        "related": row["related"][:_LISTED],
    }
    return {**row, **cut, "places": len(row["evidence"]), "others": len(row["related"])}


def _places(evidence: Sequence[PlaceRow], strings: _Strings) -> list[list[int]]:
    """[file, line, function] of the first; no function at a module's own level."""
    return [
        [strings[place["file"]], place["line"], *([strings[place["function"]]] if place["function"] else [])]
        for place in evidence[:_PLACES]
    ]


def _more(seam: SeamRow) -> Iterable[dict[str, Any]]:
    rest = {key: value for key, value in seam.items() if key not in _SEAM_KEYS and value not in (None, "", [], {})}
    return [rest] if rest else []
