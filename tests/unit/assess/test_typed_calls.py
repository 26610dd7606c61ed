"""Who calls whom is told in one order, whatever the hash seed."""

from decompose.assess.calls import typed
from decompose.model.columns import columns
from decompose.model.facts import Call, Facts, Project
from decompose.model.names import Module


def test_what_a_function_calls_stands_in_the_order_of_names() -> None:
    shop = Module("shop")
    names = [f"step_{number}" for number in range(9)]
    made = [Call(shop, "run", shop, name, number) for number, name in enumerate(reversed(names))]
    found = typed(Facts(Project("shop"), calls=columns(Call, made)))
    assert found.calls[shop, "run"] == tuple((shop, name) for name in names)
