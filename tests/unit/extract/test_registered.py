"""Functions that are registered for the name of a model, which are given its rows."""

from tests.accesses import DJANGO, found


def of(text: str) -> dict[str, set[str]]:
    """{function: {"op table"}} of a module beside the shop's."""
    by_function: dict[str, set[str]] = {}
    for one in found({"shop.models": DJANGO, "app": text}).accesses:
        if one.module.name == "app":
            by_function.setdefault(one.function, set()).add(f"{one.op} {one.table}")
    return by_function


def test_what_is_registered_for_the_name_of_a_model_is_given_its_rows() -> None:
    found_in = of("""
        EXPORTS = {}
        def register_export(name, function):
            EXPORTS[name] = function
        def register(name, form):
            return lambda function: function
        def lines(instance):
            return [tag.name for tag in instance.tags.all()]
        register_export("shop.order", lines)
        @register("shop.customer", "csv")
        def late(row, extra=None):
            return row.orders.count()
        @register("shop.customer", "csv")
        def typed(row: dict):
            return row.orders.count()
        def export(name, row):
            return EXPORTS[name](row)
    """)
    assert found_in == {"lines": {"read labels", "read shop_order_tags"}, "late": {"read shop_order"}}
