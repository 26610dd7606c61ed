"""What the observer of running applications reads from a statement."""

import sys
from types import FrameType

from benchmarks.observe import Observer, tables_in


def test_a_statement_writes_its_target_and_reads_the_rest() -> None:
    sql = (
        'UPDATE "toy" SET "a" = 1 WHERE "id" IN (SELECT U0."id" FROM "toy" U0 INNER JOIN "maker" U1 ON (U0.m = U1.id))'
    )
    assert list(tables_in(sql)) == [("toy", "write", "target"), ("toy", "read", "sub"), ("maker", "read", "sub")]


def test_joined_tables_are_told_from_the_first() -> None:
    sql = 'SELECT COUNT(*) FROM "toy" LEFT OUTER JOIN "maker" ON ("toy"."m" = "maker"."id")'
    assert list(tables_in(sql)) == [("toy", "read", "from"), ("maker", "read", "join")]


def test_a_lazy_object_on_the_stack_is_left_asleep() -> None:
    class Lazy:
        @property
        def __class__(self) -> type:  # as django.utils.functional.SimpleLazyObject has it
            raise AssertionError("it sent a statement")

        def frame(self) -> FrameType:
            return sys._getframe()

    assert Observer(("shop",)).declares(Lazy().frame()) == ""
