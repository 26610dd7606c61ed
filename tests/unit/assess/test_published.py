"""The formulas against the numbers published with partitions of call graphs, where these are beside the checkout."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from decompose.assess import metrics

FOLDERS = [above / "shared" / "published" for above in Path(__file__).resolve().parents[3].parents]
PUBLISHED = next(filter(Path.is_dir, FOLDERS), None)

Row = tuple[str, str, tuple[float, ...]]


def _rows() -> Iterator[Row]:
    """(application, file, (K, BCP, ICP, IFN, NED)) for each row of the table in the data's README.md."""
    for line in (PUBLISHED / "README.md").read_text("utf-8").splitlines() if PUBLISHED else ():
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if len(cells) == 8 and cells[1].startswith("mono2micro_"):
            count, bcp, icp, _, ifn, ned = map(float, cells[2:])
            yield cells[0], cells[1], (count, bcp, icp, ifn, ned)


@pytest.fixture(scope="module")
def folder() -> Path:
    if PUBLISHED is None:
        pytest.skip("the published call graphs are not there: no folder ../shared/published")
    return PUBLISHED


def _measured(app: Path, file: str) -> tuple[float, ...]:
    calls = json.loads((app / "runtime_call_volume.json").read_text("utf-8"))
    volume = {(a, b): float(passed) for a, b, passed in ((*ends.split("--"), passed) for ends, passed in calls.items())}
    cases = json.loads((app / "bcs_per_class.json").read_text("utf-8"))
    held: dict[int, list[str]] = defaultdict(list)
    for name, group in json.loads((app / f"{file}.json").read_text("utf-8")).items():
        if name != "Root":
            held[group].append(name)
    groups = list(held.values())
    return (
        len(groups),
        metrics.bcp(groups, cases),
        metrics.icp(groups, volume),
        metrics.ifn(groups, volume),
        metrics.ned(groups),
    )


def test_the_table_is_read_whole(folder: Path) -> None:
    assert {app for app, _, _ in _rows()} == {"acmeair", "daytrader", "jpetstore", "plants"}
    assert len(list(_rows())) == 20


@pytest.mark.parametrize("row", list(_rows()), ids=lambda row: "-".join(row[:2]))
def test_a_partition_has_its_published_metrics(folder: Path, row: Row) -> None:
    app, file, wanted = row
    assert _measured(folder / app, file) == pytest.approx(wanted, abs=0.001)
