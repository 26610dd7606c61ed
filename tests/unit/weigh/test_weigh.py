from collections import Counter
from dataclasses import replace
from math import sqrt
from statistics import mean

import grimp
import pytest

from decompose.model.facts import Origin
from decompose.model.relations import Relations
from decompose.weigh import WeighOptions, weigh, words
from decompose.weigh.names import roles
from tests.builders import facts
from tests.graphs import importing

PLAIN = WeighOptions(names=0, hubs=0)


def test_more_names_bind_more():
    ties = weigh(importing("p.a>p.b:x,y,z p.c>p.d:x"), PLAIN).ties
    assert ties[0].imports == 2 * ties[1].imports


def test_an_import_of_all_names_is_one_name_however_many_are_used() -> None:
    all_of_it = importing("p.a>p.b:* p.c>p.d:x")
    found = facts("use p.a:f -> p.b:x\nuse p.a:f -> p.b:y")
    known = replace(all_of_it, facts=replace(all_of_it.facts, uses=found.uses))
    ties = weigh(known, PLAIN).ties
    assert ties[0].imports == ties[1].imports


def test_what_a_framework_has_in_each_database_is_no_node():
    found = facts("read p.a:f django_site\nread p.b:f django_site\ntable django_site in :\ntable auth_user in :")
    found = replace(found, tables=tuple(replace(one, origin=Origin.FRAMEWORK) for one in found.tables))
    assert [table.name for table in weigh(Relations(found, grimp.ImportGraph()), PLAIN).tables] == ["auth_user"]
    own = replace(found, tables=tuple(replace(one, origin=Origin.OWN) for one in found.tables))
    assert len(weigh(Relations(own, grimp.ImportGraph()), PLAIN).tables) == 2, (
        "by another's name it is the project's own"
    )


def test_hubs_are_damped():
    facts = importing("p.a>p.hub:x p.b>p.hub:x p.c>p.hub:x p.d>p.hub:x p.e>p.f:x")
    weights = {(tie.a, tie.b): tie.weight for tie in weigh(facts, PLAIN).ties}
    assert weights[0, 6] * 2 == weights[4, 5]


def test_ties_of_what_is_tied_to_much_are_damped_by_the_root_of_degrees():
    facts = importing("p.a>p.b:x p.c>p.b:x,y p.c>p.d:x p.e>p.d:x,y,z")
    plain, half, full = (list(weigh(facts, WeighOptions(names=0, hubs=hubs)).ties) for hubs in (0, 0.5, 1))
    degree = Counter[int]()
    for tie in plain:
        degree[tie.a] += tie.weight
        degree[tie.b] += tie.weight
    for one, two, three in zip(plain, half, full, strict=True):
        product = degree[one.a] * degree[one.b] / mean(degree.values()) ** 2
        assert two.weight == pytest.approx(one.weight / product**0.25)
        assert three.weight == pytest.approx(one.weight / product**0.5)
        assert two.imports == two.weight


def test_a_key_binds_like_a_write_and_less_the_more_tables_refer_to_its_target():
    found = facts("""
        module  shop.orders
        table   orders_order in shop.orders: id primary
        table   users_user in shop.orders: id primary
        table   orders_note in shop.orders: id primary
        table   orders_line in shop.orders: id primary, user_id, second_id
        fk      orders_line.user_id -> users_user
        fk      orders_line.second_id -> users_user
        fk      orders_order.user_id -> users_user
        fk      orders_note.user_id -> users_user
        fk      users_user.parent_id -> users_user
        fk      orders_note.order_id -> orders_order
        write   shop.orders:place orders_order
    """)
    graph = weigh(Relations(found, grimp.ImportGraph()), WeighOptions(imports=0, names=0, hubs=0))
    names = [*(module.name for module in graph.modules), *(table.name for table in graph.tables)]
    weights = {frozenset((names[tie.a], names[tie.b])): tie.tables for tie in graph.ties}
    alone = weights[frozenset(("orders_note", "orders_order"))]
    for table in ("orders_line", "orders_note", "orders_order"):  # three tables, by however many keys
        assert weights[frozenset((table, "users_user"))] == pytest.approx(alone / sqrt(3))
    written = weights[frozenset(("shop.orders", "orders_order"))] - weights[frozenset(("shop.orders", "orders_note"))]
    assert written == pytest.approx(alone)  # beyond its declaration


def test_evidence_can_be_switched_off():
    assert not weigh(importing("p.a>p.b:x"), WeighOptions(imports=0, names=0)).ties


def test_nothing_gives_nothing():
    assert weigh(importing("")).modules == ()


def test_words_of_names():
    assert words("shop.OrderLine_v2.HTTPServer") == {"shop", "order", "line", "v", "http", "server"}
    assert words("größe.заказ") == {"größe", "заказ"}


LIKE = [f"{app}.{role}" for app in ("sites", "racks", "links", "users") for role in ("forms", "models")]


def test_a_role_names_a_child_of_most_packages():
    assert roles([*LIKE, "links.cable", "users.cable"]) == {"forms", "models"}
    assert roles([f"shop.{name}" for name in LIKE]) == {"forms", "models"}
    assert roles(LIKE[:6]) == frozenset()  # three packages are like each other by chance
    assert roles([]) == frozenset()


def test_roles_are_looked_for_in_what_holds_most_of_the_program():
    graphql = [f"shop.graphql.{app}.{role}" for app in ("a", "b", "c", "d") for role in ("schema", "types")]
    assert roles([*graphql, "shop.orders.handlers", "shop.users.handlers"]) == {"schema", "types"}
    assert roles([*graphql, *(f"shop.orders.{i}" for i in range(9))]) == frozenset()


def test_layers_of_one_feature_are_no_roles():
    """As in a program of which one package holds handlers and objects, each with a module for each feature."""
    handlers = [f"p.handlers.{feature}" for feature in ("inventory", "usage", "trait")]
    assert roles([*handlers, *(name.replace("handlers", "objects") for name in handlers)]) == frozenset()


def test_a_role_binds_nobody():
    """Four forms change together, as those of four features may; but that they are forms says nothing of a feature."""
    facts = importing(" ".join([*LIKE, "sites.forms>racks.forms:x", "links.forms>users.forms:x"]))
    graph = weigh(facts)
    bound = {frozenset((graph.modules[t.a].name, graph.modules[t.b].name)) for t in graph.ties if t.names}
    assert frozenset(("sites.forms", "links.forms")) not in bound


def test_a_large_package_ties_a_module_to_all_of_it_and_not_to_its_neighbours_by_name():
    inner = [f"{part}.m{i:02}" for part, size in (("a", 40), ("c", 5), ("d", 40)) for i in range(size)]
    drawn = " ".join(f"p.big.{one}>p.big.{inner[0]}:x" for one in (*inner[1:], "b"))
    others = " ".join(f"p.o{i}>p.o{i + 200}:x" for i in range(200))
    graph = weigh(importing(f"{drawn} {others}"), WeighOptions(hubs=0))
    names = [module.name for module in graph.modules]
    lone = names.index("p.big.b")
    near = {names[tie.a + tie.b - lone]: tie.names for tie in graph.ties if lone in (tie.a, tie.b) and tie.names}
    assert sum(w for name, w in near.items() if name.startswith("p.big.c.")) < 0.15 * sum(near.values())


def test_names_that_are_no_text_have_an_order_too():
    weigh(importing(" ".join(f"p.\udc80{i}>p.b:x" for i in range(30))))
