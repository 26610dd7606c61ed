"""Bad input gets a clear message, and the rest is still analysed."""

import os
import socket
import sys
from pathlib import Path

import pytest

from decompose.errors import InputError
from decompose.extract import ExtractOptions, extract
from decompose.extract.parse import LARGEST
from decompose.model.facts import Facts
from tests.repositories import committed

READABLE = {("shop.orders", "shop.pay"), ("shop.orders", "shop.stock"), ("shop.pay", "shop.stock")}


def read(folder: Path) -> Facts:
    return extract(folder, ExtractOptions())


def edges(facts: Facts) -> set[tuple[str, str]]:
    return {(str(one.importer), str(one.imported)) for one in facts.imports}


def problems(facts: Facts) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for problem in facts.problems:
        told.setdefault(problem.file, []).append(problem.message)
    return told


FILES = {
    "Python 2": (b"import shop.stock\nprint 'x'\nexcept_ = `1`\n", "written for Python 2.7"),
    "a template": (b"import shop.stock\nimport {{ name }}\n{% if x %}\n", "cannot be read"),
    "truncated": (b"import shop.stock\ndef f(:\n    x = call(1,", "cannot be read"),
    "type parameters": (b"import shop.stock\ntype A[T] = list[T]\nclass B[T]: pass\n", "written for Python 3.12"),
    "an f-string": (b'import shop.stock\nx = f"{a["b"]}"\n', "written for Python 3.12"),
    "unbracketed exceptions": (b"import shop.stock\ntry: pass\nexcept A, B: pass\n", "written for Python 3.14"),
    "not UTF-8": (b"import shop.stock\nx = '\xe9'\n", "is not utf-8: read as latin-1"),
    "a coding line": (b"# coding: latin-1\nimport shop.stock\nx = '\xe9'\n", ""),
    "a wrong coding line": (b"# coding: klingon\nimport shop.stock\n", "is not klingon: read as utf-8"),
    "null bytes": (b"import shop.stock\nx = '\0'\n", "null bytes"),
    "a BOM": (b"\xef\xbb\xbfimport shop.stock\n", ""),
    "UTF-16": ("\ufeffimport shop.stock\n".encode("utf-16-le"), "utf-16"),
    "mixed line ends": (b"x = 1\r\ny = 2\rimport shop.stock\n", ""),
    "50,000 lines": (b"x = 1\n" * 49_999 + b"import shop.stock\n", ""),
    "5,000 deep": (b"import shop.stock\nx = " + b"1 + " * 5_000 + b"1\n", "nested too deeply"),
    "5,000 brackets": (b"import shop.stock\nx = " + b"(" * 5_000 + b")" * 5_000 + b"\n", "cannot be read"),
    "a conflict": (b"import shop.stock\n<<<<<<< ours\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n", "cannot be read"),
    "a lone surrogate": (b"import shop.stock\nx = '\\ud800'\n", ""),
    "an unhappy escape": (b"import shop.stock\nx = '\\d'\n", ""),
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_told_and_its_imports_and_all_others_are_found(name: str, shop: Path) -> None:
    data, message = FILES[name]
    (shop / "shop" / "bad.py").write_bytes(data)
    facts = read(shop)
    newer = message.startswith("written for Python 3") and f"3.{sys.version_info[1]}" >= message[-4:]
    assert edges(facts) == {*READABLE, ("shop.bad", "shop.stock")}
    assert [str(access.module) for access in facts.accesses].count("shop.stock")
    told = problems(facts).get("shop/bad.py", [])
    assert newer or (message in "; ".join(told) if message else not told)


def test_a_file_too_large_is_told(shop: Path) -> None:
    (shop / "shop" / "bad.py").write_bytes(b"#" * (LARGEST + 1))
    facts = read(shop)
    assert edges(facts) == READABLE
    assert problems(facts)["shop/bad.py"] == ["too large to read: 8 MB"]


NAMES = [
    "with space",
    "it's",
    'say "hi"',
    "new\nline",
    "été",
    "名前",
    "\u202egnp",
    "-rf",
    "a:b",
    "$(touch x)",
    "[a]*",
    "<b>",
    "café\udce9",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("as_repository", [False, True])
def test_odd_names_are_read_and_can_be_printed(name: str, as_repository: bool, shop: Path) -> None:
    try:
        (shop / "shop" / f"{name}.py").write_text("import shop.stock\n")
    except OSError:
        pytest.skip("this file system has no such names")
    if as_repository:
        committed(shop)
    facts = read(shop)
    assert edges(facts) >= READABLE
    odd = [fact for fact in facts.modules if str(fact.module) not in ("shop", "shop.orders", "shop.pay", "shop.stock")]
    assert len(odd) == 1
    odd[0].path.encode(), str(odd[0].module).encode()
    assert [str(one.imported) for one in facts.imports if one.importer == odd[0].module] == ["shop.stock"]
    if as_repository:
        assert odd[0].path in facts.history.paths


@pytest.mark.parametrize("as_repository", [False, True])
def test_links_that_go_in_circles_end(as_repository: bool, shop: Path) -> None:
    (shop / "shop" / "self").symlink_to(".")
    (shop / "shop" / "up").symlink_to("..")
    (shop / "shop" / "a.py").symlink_to("b.py")
    (shop / "shop" / "b.py").symlink_to("a.py")
    if as_repository:
        committed(shop)
    facts = read(shop)
    assert edges(facts) == READABLE
    assert set(problems(facts)) - {""} == {"shop/a.py", "shop/b.py"}


def test_links_out_of_the_tree_are_not_followed(shop: Path, tmp_path: Path) -> None:

    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.py").write_text("import shop.stock\nPASSWORD = 1\n")
    (shop / "shop" / "link.py").symlink_to(secret / "key.py")
    (shop / "shop" / "inner").mkdir()
    (shop / "shop" / "inner" / "key.py").write_text("")
    committed(shop)
    (shop / "shop" / "inner" / "key.py").unlink()
    (shop / "shop" / "inner").rmdir()
    (shop / "shop" / "inner").symlink_to(secret)  # git still lists shop/inner/key.py
    facts = read(shop)
    assert edges(facts) == READABLE
    assert problems(facts)["shop/link.py"] == ["not a regular file (a link, pipe or device): not read"]
    assert problems(facts)["shop/inner/key.py"] == ["lies behind a link: not read"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_pipes_and_sockets_are_not_opened(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(shop / "shop" / "pipe.py")
    monkeypatch.chdir(shop / "shop")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("plug.py")
        facts = read(shop)
    assert edges(facts) == READABLE
    assert {"shop/pipe.py", "shop/plug.py"} <= set(problems(facts))


def test_a_file_that_cannot_be_opened_is_told(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop / "shop" / "bad.py").write_text("import shop.stock\n")
    opened = Path.open

    def refusing(file: Path, *arguments: object, **options: object) -> object:
        if file.name == "bad.py":
            raise PermissionError(13, "Permission denied")
        return opened(file, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refusing)
    facts = read(shop)
    assert edges(facts) == READABLE
    assert problems(facts)["shop/bad.py"] == ["cannot be read: Permission denied"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_unreadable_files_and_folders_are_told(shop: Path) -> None:
    (shop / "shop" / "bad.py").write_text("import shop.stock\n")
    (shop / "shop" / "bad.py").chmod(0)
    assert problems(read(shop))["shop/bad.py"] == ["cannot be read: Permission denied"]


@pytest.mark.parametrize("package", ["click", "networkx", "decompose", "ast", "tomllib"])
def test_a_package_named_like_a_dependency_is_analysed_not_imported(package: str, shop: Path) -> None:
    (shop / package).mkdir()
    (shop / package / "__init__.py").write_text("raise SystemExit('imported')\n")
    (shop / package / "orders.py").write_text(f"import {package}\nfrom {package} import core\nimport shop.orders\n")
    (shop / package / "core.py").write_text("")
    facts = read(shop)
    assert {(f"{package}.orders", f"{package}.core"), (f"{package}.orders", "shop.orders")} <= edges(facts)


def test_an_empty_folder_has_no_facts(tmp_path: Path) -> None:
    assert read(tmp_path).modules == ()


@pytest.mark.parametrize("kind", ["a file", "nothing"])
def test_a_path_that_is_no_folder_is_an_input_error(kind: str, tmp_path: Path) -> None:
    place = tmp_path / "place"
    if kind == "a file":
        place.write_text("")
    with pytest.raises(InputError, match="is not a folder"):
        read(place)
