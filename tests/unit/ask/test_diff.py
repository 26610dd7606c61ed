import pytest
from sklearn.metrics import adjusted_rand_score

from decompose.ask.diff import a2a, ari, difference, mojofm

OLD = dict(zip("abcdefgh", "11122233", strict=True))


def test_the_same_is_the_same_whatever_the_names():
    renamed = {name: f"x{group}" for name, group in OLD.items()}
    found = difference(OLD, renamed)
    assert (found.mojofm, found.a2a, found.ari, found.moved) == (100, 100, 1, ())
    assert found.same == (("1", "x1"), ("2", "x2"), ("3", "x3"))


def test_one_move_is_one_move():
    found = difference(OLD, OLD | {"c": "2"})
    assert found.moved == (("c", "1", "2"),)
    assert found.mojofm == pytest.approx(100 * (1 - 1 / 5), abs=0.001)


def test_a_boundary_that_became_none_is_where_its_name_is():
    before = dict.fromkeys("abc", "1") | {"d": "2"}
    found = difference(before, dict.fromkeys("abcd", "2"))
    assert (found.same, found.moved) == ((("1", "2"),), ())


def test_what_only_one_side_has():
    found = difference({"a": "1", "b": "1"}, {"b": "1", "c": "1"})
    assert (found.gone, found.new, found.moved) == (("a",), ("c",), ())


def test_what_has_nothing_in_common_is_not_alike():
    found = difference({"a": "1", "b": "2"}, {"b": "1", "c": "2", "d": "3"})
    assert (found.common, found.mojofm, found.ari) == (1, None, None)
    assert difference(OLD, OLD).common == 8


def test_ari_is_that_of_scikit_learn():
    new = dict(zip("abcdefgh", "12312312", strict=True))
    assert ari(OLD, new) == pytest.approx(adjusted_rand_score(list(OLD.values()), list(new.values())))


def test_nothing_at_all():
    assert (mojofm({}, {}), a2a({}, {}), ari({}, {})) == (100, 100, 1)
