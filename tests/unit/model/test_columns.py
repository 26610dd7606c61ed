"""Columns: many records of one kind, as compact arrays."""

import pickle
from dataclasses import dataclass

from decompose.model.columns import Columns, columns


@dataclass(frozen=True)
class Row:
    name: str
    line: int


def test_records_are_built_once_where_there_are_few() -> None:
    rows = columns(Row, [Row("a", 1), Row("b", 2), Row("a", 3)])
    first, second = list(rows), list(rows)
    assert first == [Row("a", 1), Row("b", 2), Row("a", 3)]
    assert all(one is other for one, other in zip(first, second, strict=True))
    assert rows[1] is first[1]
    assert rows[-1] is first[2]


def test_what_is_built_is_not_pickled() -> None:
    rows: Columns[Row] = columns(Row, [Row("a", 1), Row("b", 2)])
    before = pickle.dumps(rows, 5)
    assert list(rows) == list(pickle.loads(before))
    assert pickle.dumps(rows, 5) == before
