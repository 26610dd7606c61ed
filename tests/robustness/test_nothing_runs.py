"""A hostile repository runs nothing: each trap has a canary, and some show that it sings under an ordinary tool."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repositories import committed, run, sang

ROOT = Path(__file__).parent.parent.parent


def decompose(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The command line as a user calls it, from inside of `folder`."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from decompose.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-P", "-c", start, *arguments],
        cwd=folder, env=bare | environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def sing(canary: Path) -> str:
    return f"import os\nos.system('{canary}')\n"


CODE = """
setup.py conftest.py manage.py sitecustomize.py usercustomize.py shop/__init__.py shop/settings.py click/__init__.py
networkx/__init__.py decompose/__init__.py rich/__init__.py sqlglot/__init__.py pygraphviz.py jinja2.py grimp.py
libcst.py ast.py json.py tomllib.py random.py
""".split()


def test_no_module_of_the_target_is_imported(shop: Path, canary: Path) -> None:
    for name in CODE:
        (shop / name).parent.mkdir(exist_ok=True)
        (shop / name).write_text(sing(canary))
    (shop / "evil.pth").write_text(f"import os; os.system('{canary}')\n")
    committed(shop)
    done = decompose(shop, "analyze", "-q", "--no-links")
    assert done.returncode == 0, done.stderr
    assert (shop / "decompose-report" / "index.html").exists()
    assert not sang(canary)


PROGRAMS = """
core.fsmonitor core.pager core.editor core.sshCommand core.askPass core.alternateRefsCommand diff.external gpg.program
diff.evil.textconv diff.evil.command filter.evil.clean filter.evil.process merge.evil.driver credential.helper
uploadpack.packObjectsHook
""".split()


def test_no_program_that_git_or_the_environment_names_is_run(shop: Path, canary: Path) -> None:
    committed(shop)
    for key in PROGRAMS:
        run(shop, "config", key, str(canary))
    run(shop, "config", "log.showSignature", "true")
    run(shop, "config", "alias.log", f"!{canary}")
    (shop / ".gitattributes").write_text("* diff=evil filter=evil merge=evil\n")
    os.utime(shop / "shop" / "pay.py", (1, 1))
    for hook in ("post-index-change", "reference-transaction", "post-checkout"):
        (shop / ".git" / "hooks").mkdir(exist_ok=True)
        (shop / ".git" / "hooks" / hook).symlink_to(canary)
    for program in ("git", "dot", "python", "gpg", "less"):
        (shop / program).symlink_to(canary)
    path = os.pathsep.join(["", ".", str(shop), os.environ["PATH"]])
    done = decompose(
        shop, "analyze", "-q", PATH=path, GIT_PAGER=str(canary), PAGER=str(canary), GIT_EXTERNAL_DIFF=str(canary)
    )
    assert done.returncode == 0, done.stderr
    assert not sang(canary)


def test_nothing_that_files_of_the_target_name_is_run_or_fetched(shop: Path, canary: Path) -> None:
    (shop / "pyproject.toml").write_text(
        f'[build-system]\nrequires = []\nbuild-backend = "evil"\nbackend-path = ["."]\n[tool.black]\nx = "{canary}"\n'
    )
    (shop / "setup.cfg").write_text(f"[tool:pytest]\naddopts = -p {canary}\n")
    (shop / ".env").write_text(f"PYTHONSTARTUP={canary}\n")
    (shop / ".gitmodules").write_text(f'[submodule "x"]\n\tpath = x\n\turl = ext::{canary}\n\tupdate = !{canary}\n')
    (shop / "fonts.conf").write_text("<fontconfig><dir>/</dir></fontconfig>")
    committed(shop)
    run(shop, "config", "remote.origin.url", f"ext::{canary}")
    run(shop, "config", "remote.origin.promisor", "true")
    run(shop, "config", "protocol.ext.allow", "always")
    done = decompose(shop, "analyze", "-q")
    assert done.returncode == 0, done.stderr
    assert not sang(canary)


def test_the_checkout_itself_is_left_as_it_was(shop: Path, tmp_path: Path) -> None:
    committed(shop)
    os.utime(shop / "shop" / "pay.py", (1, 1))  # an ordinary `git status` would refresh the index
    before = {path: (path.lstat().st_mtime_ns, path.lstat().st_size) for path in shop.rglob("*")}
    done = decompose(tmp_path, "analyze", str(shop), "-q", "-o", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert {path: (path.lstat().st_mtime_ns, path.lstat().st_size) for path in shop.rglob("*")} == before


def test_a_package_named_like_a_dependency_does_not_shadow_it_under_python_m(shop: Path, canary: Path) -> None:
    for name in ("click", "networkx", "jinja2", "grimp"):
        (shop / name).mkdir()
        (shop / name / "__init__.py").write_text(sing(canary))
    done = subprocess.run(
        [sys.executable, "-m", "decompose", "analyze", "-q"],
        cwd=shop, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not sang(canary)


@pytest.mark.parametrize("argument", ["--help.py", "-rf"])
def test_a_path_that_begins_with_a_dash_is_a_path(argument: str, shop: Path) -> None:
    (shop / argument).mkdir()
    (shop / argument / "a.py").write_text("x = 1\n")
    committed(shop)
    done = decompose(shop, "analyze", "-q", "--", argument)
    assert done.returncode == 0, done.stderr
