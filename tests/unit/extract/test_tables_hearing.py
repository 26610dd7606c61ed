"""What a deletion sends where somebody hears of the deletion of any row."""

import pytest

from tests.accesses import DJANGO, found


@pytest.mark.parametrize(
    ("listens", "op"),
    [
        ("@receiver(post_delete)\ndef heard(sender, **kwargs): ...", "read"),
        ("@receiver((post_save, pre_delete))\ndef heard(sender, **kwargs): ...", "read"),
        ("def ready():\n    post_delete.connect(print)", "read"),
        ("@receiver(post_delete, sender=Tag)\ndef heard(sender, **kwargs): ...", "write"),
        ("def ready():\n    post_delete.connect(print, Tag)", "write"),
        ("@receiver(post_save)\ndef heard(sender, **kwargs): ...", "write"),
    ],
)
def test_where_any_deletion_is_heard_rows_that_go_along_are_read_first(listens: str, op: str) -> None:
    app = (
        "from django.db.models.signals import post_delete, post_save, pre_delete\n"
        "from django.dispatch import receiver\nfrom shop.models import Order, Tag\n"
        f"{listens}\ndef drop(order: Order):\n    order.delete()\n"
    )
    accesses = found({"shop.models": DJANGO, "app": app}).accesses
    assert {one.op for one in accesses if one.via == "cascade" and one.function == "drop"} == {op}
