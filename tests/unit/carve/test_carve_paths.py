"""Paths that code computes from `__file__` reach what they reached, wherever either of them has gone."""

import pytest

from decompose.carve import Carving
from tests.carving import carved

TREE = """
--- conf/__init__.py
--- a/__init__.py
--- a/b/__init__.py
--- a/b/d.json
{}
--- a/b/data/e.json
{}
--- a/b/f.py
--- a/shop/__init__.py
--- a/shop/templates/x.html
<p>
--- a/g.py
"""


def moved(path: str, code: str, names: str, into: str = "") -> tuple[str, str, Carving]:
    """(where the file is after the move, its text, the carving)."""
    files, carving = carved(f"{TREE}--- {path}\n{code}\n", names, into=into, face=False)
    new = {old: new for commit in carving.commits for old, new in commit.moves}.get(path, path)
    return new, files[new].rstrip("\n"), carving


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = Path(__file__).parent.parent / 'y'", "x = Path(__file__).parent.parent.parent / 'y'"),
        ("x = Path(__file__).resolve().parents[1]", "x = Path(__file__).resolve().parents[1].parent"),
        ("x = dirname(dirname(__file__))", "x = dirname(dirname(dirname(__file__)))"),
        ("x = abspath(dirname(dirname(__file__)))", "x = abspath(dirname(dirname(dirname(__file__))))"),
        ("x = str(Path(__file__).parent)", "x = str(Path(__file__).parent.parent)"),
        ("x = join(dirname(__file__), '..', 'y')", "x = join(dirname(dirname(__file__)), '..', 'y')"),
        ("x = open(__file__)", "x = open(__file__)"),
    ],
)  # fmt: skip
def test_a_moved_file_climbs_as_far_as_it_must(before: str, after: str) -> None:
    assert moved("a/c.py", before, "a.c")[1] == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "x = os.path.join(os.path.dirname(__file__), 'd.json')",
            'x = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "a", "b", \'d.json\')',
        ),
        ("x = Path(__file__).parent / 'd.json'", 'x = Path(__file__).parent.parent.parent / "a" / "b" / \'d.json\''),
        (
            "x = Path(__file__).parent.joinpath('data', y)",
            'x = Path(__file__).parent.parent.parent.joinpath("a", "b").joinpath(\'data\', y)',
        ),
        ("HERE = Path(__file__).parent", 'HERE = Path(__file__).parent.parent.parent.joinpath("a", "b")'),
        (
            "x = os.path.dirname(__file__) + y",
            'x = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "a", "b") + y',
        ),
        ("x = f(dirname(__file__))", 'x = f((dirname(dirname(dirname(__file__))) + "/a/b"))'),
    ],
)
def test_a_moved_file_finds_the_folder_that_it_has_left(before: str, after: str) -> None:
    path, text, carving = moved("a/b/c.py", before, "a.b.c", into="z.y")
    assert (path, text) == ("z/y/c.py", after)
    assert not carving.unfollowed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = Path(__file__).parent.parent / 'a' / 'b' / 'd.json'", "'a' / 'sales' / 'd.json'"),
        ("x = join(dirname(dirname(__file__)), 'a/b/data/', y)", "'a/sales/data/', y)"),
        ("BASE = Path(__file__).parent.parent\nT = [BASE / 'a' / 'b' / 'data']", "[BASE / 'a' / 'sales' / 'data']"),
        (
            "BASE = dirname(dirname(abspath(__file__)))\nAPPS = join(BASE, 'a')\nT = join(APPS, 'b', 'locale')",
            "T = join(APPS, 'sales', 'locale')",
        ),
        ("x = Path(__file__).parent.parent / 'a' / 'shop'", "'a' / 'shop'"),
        ("BASE = Path(__file__).parent.parent\nBASE = y\nT = BASE / 'a' / 'b'", "T = BASE / 'a' / 'b'"),
    ],
)
def test_a_file_that_stays_finds_what_has_moved(before: str, after: str) -> None:
    _, text, carving = moved("conf/settings.py", before, "a.b a.b.f")
    assert text.endswith(after)
    assert text.splitlines()[:-1] == before.splitlines()[:-1]
    assert not carving.unfollowed


def test_what_moves_into_a_common_package_is_found_below_it() -> None:
    _, text, _ = moved("conf/settings.py", "B = Path(__file__).parent.parent\nT = B / 'a' / 'b'", "a.b a.b.f a.g")
    assert text.endswith("T = B / 'a' / 'sales/b'")


def test_paths_inside_a_moved_package_stay() -> None:
    code = "x = Path(__file__).parent / 'd.json'\ny = join(dirname(__file__), 'data', z)"
    path, text, carving = moved("a/b/c.py", code, "a.b a.b.c a.b.f")
    assert (path, text) == ("a/sales/c.py", code)
    assert not carving.unfollowed


def test_two_that_move_apart_find_each_other() -> None:
    code = "x = Path(__file__).parent / 'shop' / 'templates'"
    assert moved("a/c.py", code, "a.c a.shop")[1] == code  # both below a.sales
    files, _ = carved(f"{TREE}--- a/c.py\n{code}\n", "a.shop", "web", face=False)
    assert files["a/c.py"] == "x = Path(__file__).parent / 'web' / 'templates'\n"


def test_a_folder_that_others_have_left_too_is_listed() -> None:
    _, _, carving = moved("a/b/c.py", "\nx = Path(__file__).parent / y", "a.b.c a.b.f", into="z")
    assert [(lost.kind, lost.path, lost.line) for lost in carving.unfollowed] == [("file_path", "a/b/c.py", 2)]


def test_constants_that_cannot_be_spelled_anew_are_listed() -> None:
    code = "x = Path(__file__).parent.parent / 'a' / '\\x62' / 'd.json'"
    _, text, carving = moved("conf/settings.py", f"# a/b\n{code}", "a.b a.b.f")
    assert text.endswith(code)
    assert [(lost.kind, lost.line) for lost in carving.unfollowed] == [("file_path", 2)]


@pytest.mark.parametrize(
    "code",
    [
        "x = files(__package__) / 'd.json'",
        "x = pkgutil.get_data(__name__, 'd.json')",
        "app = Flask(__name__)",
        "bp = Blueprint('c', __name__,\n    template_folder='data')",
    ],
)
def test_what_a_module_reads_from_beside_it_by_its_own_name_is_listed(code: str) -> None:
    _, _, carving = moved("a/b/c.py", f"\n{code}", "a.b.c")
    assert [(lost.kind, lost.path, lost.line, lost.blocks) for lost in carving.unfollowed] == [
        ("file_path", "a/b/c.py", 2, True)
    ]
    assert not moved("a/b/c.py", f"\n{code}", "a.b a.b.c a.b.f")[2].unfollowed  # what it reads comes along


def test_a_blueprint_without_folders_reads_nothing() -> None:
    assert not moved("a/b/c.py", "bp = Blueprint('c', __name__)", "a.b.c")[2].unfollowed
