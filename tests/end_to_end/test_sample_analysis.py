"""What the analysis of LearnHub finds does not sink below what it found before: recall and precision of each kind."""

import pytest
import replay

from tests import sample_scores


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, sample_scores.Score]:
    root = tmp_path_factory.mktemp("learnhub") / "repository"
    replay.replay(root)
    return sample_scores.scores(root)


@pytest.mark.parametrize("kind", sorted(sample_scores.floors()))
def test_no_kind_sinks(kind: str, measured: dict[str, sample_scores.Score]) -> None:
    now, floor = measured[kind], sample_scores.floors()[kind]
    assert now.recall >= floor["recall"], f"missed: {now.missed}"
    assert now.precision >= floor["precision"], f"wrong: {now.wrong}"


def test_every_kind_has_a_floor(measured: dict[str, sample_scores.Score]) -> None:
    assert set(sample_scores.floors()) == set(measured)


def test_raising_never_lowers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "sample = { recall = 1.0, precision = 0.5 }" in _raised(monkeypatch, 1.0, 0.5, 0.3, 0.4)
    assert "sample = { recall = 0.3, precision = 0.5 }" in _raised(monkeypatch, 0.2, 0.5, 0.3, 0.4)


def _raised(patch: pytest.MonkeyPatch, recall: float, precision: float, *floor: float) -> str:
    patch.setattr(sample_scores, "floors", lambda: {"sample": dict(zip(("recall", "precision"), floor, strict=True))})
    return sample_scores.raised({"sample": sample_scores.Score(recall, precision)}).replace('"', "")
