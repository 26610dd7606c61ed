"""A base class with many classes below it, as a framework of a project's own has them."""

import pytest

from tests.accesses import found

MODELS = """
    from django.db import models
    class Shop(models.Model):
        pass
    {models}
"""
BASE = """
    class ListView:
        queryset = None
        def get(self):
            return list(self.queryset.all())
    class Form:
        def save(self):
            return self.Meta.model.objects.count()
"""
COUNT = 70


def read_by(views: str) -> set[str]:
    """The tables that the module of the base class reads."""
    names = [f"Part{number}" for number in range(COUNT)]
    models = "\n    ".join(f"class {name}(models.Model):\n        pass" for name in names)
    lines = "\n".join(views.format(name=name) for name in names)
    text = f"from app.base import Form, ListView\nfrom app import models\n{lines}\n"
    files = {"app.models": MODELS.format(models=models), "app.base": BASE, "app.views": text}
    return {one.table.name for one in found(files).accesses if one.module.name == "app.base"}


@pytest.mark.parametrize(
    "views",
    [
        "class {name}View(ListView):\n    queryset = models.{name}.objects.all()",
        "class {name}Form(Form):\n    class Meta:\n        model = models.{name}",
    ],
)
def test_a_method_is_evaluated_for_each_of_many_classes_that_say_of_which_table_they_are(views: str) -> None:
    assert read_by(views) == {f"app_part{number}" for number in range(COUNT)}
