"""Properties that ask a table, asked of a row: calls of methods without a call."""

import pytest

from decompose.model.facts import CalledOn
from tests.accesses import found

MODELS = """
from django.db import models
class User(models.Model):
    name = models.CharField()
    @property
    def badge(self): return self.badges.first()
    @property
    def best(self): return best_of(self)
    @property
    def shown(self): return self.name.title()
    def again(self, other): return self.badge, other.badge
class Badge(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="badges")
class Order(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
def best_of(user): return user.badges.get(best=True)
"""


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("order.user.badge", ["User.badge"]),
        ("order.user.best", ["User.best"]),
        ("order.user.shown", []),
        ("order.user.name", []),
        ("[one.user.badge for one in Order.objects.all()]", ["User.badge"]),
    ],
)
def test_a_property_that_comes_to_a_table_is_called_on_a_row(asked: str, told: list[str]) -> None:
    text = f"from shop.models import Order\ndef f(order: Order):\n    return {asked}\n"
    calls = found({"shop.models": MODELS, "app": text}).calls
    mine = [one for one in calls if one.module.name == "app" and one.on is CalledOn.ROW]
    assert [one.callee for one in mine] == told
    assert {(*one.classes[0], one.result_used, one.in_loop) for one in mine} <= {
        (one.called, "User", True, "for" in asked) for one in mine
    }


def test_a_property_of_the_same_class_is_none() -> None:
    calls = found({"shop.models": MODELS}).calls
    assert not [one for one in calls if one.on is CalledOn.ROW and one.callee == "User.badge"]
