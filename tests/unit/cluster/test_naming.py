from decompose.cluster.naming import name_groups


def test_a_name_is_what_a_group_has_and_others_lack():
    groups = [["p.api.orders", "p.db.orders", "p.orders.rules"], ["p.api.users", "p.db.users"]]
    assert name_groups(groups) == ("orders", "users")


def test_names_are_unique_and_never_empty():
    groups = [["a1"], ["p.x"], ["q.x"], ["x"]]
    assert len({*name_groups(groups)} - {""}) == 4


def test_an_earlier_name_stays_with_the_majority():
    assert (
        name_groups([["p.x.a", "p.x.b"], ["p.y.a"]], {"shop": frozenset({"p.x.a", "p.x.b", "p.x.gone"})})[0] == "shop"
    )


def test_words_of_any_language():
    assert name_groups([["магазин.заказы.модель", "магазин.заказы.вид"]]) == ("заказы",)
