"""What an analysis finds in LearnHub, held against TRUTH.toml: recall and precision for each kind.

    python -m tests.sample_scores            the table
    python -m tests.sample_scores --raise    and the floors raised to it; a floor is never lowered

Findings that depend on boundaries are assessed with the planted ones, so that each kind is measured by itself.
"""

import sys
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
from sklearn.metrics import adjusted_rand_score

from decompose.assess import assess
from decompose.extract import ExtractOptions, extract
from decompose.model.facts import Evidence, Facts, ModuleKind, Origin, WireKind
from decompose.model.judgements import Assessment, BoundaryFact, Claim, Partition, SeamKind, Wall, WallKind
from decompose.model.names import Boundary, Module, Table
from decompose.pipeline import Options, analyze
from tests.sample_truth import members, truth

FLOORS = Path(__file__).parent / "golden" / "sample_floors.toml"

Found = Iterable[tuple[Any, ...]]


@dataclass(frozen=True)
class Study:
    """One reading of the sample: its facts, the planted partition, and what is assessed with it."""

    facts: Facts
    planted: Partition
    assessment: Assessment
    true: dict[str, Any]

    @property
    def owner(self) -> dict[str, str]:
        return {table: name for name, group in self.true["boundaries"].items() for table in group["tables"]}


def study(root: Path, true: dict[str, Any]) -> Study:
    facts = extract(root, ExtractOptions(), lambda *_: None)
    planted = planted_partition(true, sources(facts))
    return Study(facts, planted, assess(facts, planted), true)


def sources(facts: Facts) -> list[str]:
    return [fact.module.name for fact in facts.modules if fact.kind is ModuleKind.SOURCE]


def planted_partition(true: dict[str, Any], modules: list[str]) -> Partition:
    return Partition(
        boundaries=tuple(
            BoundaryFact(
                Boundary(name),
                tuple(map(Module, members(group, modules))),
                tuple(map(Table, group["tables"])),
                "planted",
            )
            for name, group in sorted(true["boundaries"].items())
        ),
        kernel_modules=tuple(map(Module, members(true["shared_kernel"], modules))),
        roots=tuple(map(Module, members(true["composition_roots"], modules))),
    )


# ---- each kind: what was found and what is true, as sets of keys


def tables(seen: Study) -> tuple[Found, Found]:
    own = {(fact.table.name,) for fact in seen.facts.tables if fact.origin is Origin.OWN}
    return own, {(table,) for table in seen.owner}


def unused(seen: Study) -> tuple[Found, Found]:
    found = {(one.table.name,) for one in seen.assessment.ownership if one.claim is Claim.UNUSED}
    return found, {(table,) for table in seen.true["unused"]["tables"]}


def contested(seen: Study) -> tuple[Found, Found]:
    found = {(one.table.name,) for one in seen.assessment.ownership if one.claim is Claim.CONTESTED}
    return found, {(row["table"],) for row in seen.true["contested"]}


def contested_writes(seen: Study) -> tuple[Found, Found]:
    home = {module.name: fact.boundary.name for fact in seen.planted.boundaries for module in fact.modules}
    found = {
        (access.table.name, access.file, access.function)
        for access in seen.facts.accesses
        if access.op.value == "write"
        and access.module.name in home
        and seen.owner.get(access.table.name, home[access.module.name]) != home[access.module.name]
    }
    return found, {
        (row["table"], place["file"], place["function"]) for row in seen.true["contested"] for place in row["outside"]
    }


def foreign_keys(seen: Study) -> tuple[Found, Found]:
    owner = seen.owner
    found = {
        (key.table.name, key.column, key.to_table.name, key.on_delete, key.file, key.line)
        for key in seen.facts.foreign_keys
        if {key.table.name, key.to_table.name} <= owner.keys() and owner[key.table.name] != owner[key.to_table.name]
    }
    return found, {
        tuple(row[name] for name in ("table", "column", "to_table", "on_delete", "file", "line"))
        for row in seen.true["foreign_key"]
    }


def joins(seen: Study) -> tuple[Found, Found]:
    found = {
        (query.file, query.function, *sorted(table.name for table in query.tables))
        for query in seen.facts.queries
        if len({seen.owner.get(table.name, "") for table in query.tables}) > 1
    }
    return found, {(row["file"], row["function"], *sorted(row["tables"])) for row in seen.true["join"]}


def transactions(seen: Study) -> tuple[Found, Found]:
    """Through signals too: what receivers write commits or rolls back with the rest."""
    found = {
        (line.file, line.function, *seam.names)
        for seam in seen.assessment.seams
        if seam.kind is SeamKind.TRANSACTION
        for line in seam.evidence
    }
    return found, {
        (row["file"], row["function"], *sorted(row["writes"] + row.get("through_signal", [])))
        for row in seen.true["transaction"]
    }


