"""What is planted in the sample is found, at its file and line, and nothing else: by LearnHub's own boundaries."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from decompose.assess import assess
from decompose.extract import ExtractOptions, extract
from decompose.model.facts import Access, Facts, Op
from decompose.model.judgements import (
    Assessment,
    BoundaryFact,
    Claim,
    Partition,
    RemedyKind,
    Seam,
    SeamKind,
    Wall,
    WallKind,
)
from decompose.model.names import Boundary, Module, Table
from decompose.plan import plan
from tests.sample_truth import LEARNHUB, members, truth


@pytest.fixture(scope="module")
def true() -> dict[str, Any]:
    return truth()


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The sample as a checkout of its own."""
    copy = tmp_path_factory.mktemp("sample") / "learnhub"
    for source in (*LEARNHUB.rglob("*.py"), *LEARNHUB.rglob("*.html")):
        target = copy / source.relative_to(LEARNHUB)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    return extract(Path(copy), ExtractOptions())


@pytest.fixture(scope="module")
def cut(facts: Facts, true: dict[str, Any]) -> Partition:
    names = [fact.module.name for fact in facts.modules]

    def modules(group: dict[str, Any]) -> tuple[Module, ...]:
        return tuple(sorted(map(Module, members(group, names))))

    boundaries = tuple(
        BoundaryFact(Boundary(name), modules(group), tuple(sorted(map(Table, group["tables"]))), "designed")
        for name, group in sorted(true["boundaries"].items())
    )
    return Partition(boundaries, modules(true["shared_kernel"]), (), modules(true["composition_roots"]))


@pytest.fixture(scope="module")
def found(facts: Facts, cut: Partition) -> Assessment:
    return assess(facts, cut)


def _seams(found: Assessment, kind: SeamKind) -> list[Seam]:
    return [seam for seam in found.seams if seam.kind is kind]


def _walls(found: Assessment, kind: WallKind) -> list[Wall]:
    return [wall for wall in found.walls if wall.kind is kind]


def test_foreign_keys_across(found: Assessment, true: dict[str, Any]) -> None:
    assert {
        (seam.names[0], str(seam.to), seam.detail, at.file, at.line)
        for seam in _seams(found, SeamKind.FOREIGN_KEY)
        for at in seam.evidence
    } == {
        (f"{row['table']}.{row['column']}", row["to_table"], row["on_delete"], row["file"], row["line"])
        for row in true["foreign_key"]
    }


def test_joins_across(found: Assessment, true: dict[str, Any]) -> None:
    assert {
        (seam.names, at.file, at.function, at.line) for seam in _seams(found, SeamKind.JOIN) for at in seam.evidence
    } == {(tuple(sorted(row["tables"])), row["file"], row["function"], row["line"]) for row in true["join"]}


def test_transactions_across(found: Assessment, true: dict[str, Any]) -> None:
    places = {
        (seam.names, at.file, at.function): at.line
        for seam in _seams(found, SeamKind.TRANSACTION)
        for at in seam.evidence
    }
    planted = {
        (tuple(sorted([*row["writes"], *row.get("through_signal", [])])), row["file"], row["function"]): row
        for row in true["transaction"]
    }
    assert places.keys() == planted.keys()
    assert all(planted[key]["line"] <= line <= planted[key]["end_line"] for key, line in places.items())


def test_contested_tables_and_their_outside_writers(found: Assessment, true: dict[str, Any]) -> None:
    contested = [entry for entry in found.ownership if entry.claim is Claim.CONTESTED]
    assert {(str(entry.table), at.file, at.line) for entry in contested for at in entry.evidence[1:]} == {
        (row["table"], place["file"], place["line"]) for row in true["contested"] for place in row["outside"]
    }
    assert {(str(entry.table), str(entry.owner)) for entry in contested} == {
        (row["table"], row["owner"]) for row in true["contested"]
    }


def test_unused_tables(found: Assessment, true: dict[str, Any]) -> None:
    unused = {str(entry.table) for entry in found.ownership if entry.claim is Claim.UNUSED}
    assert unused == set(true["unused"]["tables"])


def test_boundaries_that_need_each_other(found: Assessment, true: dict[str, Any]) -> None:
    pairs = {tuple(map(str, cycle.boundaries)) for cycle in found.cycles if len(cycle.boundaries) == 2}
    assert pairs == {tuple(row["boundaries"]) for row in true["boundary_cycle"]}


