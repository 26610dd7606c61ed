"""Git is asked for data alone: whatever the repository's own configuration names, nothing of it runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from decompose.extract import git
from tests.repositories import canary_in, committed, run, sang
from tests.trees import write


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = write(tmp_path / "shop", "--- order.py\ntotal = 1\n")
    committed(folder, "An order")
    (folder / "order.py").write_text("total = 2\n")
    return committed(folder, "Another order")


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return canary_in(tmp_path)


def every_read(folder: Path) -> None:
    """Each subcommand as the stages use it, and with what usually starts programs."""
    for arguments in [
        ("log", "--raw", "-z", "--no-renames", "--format=%H %aN %ct %s"),
        ("log", "-p", "-m", "--stat", "--format=%H"),
        ("log", "-M", "--name-status"),
        ("log", "--alternate-refs", "--format=%H"),
        ("show", "HEAD"),
        ("show", "HEAD:order.py"),
        ("diff-tree", "-p", "HEAD~1", "HEAD"),
        ("cat-file", "-p", "HEAD:order.py"),
        ("ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        ("ls-tree", "-r", "-z", "HEAD"),
        ("rev-list", "--all", "--objects"),
        ("rev-parse", "--show-toplevel"),
        ("for-each-ref",),
        ("merge-base", "HEAD", "HEAD~1"),
        ("config", "--list"),
    ]:
        git.output(folder, *arguments)
    git.revision(folder, "HEAD")
    git.has_promisor(folder)


PROGRAMS = {
    "a pager": {"core.pager": "{}", "pager.log": "{}", "pager.show": "{}"},
    "an external diff": {"diff.external": "{}"},
    "a diff driver": {"diff.evil.command": "{}"},
    "a text conversion": {"diff.evil.textconv": "{}"},
    "a signature check": {"log.showSignature": "true", "gpg.program": "{}", "gpg.ssh.program": "{}"},
    "a file-system monitor": {"core.fsmonitor": "{}"},
    "a clean filter": {"filter.evil.clean": "{}", "filter.evil.smudge": "{}", "filter.evil.required": "true"},
    "a filter process": {"filter.evil.process": "{}"},
    "a merge driver": {"merge.evil.driver": "{}", "log.diffMerges": "remerge"},
    "alternate references": {"core.alternateRefsCommand": "{}"},
    "a pack hook": {"uploadpack.packObjectsHook": "{}"},
    "an editor": {"core.editor": "{}", "sequence.editor": "{}"},
    "a credential helper": {"credential.helper": "!{}", "core.askPass": "{}"},
    "a remote shell": {"core.sshCommand": "{}", "core.gitProxy": "{}", "remote.origin.url": "ssh://example.org/x"},
    "an alias": {"alias.log": "!{}", "alias.show": "!{}", "alias.rev-parse": "!{}", "alias.cat-file": "!{}"},
    "submodules": {"diff.submodule": "diff", "submodule.recurse": "true", "status.submoduleSummary": "true"},
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_named_in_the_configuration_does_not_run(name: str, repository: Path, canary: Path) -> None:
    for key, value in PROGRAMS[name].items():
        run(repository, "config", key, value.format(canary))
    (repository / ".gitattributes").write_text("*.py diff=evil filter=evil merge=evil\n")
    os.utime(repository / "order.py", (1, 1))  # git looks again at what it believes changed
    every_read(repository)
    assert not sang(canary)


def test_a_program_named_in_an_included_file_does_not_run(repository: Path, canary: Path) -> None:
    evil = repository / "evil.config"
    evil.write_text(f"[core]\n\tfsmonitor = {canary}\n\tpager = {canary}\n[diff]\n\texternal = {canary}\n")
    run(repository, "config", "include.path", str(evil))
    run(repository, "config", "includeIf.onbranch:main.path", str(evil))
    every_read(repository)
    assert not sang(canary)


def test_the_canary_sings_under_a_plain_git(repository: Path, canary: Path) -> None:
    run(repository, "config", "diff.external", str(canary))
    run(repository, "diff", "HEAD~1")
    assert sang(canary)


def test_a_signed_commit_is_not_checked(repository: Path, canary: Path) -> None:
    raw = run(repository, "cat-file", "commit", "HEAD").encode()
    head, body = raw.split(b"\n\n", 1)
    signed = head + b"\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n\n" + body
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        cwd=repository,
        input=signed,
        capture_output=True,
        check=True,
    )
    run(repository, "update-ref", "HEAD", made.stdout.decode().strip())
    run(repository, "config", "log.showSignature", "true")
    run(repository, "config", "gpg.program", str(canary))
    every_read(repository)
    assert not sang(canary)
    run(repository, "log", "-1")
    assert sang(canary), "the fixture is real: an unhardened log runs the program"


def test_hooks_do_not_run(repository: Path, canary: Path) -> None:
    hooks = repository / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "reference-transaction", "fsmonitor-watchman", "post-checkout", "pre-auto-gc"):
        (hooks / hook).symlink_to(canary)
    os.utime(repository / "order.py", (1, 1))
    every_read(repository)
    assert not sang(canary)


def test_a_bare_repository_hidden_in_the_tree_runs_nothing(tmp_path: Path, repository: Path, canary: Path) -> None:
    run(tmp_path, "clone", "-q", "--bare", str(repository), str(repository / "vendored"))
    run(repository / "vendored", "config", "core.fsmonitor", str(canary))
    run(repository / "vendored", "config", "log.showSignature", "true")
    run(repository / "vendored", "config", "diff.external", str(canary))
    git.output(repository / "vendored", "log", "-p", "--format=%H")
    assert not sang(canary)


@pytest.mark.parametrize("where", ["", ".", "bin"])
def test_a_git_that_lies_in_the_repository_is_not_started(
    where: str, repository: Path, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "bin").mkdir()
    for folder in (repository, repository / "bin"):
        (folder / "git").symlink_to(canary)
    path = str(repository / "bin") if where == "bin" else where
    monkeypatch.setenv("PATH", path + os.pathsep + os.environ["PATH"])
    monkeypatch.chdir(repository)
    assert git.output(Path(), "rev-parse", "--is-inside-work-tree") == b"true\n"
    assert not sang(canary)


@pytest.mark.parametrize(
    "variable",
    ["GIT_PAGER", "GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EDITOR", "GIT_PROXY_COMMAND", "PAGER"],
)
def test_programs_of_the_environment_do_not_run(
    variable: str, repository: Path, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(canary))
    every_read(repository)
    assert not sang(canary)


def test_configuration_and_places_are_not_taken_from_the_environment(
    repository: Path, tmp_path: Path, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "diff.external")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(canary))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no-index"))
    every_read(repository)
    assert not sang(canary)


@pytest.mark.parametrize("url", ["ext::sh -c {}", "file:///nowhere", "https://localhost:1/x", "/nowhere/at/all"])
def test_a_partial_clone_is_not_asked_for_what_it_lacks(
    url: str, repository: Path, canary: Path, tmp_path: Path
) -> None:
    partial = partial_clone(repository, tmp_path)
    run(partial, "config", "remote.origin.url", url.format(canary))
    run(partial, "config", "protocol.ext.allow", "always")
    run(partial, "config", "protocol.allow", "always")
    assert git.has_promisor(partial)
    assert git.output(partial, "log", "--raw", "-z", "--no-renames", "-M100%", "--format=%H").count(b"order.py") == 2
    with pytest.raises(git.GitError, match="partial clone that lacks an object, and nothing is fetched"):
        git.output(partial, "log", "-p", "--format=%H")
    assert not sang(canary)


def partial_clone(repository: Path, tmp_path: Path) -> Path:
    run(repository, "config", "uploadpack.allowFilter", "true")
    run(
        tmp_path,
        "clone",
        "-q",
        "--no-checkout",
        "--filter=blob:none",
        f"file://{repository}",
        str(tmp_path / "partial"),
    )
    return tmp_path / "partial"


def test_a_whole_clone_has_no_promisor(repository: Path) -> None:
    assert not git.has_promisor(repository)


def test_a_name_that_begins_with_a_dash_is_no_option(repository: Path, tmp_path: Path) -> None:
    for name in ("--output=stolen", "-h", "--all", "--git-dir=/", "--show-signature"):
        with pytest.raises(git.GitError, match="has no commit that is named"):
            git.revision(repository, name)
    folder = repository / "--help"
    folder.mkdir()
    (folder / "-v").write_text("")
    assert git.output(folder, "ls-files", "-z", "--others") == b"-v\0"
    assert not list(tmp_path.rglob("stolen"))


def test_a_branch_that_looks_like_an_option_can_still_be_named(repository: Path) -> None:
    head = run(repository, "rev-parse", "HEAD").strip()
    run(repository, "update-ref", "refs/heads/--output=x", head)
    assert git.revision(repository, "refs/heads/--output=x") == head


def test_paths_are_literal(repository: Path) -> None:
    (repository / "[a]*.py").write_text("")
    run(repository, "add", ".")
    assert git.output(repository, "ls-files", "-z", "--", "[a]*.py") == b"[a]*.py\0"
    assert git.output(repository, "ls-files", "-z", "--", "*.py", ":(top)") == b""


@pytest.mark.parametrize(
    "arguments",
    [("status",), ("fetch",), ("archive", "HEAD"), ("blame", "order.py"), ("diff",), ("-c", "core.pager=x", "log")],
)
def test_subcommands_that_could_run_programs_are_refused(arguments: tuple[str, ...], repository: Path) -> None:
    with pytest.raises(ValueError, match="known to only read"):
        git.output(repository, *arguments)


@pytest.mark.parametrize(
    "option", ["--ext-diff", "--textconv", "--filters", "--show-signature", "--output=x", "--modified"]
)
def test_options_that_could_run_programs_are_refused(option: str, repository: Path) -> None:
    with pytest.raises(ValueError, match="could run a program or write"):
        git.output(repository, "log", option)


def test_git_missing_is_one_sentence(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(git.GitError, match="git was not found"):
        git.output(repository, "log")


def test_no_repository_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(git.GitError, match="is not a git repository"):
        git.output(tmp_path, "log")


def test_no_commits_is_one_sentence(tmp_path: Path) -> None:
    run(tmp_path, "init", "-q")
    for ask in (lambda: git.output(tmp_path, "log"), lambda: git.revision(tmp_path, "HEAD")):
        with pytest.raises(git.GitError, match="has no commits yet"):
            ask()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root may give files away")
def test_another_owners_repository_is_named_with_the_way_out(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for path in (repository, repository / ".git"):
        os.chown(path, 12345, 12345)
    with pytest.raises(git.GitError, match=r"another user owns it; if you trust it, run `git config --global --add"):
        git.output(repository, "log")


def test_the_users_own_trust_is_honoured(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trust = tmp_path / "trust"
    trust.write_text(f"[safe]\n\tdirectory = {repository}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(trust))
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    if os.geteuid() == 0:
        os.chown(repository / ".git", 12345, 12345)
    assert git.output(repository, "log", "--format=%s").startswith(b"Another")


def test_a_message_cannot_steer_the_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "\x1b[31mred\u202e\nline"
    with pytest.raises(git.GitError) as failed:
        git.output(folder, "log")
    assert str(failed.value).isprintable()


def test_a_closed_stream_ends_git(repository: Path) -> None:
    chunks = git.stream(repository, "cat-file", "--batch-check", stdin=b"HEAD\n" * 200_000)
    assert next(chunks)
    chunks.close()  # would hang if git, blocked on its output, were not ended


def test_input_longer_than_a_pipe_does_not_block(repository: Path) -> None:
    assert git.output(repository, "cat-file", "--batch-check", stdin=b"HEAD\n" * 20_000).count(b"commit") == 20_000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_git_that_hangs_is_ended(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(repository / "pipe")
    run(repository, "config", "--file", str(repository / ".git" / "config"), "include.path", str(repository / "pipe"))
    monkeypatch.setattr(git, "PATIENCE", 0.3)
    with pytest.raises(git.GitError, match="and was ended"):
        git.output(repository, "log")
