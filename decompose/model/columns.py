"""Many records of one kind, kept as one compact array a field; the records themselves are views made on demand."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Annotated, Any, Generic, TypeVar, get_type_hints, overload

__all__ = ["Columns", "Growing", "Index", "columns"]

T = TypeVar("T")

Index = Annotated[int, "I"]  # a field of this type is a number under 2**32, at 4 bytes

_TYPECODES = {int: "q", float: "d", Index: "I"}

_FEW = 1 << 21  # records that are kept once built: most stages go over all, and building one takes a microsecond

# A column is its codes and what they stand for: for numbers the codes are the values and the pool is None.
_Column = tuple["array[Any]", tuple[Any, ...] | None]


class Columns(Sequence[T], Generic[T]):
    """An immutable sequence of records `T` (a frozen dataclass): 4 or 8 bytes a field, each distinct value held once.

    `rows[3]` and iteration build records, which are kept where they are few; `codes(name)` gives the raw column to
    loops that cannot afford that.
    """

    __slots__ = ("_columns", "_length", "_record", "_rows")

    def __init__(self, record: type[T], data: tuple[_Column, ...], length: int) -> None:
        self._record, self._columns, self._length = record, data, length
        self._rows: list[T] | None = None

    def __reduce__(self) -> tuple[object, ...]:
        return Columns, (self._record, self._columns, self._length)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> "Columns[T]": ...
    def __getitem__(self, index: int | slice) -> "T | Columns[T]":
        if isinstance(index, slice):
            cut = tuple((codes[index], pool) for codes, pool in self._columns)
            return Columns(self._record, cut, len(range(self._length)[index]))
        if not -self._length <= index < self._length:
            raise IndexError(index)
        if self._rows is not None:
            return self._rows[index]
        return self._record(*(codes[index] if pool is None else pool[codes[index]] for codes, pool in self._columns))

    def __iter__(self) -> Iterator[T]:
        if self._rows is not None:
            return iter(self._rows)
        if not self._length:
            return iter(())
        made = map(
            self._record, *(codes if pool is None else map(pool.__getitem__, codes) for codes, pool in self._columns)
        )
        if self._length > _FEW:
            return made
        self._rows = list(made)
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Columns):
            return NotImplemented
        return (
            self._record is other._record
            and len(self) == len(other)
            and all(a == b for a, b in zip(self, other, strict=True))
        )

    __hash__ = None  # type: ignore[assignment]  # a bulk value is never a key

    def __repr__(self) -> str:
        return f"<{self._length} x {self._record.__name__}>"

    def codes(self, name: str) -> _Column:
        """The raw column of field `name`: its codes, and the pool that they index (None where codes are the values)."""
        return self._columns[[field.name for field in fields(self._record)].index(name)]  # type: ignore[arg-type]

    @property
    def record(self) -> type[T]:
        return self._record


class Growing(Generic[T]):
    """`Columns` in the making: a record at a time, each packed at once."""

    __slots__ = ("_columns", "_length", "_record", "_values")

    def __init__(self, record: type[T]) -> None:
        hints = get_type_hints(record, include_extras=True)
        names = [field.name for field in fields(record)]  # type: ignore[arg-type]
        self._record, self._length = record, 0
        self._columns: list[tuple[array[Any], dict[Any, int] | None]] = [
            (array(_TYPECODES.get(hints[name], "I")), None if hints[name] in _TYPECODES else {}) for name in names
        ]
        self._values = attrgetter(*names, names[0])  # of two fields or more it gives a tuple

    def __len__(self) -> int:
        return self._length

    def append(self, row: T) -> None:
        self._length += 1
        for (codes, pool), value in zip(self._columns, self._values(row), strict=False):
            codes.append(value if pool is None else pool.setdefault(value, len(pool)))

    def columns(self) -> Columns[T]:
        data = tuple((codes, None if pool is None else tuple(pool)) for codes, pool in self._columns)
        return Columns(self._record, data, self._length)


def columns(record: type[T], rows: Iterable[T] = ()) -> Columns[T]:
    """Pack `rows`, in the order given: `int` fields of 64 bits, `float` fields as doubles, all others hashable."""
    growing = Growing(record)
    for row in rows:
        growing.append(row)
    return growing.columns()