def test_dead_imports_across(found: Assessment, true: dict[str, Any]) -> None:
    # the shared kernel is no boundary: what is dead of it is no seam
    dead = {
        (row["file"], row["line"], row["name"]) for row in true["dead_import"] if "learnhub.common" not in row["anchor"]
    }
    assert {
        (at.file, at.line, name)
        for seam in _seams(found, SeamKind.IMPORT)
        if seam.detail == "unused"
        for at in seam.evidence
        for name in seam.names
    } == dead


def test_n_plus_one_loops(found: Assessment, true: dict[str, Any]) -> None:
    walls = {
        (at.file, at.function, at.line): wall for wall in _walls(found, WallKind.N_PLUS_ONE) for at in wall.evidence
    }
    planted = {(row["file"], row["function"], row["loop_line"]): row for row in true["n_plus_one"]}
    assert walls.keys() == planted.keys()
    for key, row in planted.items():
        assert _lines(row["queries"]) <= {(at.file, at.line) for at in walls[key].related}


def _lines(places: Iterable[dict[str, Any]]) -> set[tuple[str, int]]:
    return {(place["file"], place["line"]) for place in places}


def test_missing_indexes(found: Assessment, true: dict[str, Any]) -> None:
    assert {
        (wall.subject, at.file, at.line) for wall in _walls(found, WallKind.MISSING_INDEX) for at in wall.evidence
    } == {
        (f"{row['table']}.{row['column']}", place["file"], place["line"])
        for row in true["missing_index"]
        for place in row["where"]
    }


def test_cacheable_reads_and_the_writes_that_invalidate_them(
    facts: Facts, found: Assessment, true: dict[str, Any]
) -> None:
    walls = {(wall.evidence[0].file, wall.evidence[0].function): wall for wall in _walls(found, WallKind.CACHEABLE)}
    planted = {(row["file"], row["function"]): row for row in true["cacheable"]}
    assert walls.keys() == planted.keys()
    for key, row in planted.items():
        assert set(row["reads"]) >= {str(table) for table in walls[key].tables}
        assert {
            (str(one.table), one.file, one.function) for one in facts.accesses if _invalidates(one, walls[key])
        } == {(place["table"], place["file"], place["function"]) for place in row["invalidated_by"]}


def _invalidates(access: Access, wall: Wall) -> bool:
    lines = {(at.file, at.line) for at in wall.related}
    return access.op is Op.WRITE and access.table in wall.tables and (access.file, access.line) in lines


def test_the_hot_join_is_a_wall(found: Assessment, true: dict[str, Any]) -> None:
    hot = {(row["file"], row["line"]) for row in true["join"] if row.get("hot")}
    assert hot <= {(at.file, at.line) for wall in _walls(found, WallKind.WIDE_JOIN) for at in wall.evidence if wall.hot}


def test_wiring_across(found: Assessment, true: dict[str, Any]) -> None:
    wired = {
        (seam.detail, str(seam.from_module), name) for seam in _seams(found, SeamKind.WIRING) for name in seam.names
    }
    assert {(name, module) for kind, module, name in wired if kind == "signal"} == {
        (row["sender"], _module(row["file"])) for row in true["signal"]
    }
    assert {name for kind, _, name in wired if kind == "get_model"} == {row["name"] for row in true["string_reference"]}
    assert {name.replace("*", "{}") for kind, _, name in wired if kind == "cache_key"} == {
        row["key"] for row in true["shared_cache_key"]
    }
    links = [seam for seam in _seams(found, SeamKind.WIRING) if seam.detail == "link"]
    assert {(str(seam.to), at.file, at.line) for seam in links for at in seam.evidence} == {
        (row["answers"], row["file"], row["line"]) for row in true["link"]
    }
    assert {name for seam in links for name in seam.names} == {row["route"] for row in true["link"]}
    assert {kind for kind, _, _ in wired} == {"signal", "get_model", "cache_key", "link"}


def _module(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".")


def test_the_plan_settles_every_seam_and_names_lines(facts: Facts, cut: Partition, found: Assessment) -> None:
    made = plan(facts, cut, found)
    assert sorted(id for remedy in made.remedies for id in remedy.seams) == sorted(seam.id for seam in found.seams)
    assert all(remedy.evidence and remedy.sketch for remedy in made.remedies)
    buying = next(remedy for remedy in made.remedies if remedy.subject.startswith("buy_course"))
    assert buying.options[0].kind is RemedyKind.SAGA
