"""--apply makes commits beside the work tree, runs nothing of the repository's, and is whole or not at all."""

import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from decompose.carve import Carving, Commit
from decompose.cli import apply as module
from decompose.cli.apply import apply
from decompose.errors import InputError
from tests.histories import git, repository

MOVE = Carving(
    "shop.sales",
    {},
    (
        Commit("Moves shop.orders", (("shop/orders.py", "shop/sales/orders.py"),), {"shop/sales/__init__.py": b""}),
        Commit("A face", (), {"shop/sales/api.py": b"x = 1\n", "shop/views.py": b"import shop.sales\n"}),
    ),
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = repository(
        tmp_path / "shop",
        """
        commit ann 1 All
          write shop/__init__.py x
          write shop/orders.py orders
          write shop/views.py views
          write run.sh run
        """,
    )
    git(folder, "config", "user.name", "Ann")
    git(folder, "config", "user.email", "ann@example.org")
    return folder


def text(folder: Path, *arguments: str) -> str:
    return git(folder, *arguments).decode().strip()


def test_one_commit_for_each_move_and_the_work_tree_follows(shop: Path) -> None:
    head = apply(shop, "", MOVE, "carve/sales")
    assert text(shop, "log", "--format=%s", "main..HEAD") == "A face\nMoves shop.orders"
    assert text(shop, "rev-parse", "HEAD") == head
    assert text(shop, "branch", "--show-current") == "carve/sales"
    assert text(shop, "status", "--short") == ""
    assert (shop / "shop/sales/api.py").read_text() == "x = 1\n"
    assert not (shop / "shop/orders.py").exists()
    assert text(shop, "log", "--follow", "--format=%s", "shop/sales/orders.py") == "Moves shop.orders\nAll"


def test_git_alone_undoes_it(shop: Path) -> None:
    apply(shop, "", MOVE, "carve/sales")
    git(shop, "checkout", "-q", "-")
    git(shop, "branch", "-qD", "carve/sales")
    assert text(shop, "status", "--short", "--branch") == "## main"
    assert (shop / "shop/orders.py").exists()


def test_a_folder_of_the_repository_can_be_carved_alone(shop: Path) -> None:
    inner = Carving("x", {}, (Commit("Moves", (("orders.py", "sales/orders.py"),), {}),))
    apply(shop, "shop", inner, "b")
    assert (shop / "shop/sales/orders.py").exists()


def test_modes_are_kept(shop: Path) -> None:
    (shop / "run.sh").chmod(0o755)
    git(shop, "commit", "-qam", "x")
    apply(shop, "", Carving("x", {}, (Commit("Moves", (("run.sh", "bin/run.sh"),), {"bin/run.sh": b"new\n"}),)), "b")
    assert text(shop, "ls-tree", "HEAD", "bin/run.sh").startswith("100755")
    assert (shop / "bin/run.sh").stat().st_mode & stat.S_IXUSR


def test_nothing_of_the_repository_runs(shop: Path) -> None:
    canary = shop.parent / "canary"
    program = shop.parent / "program"
    program.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n")
    program.chmod(0o755)
    for hook in (
        "pre-commit",
        "post-checkout",
        "reference-transaction",
        "post-index-change",
        "commit-msg",
        "post-commit",
    ):
        (shop / ".git/hooks").mkdir(exist_ok=True)
        os.link(program, shop / ".git/hooks" / hook)
    (shop / ".git/info").mkdir(exist_ok=True)
    (shop / ".git/info/attributes").write_text("* filter=evil\n")
    for key, value in (
        ("filter.evil.clean", program), ("filter.evil.smudge", program), ("core.fsmonitor", program),
        ("commit.gpgSign", "true"), ("gpg.program", program),
    ):  # fmt: skip
        git(shop, "config", key, str(value))
    canary.unlink(missing_ok=True)
    apply(shop, "", MOVE, "carve/sales")
    assert not canary.exists()


def _edit(shop: Path) -> None:
    (shop / "shop/views.py").write_text("edited")


def _stage(shop: Path) -> None:
    _edit(shop)
    git(shop, "add", "-A")


def _remove(shop: Path) -> None:
    (shop / "run.sh").unlink()


def _block(shop: Path) -> None:
    (shop / "shop/sales").mkdir()
    (shop / "shop/sales/api.py").write_text("mine")


def _take_branch(shop: Path) -> None:
    git(shop, "branch", "carve/sales")


def _take_prefix(shop: Path) -> None:
    git(shop, "branch", "carve")


def _absent(shop: Path) -> None:
    git(shop, "update-index", "--skip-worktree", "run.sh")
    (shop / "run.sh").unlink()


def _conflict(shop: Path) -> None:
    git(shop, "branch", "other")
    for branch in ("other", "main"):
        git(shop, "checkout", "-q", branch)
        (shop / "shop/views.py").write_text(branch)
        git(shop, "commit", "-qam", branch)
    with pytest.raises(subprocess.CalledProcessError):
        git(shop, "merge", "-q", "other")


def _link(shop: Path) -> None:
    (shop / "shop/sales").symlink_to(shop.parent)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_edit, r"shop/views\.py is not what the last commit has"),
        (_stage, r"the index is not what the last commit has \(shop/views\.py\)"),
        (_remove, r"run\.sh is not what the last commit has"),
        (_block, r"shop/sales/api\.py is in the way"),
        (_absent, r"this is a sparse checkout \(run\.sh is absent\)"),
        (_conflict, "in the middle of a merge"),
        (_take_branch, "there is a branch 'carve/sales' already"),
        (_take_prefix, "there is a branch 'carve' already"),
        (_link, "shop/sales is a link"),
    ],
)
def test_it_refuses_and_changes_nothing(shop: Path, spoil: object, message: str) -> None:
    spoil(shop)  # type: ignore[operator]
    before = text(shop, "status", "--short", "--branch")
    with pytest.raises(InputError, match=message):
        apply(shop, "", MOVE, "carve/sales")
    assert text(shop, "status", "--short", "--branch") == before
    assert text(shop, "rev-parse", "HEAD") == text(shop, "rev-parse", "main")