def cycles(seen: Study) -> tuple[Found, Found]:
    graph = nx.DiGraph()
    graph.add_edges_from((one.importer.name, one.imported.name) for one in seen.facts.imports)
    found = {tuple(sorted(group)) for group in nx.strongly_connected_components(graph) if len(group) > 1}
    return found, {tuple(sorted(row["modules"])) for row in seen.true["cycle"]}


def n_plus_one(seen: Study) -> tuple[Found, Found]:
    return _loops(seen, [(wall.evidence[0].file, wall.evidence[0].line) for wall in walls(seen, WallKind.N_PLUS_ONE)])


def _loops(seen: Study, found: list[tuple[str, int]]) -> tuple[Found, Found]:
    """A finding at the loop, at the call in it or at one of its queries is a finding of that loop."""
    places: dict[tuple[str, int], set[tuple[str, str]]] = {}
    for row in seen.true["n_plus_one"]:
        lines = [(row["file"], line) for line in (row["loop_line"], *row["call_lines"])]
        for place in [*lines, *((query["file"], query["line"]) for query in row["queries"])]:
            places.setdefault(place, set()).add((row["file"], row["function"]))
    keys: set[tuple[Any, ...]] = set()
    for place in found:
        keys |= places.get(place, {place})
    return keys, {(row["file"], row["function"]) for row in seen.true["n_plus_one"]}


def missing_index(seen: Study) -> tuple[Found, Found]:
    found = {
        (wall.subject, line.file, line.function)
        for wall in walls(seen, WallKind.MISSING_INDEX)
        for line in wall.evidence
    }
    return found, {
        (f"{row['table']}.{row['column']}", place["file"], place["function"])
        for row in seen.true["missing_index"]
        for place in row["where"]
    }


def wide_joins(seen: Study) -> tuple[Found, Found]:
    found = {
        (wall.evidence[0].file, wall.evidence[0].function, *sorted(table.name for table in wall.tables))
        for wall in walls(seen, WallKind.WIDE_JOIN)
    }
    told = [row for row in seen.true["wide_join"] if "by_key" not in row]
    return found, {(row["file"], row["function"], *sorted(row["tables"])) for row in told}


def cacheable(seen: Study) -> tuple[Found, Found]:
    """A finding in the function that is asked or in one of the queries that it drives is a finding of that read."""
    homes = {
        (query["file"], query["function"]): (row["file"], row["function"])
        for row in seen.true["cacheable"]
        for query in row["queries"]
    }
    found = {
        homes.get((line.file, line.function), (line.file, line.function))
        for line in (wall.evidence[0] for wall in walls(seen, WallKind.CACHEABLE))
    }
    return found, {(row["file"], row["function"]) for row in seen.true["cacheable"]}


def invalidations(seen: Study) -> tuple[Found, Found]:
    """For each cacheable read: the functions whose writes must invalidate it."""
    true = {(row["file"], row["function"]): row["invalidated_by"] for row in seen.true["cacheable"]}
    found = {
        (*_function(wall.evidence[0]), *_function(line))
        for wall in walls(seen, WallKind.CACHEABLE)
        for line in wall.related
        if _function(wall.evidence[0]) in true
    }
    return found, {(*read, row["file"], row["function"]) for read, rows in true.items() for row in rows}


def shared_cache_keys(seen: Study) -> tuple[Found, Found]:
    groups = nx.Graph()
    for wire in seen.facts.wires:
        if wire.kind is WireKind.CACHE_KEY:
            key = wire.name.replace("*", "{}")
            groups.add_edge((key, wire.source.name), (key, wire.target.name))
    home = {module.name: fact.boundary.name for fact in seen.planted.boundaries for module in fact.modules}
    found = set()
    for group in nx.connected_components(groups):
        modules = sorted(module for _, module in group)
        if len({home.get(module) for module in modules}) > 1:
            found.add((min(group)[0], *modules))
    return found, {(row["key"], *sorted(row["modules"])) for row in seen.true["shared_cache_key"]}


def dead_imports(seen: Study) -> tuple[Found, Found]:
    """Those between boundaries: what nobody needs of the kernel crosses nothing."""
    found = {
        (line.file, line.line, *seam.names)
        for seam in seen.assessment.seams
        if (seam.kind, seam.detail) == (SeamKind.IMPORT, "unused")
        for line in seam.evidence
    }
    crossing = [row for row in seen.true["dead_import"] if not row["anchor"].startswith("from learnhub.common.")]
    return found, {(row["file"], row["line"], row["name"]) for row in crossing}


def signals(seen: Study) -> tuple[Found, Found]:
    found = {(wire.name, wire.file) for wire in seen.facts.wires if wire.kind is WireKind.SIGNAL}
    return found, {(row["sender"], row["file"]) for row in seen.true["signal"]}


def walls(seen: Study, kind: WallKind) -> list[Wall]:
    return [wall for wall in seen.assessment.walls if wall.kind is kind]


def _function(line: Evidence) -> tuple[str, str]:
    return line.file, line.function


