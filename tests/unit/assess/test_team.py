from decompose.assess import team_walls
from decompose.model.judgements import WallKind
from decompose.model.names import Module
from decompose.pipeline import Options, _between
from decompose.relate import relate
from tests.builders import facts, partition

CUT = partition("orders: shop.orders shop.lines\nbilling: shop.billing")


def walls(history: str, roots: tuple[Module, ...] = ()) -> list[tuple[WallKind, str]]:
    from decompose.assess.blast import blast_radius

    found = facts("module shop.orders 9\nmodule shop.lines 9\nmodule shop.billing 9\n" + history)
    relations = relate(found)
    blast = blast_radius(relations, CUT, _between(relations, CUT, Options().relate))
    return [(wall.kind, wall.subject) for wall in team_walls(found, blast, roots)]


def _day(day: int) -> str:
    return f"commit {'ann' if day % 2 else 'bob'} {day} shop/orders.py\n"


def test_people_who_often_change_a_module_within_days_of_each_other_are_a_wall() -> None:
    assert (WallKind.COLLISIONS, "shop.orders") in walls("".join(map(_day, range(30, 0, -1))))


def test_in_settings_and_urls_everybody_adds_a_line() -> None:
    assert not walls("".join(map(_day, range(30, 0, -1))), (Module("shop.orders"),))


def test_people_who_keep_apart_are_none() -> None:
    assert not walls("".join(_day(20 * day) for day in range(30, 0, -1)))