@pytest.mark.parametrize("at", range(1, 6))
def test_an_interruption_leaves_the_tree_as_it_was(shop: Path, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 0

    def interrupted(step):  # type: ignore[no-untyped-def]
        def run(*arguments):  # type: ignore[no-untyped-def]
            nonlocal steps
            steps += 1
            if steps == at:
                raise KeyboardInterrupt
            return step(*arguments)

        return run

    monkeypatch.setattr(module, "_rename", interrupted(module._rename))
    monkeypatch.setattr(module, "_write", interrupted(module._write))
    if at == 5:
        monkeypatch.setattr(module, "_switch", interrupted(lambda *_: None))
    with pytest.raises(KeyboardInterrupt):
        apply(shop, "", MOVE, "carve/sales")
    assert text(shop, "status", "--short", "--branch") == "## main"
    assert text(shop, "branch", "--list", "carve/*") == ""
    assert (shop / "shop/orders.py").read_text() == "orders"
    assert not (shop / "shop/sales").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("step", ["_rename", "_write", "_switch"])
def test_a_signal_between_two_files_leaves_the_tree_as_it_was(
    shop: Path, step: str, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signal that comes when a file has moved and nobody has noted it yet: it is heard, and the file goes back."""
    real = getattr(module, step)

    def disturbed(*arguments: object) -> None:
        real(*arguments)
        signal.raise_signal(number)

    def end(number: int, _: object) -> None:
        raise KeyboardInterrupt(number)

    before = signal.signal(number, end)
    monkeypatch.setattr(module, step, disturbed)
    try:
        with pytest.raises(KeyboardInterrupt, match=str(int(number))):
            apply(shop, "", MOVE, "carve/sales")
        assert signal.getsignal(number) is end
    finally:
        signal.signal(number, before)
    assert text(shop, "status", "--short", "--branch") == "## main"
    assert text(shop, "branch", "--list", "carve/*") == ""
    assert (shop / "shop/orders.py").read_text() == "orders"
    assert (shop / "shop/views.py").read_text() == "views"
    assert not (shop / "shop/sales").exists()


def test_an_ignored_signal_stays_ignored(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    real = module._rename
    monkeypatch.setattr(module, "_rename", lambda old, new: (real(old, new), signal.raise_signal(signal.SIGINT)))
    try:
        apply(shop, "", MOVE, "carve/sales")
    finally:
        signal.signal(signal.SIGINT, before)
    assert text(shop, "branch", "--show-current") == "carve/sales"


def test_names_with_quotes_and_newlines_are_one_name_each(shop: Path) -> None:
    odd = 'a "b"\n\\c.txt'
    (shop / odd).write_text("odd")
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "odd")
    apply(shop, "", Carving("x", {}, (Commit("Moves", ((odd, f"new/{odd}"),), {}),)), "b")
    assert (shop / "new" / odd).read_text() == "odd"
    assert text(shop, "status", "--short") == ""
