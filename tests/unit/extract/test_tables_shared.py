"""Lines of a base of many classes: what they do for those on which somebody is seen to call them."""

import pytest

from decompose.model.facts import Confidence
from tests.accesses import found

MANY = """
    from django.db import models
    from django.db.models.deletion import Collector
    class Saved(models.Model):
        class Meta:
            abstract = True
        def save(self, *args, **kwargs):
            super().save(*args, **kwargs)
        def delete(self, *args, **kwargs):
            self.close()
            super().delete(*args, **kwargs)
        def close(self):
            self.save()
        def purge(self):
            collector = Collector(using="default")
            collector.collect([self])
            collector.delete()
    class Note(models.Model):
        on = models.ForeignKey("shop.Model0", on_delete=models.CASCADE)
""" + "".join(f"    class Model{number}(Saved):\n        pass\n" for number in range(20))


@pytest.mark.parametrize(
    ("line", "shared"),
    [
        ("Model3().save()", {"Saved.save:8 write shop_model3"}),
        ("Model3.objects.get().close()", {"Saved.save:8 write shop_model3"}),
        ("Model3.objects.get().delete()", {"Saved.save:8 write shop_model3", "Saved.delete:11 write shop_model3"}),
        (
            "Model0.objects.get().delete()",  # whose notes go along, unseen
            {"Saved.save:8 write shop_model0", "Saved.delete:11 write shop_model0", "Saved.delete:11 write shop_note"},
        ),
        ("Model3.objects.get().purge()", {"Saved.purge:17 write shop_model3"}),
        ("Model3.objects.all().delete()", set()),
    ],
)
def test_a_line_that_many_tables_share_touches_those_that_it_is_called_for(line: str, shared: set[str]) -> None:
    facts = found({"shop.models": MANY, "app": f"from shop.models import *\ndef run():\n    {line}\n"})
    assert {f"{one.function}:{one.line} {one.op} {one.table}" for one in facts.shared} == shared
    assert {one.via for one in facts.shared} <= {"shared"}
    assert Confidence.CERTAIN not in {one.confidence for one in facts.shared}
    assert "shop.models" not in {one.module.name for one in facts.accesses}  # of which something is concluded


def test_a_base_of_few_tables_touches_them_itself() -> None:
    few = MANY.replace("Model0", "Model1").partition("    class Model9")[0]
    facts = found({"shop.models": few, "app": "from shop.models import *\ndef run():\n    Model3().save()\n"})
    assert not facts.shared
    assert "shop.models" in {one.module.name for one in facts.accesses}
