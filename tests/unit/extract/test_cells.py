"""A cell remembers who reads it: nobody, one, or several in the order in which they came."""

from decompose.extract.types import Cell


def test_readers_are_kept_in_their_order_and_once() -> None:
    cell = Cell()
    assert cell.readers_of() == ()
    for unit in ("a", "b", "a", "c", "b"):
        cell.read_by(unit)
    assert cell.readers_of() == ("a", "b", "c")


def test_one_reader_is_no_collection() -> None:
    cell = Cell()
    cell.read_by("a")
    cell.read_by("a")
    assert cell.readers_of() == ("a",)
