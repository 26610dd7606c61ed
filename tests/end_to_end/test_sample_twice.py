"""The sample's report is the same bytes from another clone in another folder, by another hash seed, in every view."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import replay

VIEWS = """
import json, sys
from decompose.render import RENDERERS
document = json.load(open(sys.argv[1], encoding="utf-8"))
for name, view in RENDERERS.items():
    sys.stdout.buffer.write(f"== {name}\\n{view(document)}".encode())
"""
Report = dict[str, bytes]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Report]:
    """Of a replay with one hash seed, and of a clone of it elsewhere with another: path or view -> bytes."""
    root = tmp_path_factory.mktemp("twice")
    replay.replay(root / "learnhub")
    subprocess.run(["git", "clone", "-q", root / "learnhub", root / "else where" / "second"], check=True)
    first, second = root / "learnhub", root / "else where" / "second"
    return _report(first, root / "a", "1"), _report(second, root / "b", "20")


def _report(checkout: Path, out: Path, seed: str) -> Report:
    def run(*arguments: object) -> bytes:
        environment = os.environ | {"PYTHONHASHSEED": seed}
        return subprocess.run(
            [sys.executable, *map(str, arguments)], check=True, capture_output=True, env=environment
        ).stdout

    said = run("-m", "decompose", "analyze", checkout, "-o", out, "--no-cache")
    files = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    return files | {"views": run("-c", VIEWS, out / "analysis.json"), "said": said.replace(bytes(out), b"OUT")}


def test_the_same_files_are_made(reports: tuple[Report, Report]) -> None:
    one, other = reports
    assert set(one) == set(other)
    assert {".dot", ".svg", ".png", ".html", ".md", ".json", ".toml"} <= {Path(name).suffix for name in one}
    assert one["views"].count(b"\n== csv-") == 5


def test_no_byte_differs(reports: tuple[Report, Report]) -> None:
    one, other = reports
    assert [name for name in sorted(one) if one[name] != other[name]] == []
