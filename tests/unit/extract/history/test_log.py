"""The bytes of `git log` -> its commits, and renames -> one name a file: both pure."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from decompose.extract.history.log import entries
from decompose.extract.history.renames import Rename, exact_renames, follow

META = b":100644 100644 " + b"a" * 40 + b" " + b"b" * 40 + b" M"
LOG = (
    b"\0".join(
        [
            b"1" * 40,
            b"2" * 40,
            b"17",
            b"Ann",
            b"ann@x",
            b"Subject\n\nbody\n",
            b"",
            b"\n" + META,
            b":odd\npath.py",
            META,
            b"b.py",
        ]
    )
    + b"\0"
    + b"\0".join([b"2" * 40, b"", b"junk", b"", b"", b"", b"", b""])
)


@given(st.integers(1, 200))
def test_chunks_may_be_cut_anywhere(size: int) -> None:
    found = list(entries(LOG[i : i + size] for i in range(0, len(LOG), size)))
    assert [(entry.sha[0], entry.parents, entry.time, entry.name) for entry in found] == [
        ("1", 1, 17, b"Ann"),
        ("2", 0, 0, b""),
    ]
    assert [path for _, path in found[0].changes] == [b":odd\npath.py", b"b.py"]
    assert found[1].changes == []


def test_a_message_without_end_is_not_held() -> None:
    huge = (b"x" * (1 << 20) for _ in range(64))
    found = list(entries((b"\0".join([b"1" * 40, b"", b"1", b"A", b"a", b""]), *huge, b"\0\0")))
    assert len(found) == 1
    assert len(found[0].message) <= 2 << 20


def test_a_truncated_log_gives_what_it_says() -> None:
    assert [entry.sha for entry in entries([LOG[:150]])] == ["1" * 40]
    assert list(entries([])) == []


def gone(path: bytes, blob: bytes) -> tuple[bytes, bytes]:
    return b":100644 000000 " + blob * 40 + b" " + b"0" * 40 + b" D", path


def come(path: bytes, blob: bytes) -> tuple[bytes, bytes]:
    return b":000000 100644 " + b"0" * 40 + b" " + blob * 40 + b" A", path


def test_equal_contents_pair_by_file_name_first() -> None:
    changes = [gone(b"x/a.py", b"1"), gone(b"x/b.py", b"1"), come(b"y/b.py", b"1"), come(b"y/c.py", b"1")]
    assert exact_renames(changes) == ([(b"x/b.py", b"y/b.py"), (b"x/a.py", b"y/c.py")], False)
    assert exact_renames([gone(b"a.py", b"1"), come(b"b.py", b"2")]) == ([], True)


def test_empty_files_pair_by_name_alone() -> None:
    empty = b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    lost = (b":100644 000000 " + empty + b" " + b"0" * 40 + b" D", b"a/__init__.py")
    new = (b":000000 100644 " + b"0" * 40 + b" " + empty + b" A", b"b/py.typed")
    assert exact_renames([lost, new]) == ([], True)


def follows(
    touches: list[tuple[int, int]], renames: list[Rename], kept: set[int], forwards: bool = False
) -> list[tuple[int, int]]:
    commits, files = array("I", [c for c, _ in touches]), array("I", [f for _, f in touches])
    return list(zip(*follow(commits, files, renames, kept, forwards), strict=True))


def test_a_chain_of_moves_ends_at_the_last_name() -> None:
    touches = [(0, 3), (1, 2), (1, 3), (2, 2), (3, 1), (3, 2), (4, 1)]
    moves = [Rename(2, 2, 3), Rename(4, 1, 2)]
    assert follows(touches, moves, {3}) == [(0, 3), (1, 3), (2, 3), (3, 3), (4, 3)]
    assert follows(touches, moves, {1}, forwards=True) == [(0, 1), (1, 1), (2, 1), (3, 1), (4, 1)]


def test_a_name_taken_again_is_another_file() -> None:
    # newest: 1 is edited; 1 is made anew; 1 moves to 2; 1 is edited
    touches = [(0, 1), (1, 1), (2, 1), (2, 2), (3, 1)]
    assert follows(touches, [Rename(3, 1, 2)], {1, 2}) == [(0, 1), (1, 1), (2, 1), (2, 2), (3, 2)]


def test_there_and_back_again() -> None:
    touches = [(0, 1), (0, 2), (1, 1), (1, 2), (2, 1)]
    assert {file for _, file in follows(touches, [Rename(1, 2, 1), Rename(2, 1, 2)], {1})} == {1}
