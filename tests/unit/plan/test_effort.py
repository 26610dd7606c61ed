import re
from pathlib import Path

from decompose.model.judgements import Form, RemedyKind
from decompose.plan.context.settled import MANY_READS
from decompose.plan.effort import LINES_PER_POINT, RATES
from decompose.plan.order import SETUP

DOC = Path(__file__).parents[3].joinpath("docs", "plan.md").read_text(encoding="utf-8")


def test_the_scale_in_the_documentation_is_the_one_in_use() -> None:
    shown = re.findall(r"^\| `(\w+)` \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", DOC, re.M)
    assert {kind: tuple(map(float, rates)) for kind, *rates in shown} == {
        kind.value: (rate.once, rate.name, rate.line) for kind, rate in RATES.items()
    }
    assert f"each {LINES_PER_POINT} lines" in DOC
    assert f"Setting up a service at all costs {SETUP[Form.SERVICE]:g} points, a library {SETUP[Form.LIBRARY]:g}" in DOC


def test_every_remedy_has_a_rate_and_none_is_negative() -> None:
    assert RATES.keys() == set(RemedyKind)
    assert all(min(rate.once, rate.name, rate.line) >= 0 for rate in RATES.values())


def test_what_a_growing_group_switches_to_costs_no_less() -> None:
    for few, many in [
        (RemedyKind.SYNC_API, RemedyKind.READ_MODEL),
        (RemedyKind.OUTBOX, RemedyKind.SAGA),
        (RemedyKind.SYNC_API, RemedyKind.VIEW),
    ]:
        assert RATES[few].once <= RATES[many].once
        assert RATES[few].name <= RATES[many].name
        assert RATES[few].line <= RATES[many].line
    assert MANY_READS > 1
