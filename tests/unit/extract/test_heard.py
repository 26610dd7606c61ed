"""Who hears of the rows of libraries' tables, which no module declares."""

from decompose.model.facts import Op
from tests.accesses import DJANGO, found

APP = """
from django.contrib.auth.models import Group, User
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from shop.models import Order, Tag
def heard(signal, sender):
    def decorator(func):
        def wrapped(*args, **kwargs):
            return func(*args, **kwargs)
        signal.connect(wrapped, sender=sender)
        return wrapped
    return decorator
@receiver(pre_delete, sender=Group)
@receiver(post_save, sender=Order)
def gone(sender, instance, **kwargs): ...
@heard(post_save, User)
@heard(post_delete, Order)
def renamed(instance, **kwargs):
    instance.tags.all().delete() if isinstance(instance, Order) else None
def late(instance, **kwargs): ...
post_save.connect(late, sender=Group)
"""


def test_receivers_of_libraries_rows_are_told_by_function_and_line() -> None:
    done = found({"shop.models": DJANGO, "app": APP})
    assert [(one.line, one.function, str(one.table), one.model, one.signal) for one in done.heard] == [
        (13, "gone", "auth_group", "Group", "pre_delete"),
        (16, "renamed", "auth_user", "User", "post_save"),
        (21, "late", "auth_group", "Group", "post_save"),
    ]


def test_a_decorator_of_the_projects_own_gives_a_row_of_the_sender() -> None:
    done = found({"shop.models": DJANGO, "app": APP})
    assert ("labels", 19) in {(str(one.table), one.line) for one in done.accesses if one.op is Op.WRITE}