KINDS: dict[str, Callable[[Study], tuple[Found, Found]]] = {
    "tables": tables,
    "unused tables": unused,
    "contested tables": contested,
    "contested writes": contested_writes,
    "crossing foreign keys": foreign_keys,
    "crossing joins": joins,
    "crossing transactions": transactions,
    "import cycles": cycles,
    "n plus one": n_plus_one,
    "missing indexes": missing_index,
    "wide joins": wide_joins,
    "cacheable reads": cacheable,
    "invalidating writes": invalidations,
    "shared cache keys": shared_cache_keys,
    "signals": signals,
    "dead imports": dead_imports,
}


@dataclass(frozen=True)
class Score:
    recall: float
    precision: float
    missed: tuple[Any, ...] = ()
    wrong: tuple[Any, ...] = ()


def score(kind: str, seen: Study) -> Score:
    return compared(*(set(side) for side in KINDS[kind](seen)))


def compared(found: set[tuple[Any, ...]], true: set[tuple[Any, ...]]) -> Score:
    right = found & true
    return Score(
        recall=len(right) / len(true) if true else 0.0,
        precision=len(right) / len(found) if found else 0.0,
        missed=tuple(sorted(true - found)),
        wrong=tuple(sorted(found - true)),
    )


def proposal_scores(root: Path, true: dict[str, Any]) -> dict[str, Score]:
    """The whole program: its boundaries (ARI, as both numbers), owners of tables and kernel, and what history shows."""
    done = analyze(root, Options(), lambda *_: None)
    modules = sources(done.facts)
    planted, proposed = planted_partition(true, modules), done.partition
    labels = [_places(planted), _places(proposed)]
    ari = adjusted_rand_score([labels[0][name] for name in modules], [labels[1].get(name, "?") for name in modules])
    owners = {table.name: fact for fact in proposed.boundaries for table in fact.tables}
    home = {
        name: max(
            (len({module.name for module in fact.modules} & set(members(group, modules))), fact.boundary.name)
            for fact in proposed.boundaries
        )[1]
        for name, group in true["boundaries"].items()
    }
    right = [
        table
        for name, group in true["boundaries"].items()
        for table in group["tables"]
        if table in owners and owners[table].boundary.name == home[name]
    ]
    total = sum(len(group["tables"]) for group in true["boundaries"].values())
    kernel = {module.name for module in proposed.kernel_modules}
    wanted = {module.name for module in planted.kernel_modules}
    return {
        "boundaries (ARI)": Score(ari, ari),
        "table owners": Score(len(right) / total, len(right) / max(1, len(owners))),
        "shared kernel": Score(len(kernel & wanted) / len(wanted), len(kernel & wanted) / max(1, len(kernel))),
        "hidden couplings": compared(
            {tuple(sorted((str(pair.a), str(pair.b)))) for pair in done.blast.hidden},
            {tuple(sorted(row["modules"])) for row in true["hidden_coupling"]},
        ),
        "colliding people": compared(
            {(str(one.module), *one.people) for one in done.blast.collisions},
            {(row["module"], *sorted(row["people"])) for row in true["collision"]},
        ),
    }


def _places(partition: Partition) -> dict[str, str]:
    found = {module.name: fact.boundary.name for fact in partition.boundaries for module in fact.modules}
    found |= {module.name: "shared kernel" for module in partition.kernel_modules}
    return found | {module.name: "composition roots" for module in partition.roots}


def scores(root: Path) -> dict[str, Score]:
    true = truth()
    seen = study(root, true)
    return {kind: score(kind, seen) for kind in KINDS} | proposal_scores(root, true)


def floors() -> dict[str, dict[str, float]]:
    return tomllib.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}


def raised(measured: dict[str, Score]) -> str:
    """The floors' file with every floor at least where `measured` is, rounded down to a thousandth."""
    old = floors()
    text = ["# What the analysis of LearnHub reaches today, kind by kind. Floors rise and never sink:"]
    text += ["# python -m tests.sample_scores --raise", ""]
    for kind, now in measured.items():
        before = old.get(kind, {"recall": 0.0, "precision": 0.0})
        recall, precision = (
            max(before[name], int(1000 * max(0.0, getattr(now, name)) + 1e-6) / 1000)
            for name in ("recall", "precision")
        )
        text.append(f'"{kind}" = {{ recall = {recall}, precision = {precision} }}')
    return "\n".join(text) + "\n"


def main(arguments: list[str]) -> None:
    import tempfile

    from tests.sample_truth import SAMPLE

    sys.path.insert(0, str(SAMPLE))
    import replay

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "learnhub"
        replay.replay(root)
        measured = scores(root)
    for kind, now in measured.items():
        print(f"{kind:24} recall {now.recall:.3f}  precision {now.precision:.3f}")
        for name, rows in (("missed", now.missed), ("wrong", now.wrong)):
            for row in rows if "-v" in arguments else ():
                print(f"    {name} {row}")
    if "--raise" in arguments:
        FLOORS.parent.mkdir(exist_ok=True)
        FLOORS.write_text(raised(measured), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
