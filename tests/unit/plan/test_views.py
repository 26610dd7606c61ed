"""One address that several remedies give."""

from decompose.model.judgements import Remedy
from decompose.model.names import Boundary
from decompose.plan.cut.views import asked_by_several

ME, SUMO, WIKI, KPI = (Boundary(name) for name in ("up_load", "sumo", "wiki", "kpi"))


def remedy(id: str, other: Boundary, sketch: str) -> Remedy:
    return Remedy(id, "", (), (ME, other), (), sketch, ())


def test_an_address_that_several_ask_has_one_view() -> None:
    asked = [
        remedy("a", SUMO, "GET  /up-load/image?locale=&title= -> [{id}]\n  the key"),
        remedy("b", WIKI, "1. ids\n2. x\nGET  /up-load/image?ids= -> [{id}]"),
        remedy("c", WIKI, "GET  /up-load/image?ids=... -> [{id}]"),
        remedy("d", KPI, "GET  /up-load/image/{id} -> {id}"),
        remedy("e", KPI, "GET  /kpi/row -> {id}\nPOST /up-load/count {}"),
        remedy("f", WIKI, "GET  /kpi/row -> {id}\nGET  /up-load/count -> 1"),
        remedy("g", KPI, "GET  /up-load/image -> [{id}]"),
    ]
    assert list(asked_by_several(ME, asked)) == [
        "one view answers each address that several remedies open, by all their filters, with all their fields: "
        "GET /up-load/image for kpi, sumo (by locale, title) and wiki (by ids)"
    ]
    assert not list(asked_by_several(ME, asked[:1]))
    assert not list(asked_by_several(SUMO, asked))
