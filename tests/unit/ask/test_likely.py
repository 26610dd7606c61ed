"""The ranking of what changes with a module."""

import random

import pytest

from decompose.ask.learn import _fitted, _solved, fit
from decompose.ask.likely import EVIDENCE, PRIOR, likely
from decompose.relate import relate
from tests.builders import facts


def shop(seed: int = 0, commits: int = 400) -> str:
    """Twelve modules in three packages; those of one package change together, and a and b of each nearly always."""
    draw = random.Random(seed)
    lines = [f"module shop.{p}.{m}" for p in "xyz" for m in "abcd"]
    for day in range(commits, 0, -1):
        package = draw.choice("xyz")
        touched = {"a", "b"} if draw.random() < 0.5 else {draw.choice("abcd"), draw.choice("cd")}
        lines.append(f"commit ann {day} " + " ".join(f"shop/{package}/{m}.py" for m in sorted(touched)))
    return "\n".join(lines)


def test_what_changed_with_it_comes_first_with_a_fitting_probability() -> None:
    model = fit(relate(facts(shop())))
    found = likely(model, [0])
    assert found[0].module == 1
    assert 0.5 < found[0].probability < 0.95
    assert model.fitted >= 30
    assert all(one.probability < 0.3 for one in found if one.module >= 4)


def test_probabilities_are_calibrated_on_what_comes_later() -> None:
    model = fit(relate(facts(shop(0))))
    later = relate(facts(shop(1))).changes
    said, came = 0.0, 0
    for touched in later:
        for seed in touched:
            found = likely(model, [seed])
            said += sum(one.probability for one in found)
            came += len(set(touched) - {seed})
    assert said == pytest.approx(came, rel=0.25)


@pytest.mark.parametrize("many", [1, 2])
def test_the_more_is_seen_of_a_change_the_less_is_left(many: int) -> None:
    """Changes of three modules of four; what is said of the others has to come true, however many are shown."""
    draw = random.Random(7)
    lines = [f"module shop.{p}.{m}" for p in "xyz" for m in "abcd"]
    days = [(draw.choice("xyz"), sorted(draw.sample("abcd", 3))) for _ in range(900)]
    lines += [f"commit ann {900 - i} " + " ".join(f"shop/{p}/{m}.py" for m in ms) for i, (p, ms) in enumerate(days)]
    relations = relate(facts("\n".join(lines)))
    model = fit(relations)
    said, came = 0.0, 0
    for touched in relations.changes:
        found = likely(model, list(touched[:many]))
        said += sum(one.probability for one in found)
        came += len(touched) - many
    assert said == pytest.approx(came, rel=0.35)


def test_parts_are_named_and_sum_up_to_the_log_odds() -> None:
    from math import exp

    for one in likely(fit(relate(facts(shop()))), [0]):
        assert len(one.parts) == len(EVIDENCE)
        assert one.probability == pytest.approx(1 / (1 + exp(-sum(one.parts))))


def test_the_loudest_seed_counts_and_seeds_are_not_named() -> None:
    model = fit(relate(facts(shop())))
    both = {one.module: one for one in likely(model, [0, 4])}
    assert 0 not in both
    assert 4 not in both
    assert both[1].seed == 0
    assert both[5].seed == 4


def test_without_history_the_code_speaks() -> None:
    model = fit(relate(facts("import shop.a -> shop.b : f\nmodule shop.c\nmodule other.z")))
    assert model.fitted == 0
    assert model.weights == PRIOR
    names = [str(model_module) for model_module in ("other.z", "shop.a", "shop.b", "shop.c")]
    ranked = [names[one.module] for one in likely(model, [names.index("shop.a")])]
    assert ranked[0] == "shop.b"


def test_the_solver_against_a_known_system() -> None:
    # [[4, 2], [2, 3]] x = [2, 5]
    assert _solved([[4.0], [2.0, 3.0]], [2.0, 5.0]) == pytest.approx([-0.5, 2.0])


def test_fitted_weights_recover_those_that_made_the_labels() -> None:
    from math import exp

    draw, truth = random.Random(3), (-1.0, 2.0, 0.0, 1.0, -1.5)
    examples = []
    for _ in range(20_000):
        values = (1.0, *(draw.random() for _ in truth[1:]))
        chance = 1 / (1 + exp(-sum(w * x for w, x in zip(truth, values, strict=True))))
        examples.append((values, float(draw.random() < chance), 1.0))
    assert _fitted(examples, [0.0] * 5) == pytest.approx(truth, abs=0.25)
