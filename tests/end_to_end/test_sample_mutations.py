"""The findings follow the code: the same under other names, places and spellings; one less after a repair."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import record
import replay

from tests.history_mutator import HISTORY_REPAIRS, relisted
from tests.mutator import REPAIRS, SPELLINGS, Sample, moved, original, renamed, reordered, repaired, respelt, without
from tests.sample_scores import KINDS, proposal_scores, score, study
from tests.sample_truth import truth

pytestmark = pytest.mark.slow

SHAPES = {"renamed": renamed, "moved": moved, "reordered": reordered}


def check(sample: Sample, root: Path) -> None:
    """Every kind is found whole, and nothing else."""
    seen = study(sample.write(root), truth(root, sample.truth))
    scores = {kind: score(kind, seen) for kind in KINDS}
    assert {kind: (found.missed, found.wrong) for kind, found in scores.items() if found.missed or found.wrong} == {}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("shape", SHAPES)
def test_names_places_and_order_do_not_matter(shape: str, seed: int, tmp_path: Path) -> None:
    check(SHAPES[shape](original(), seed), tmp_path)


def test_all_of_them_together(tmp_path: Path) -> None:
    check(reordered(moved(renamed(original(), 3), 3), 3), tmp_path)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_changed_still_runs(shape: str, tmp_path: Path) -> None:
    SHAPES[shape](original(), 1).write(tmp_path)
    done = subprocess.run(
        [sys.executable, "manage.py", "test"],
        cwd=tmp_path,
        env=os.environ | {"LEARNHUB_DB": str(tmp_path / "db")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_seed_gives_the_same_names_and_another_seed_others() -> None:
    assert renamed(original(), 1) == renamed(original(), 1) != renamed(original(), 2)
    assert not any("billing" in path for path in renamed(original(), 1).files)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spelling_does_not_matter(spelling: str, tmp_path: Path) -> None:
    sample = respelt(original(), spelling)
    assert sample.files != original().files
    check(sample, tmp_path)


@pytest.mark.parametrize("name", REPAIRS)
def test_a_repair_takes_its_finding_away_and_no_other(name: str, tmp_path: Path) -> None:
    check(repaired(original(), name), tmp_path)


@pytest.mark.parametrize("name", HISTORY_REPAIRS)
def test_a_repair_of_the_history_takes_its_finding_away_and_no_other(name: str, tmp_path: Path) -> None:
    repair, history = HISTORY_REPAIRS[name], replay.entries()
    changed = relisted(repair.change(history), tmp_path / "unlisted")
    replay.replay(tmp_path / "repaired", changed)
    assert record.last(changed).keys() == record.last(history).keys()
    field = "modules" if repair.gone == "hidden_coupling" else "module"
    left = without(original().truth, repair.gone, [(field, member) for member in repair.members])
    scores = proposal_scores(tmp_path / "repaired", truth(text=left))
    wanted = ("hidden couplings", "colliding people")
    assert {kind: (scores[kind].missed, scores[kind].wrong) for kind in wanted} == dict.fromkeys(wanted, ((), ()))
