"""Stage 1, the outside world: git's arguments -> its bytes, with nothing of the repository's own configuration run.

The repository is hostile. Its configuration, attributes and hooks may name programs, its remotes may fetch: each is
overridden on the command line, which wins over every file, and the few subcommands allowed never write, check out, or
convert. The user's own configuration is still read, because `safe.directory` stands there.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import takewhile
from math import inf
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import IO

from ..errors import DecomposeError

__all__ = ["GitError", "change", "has_promisor", "output", "printable", "revision", "stream"]

PATIENCE = 600.0  # seconds without a byte, after which git is taken to hang (a FIFO in place of a file, say)
CHUNK = 1 << 20  # bytes, of which a pipe holds as many
COMPLAINT = 1 << 14  # bytes of git's standard error that are kept

_NO_DIFF_PROGRAMS = ("--no-ext-diff", "--no-textconv")
_NO_LOG_PROGRAMS = ("--no-show-signature", *_NO_DIFF_PROGRAMS)

# Subcommand -> the options that keep it from running programs. `status`, `diff`, `blame`, `archive` and `checkout` are
# absent: they run filters, textconv or tar commands that no option turns off.
_COMMANDS: dict[str, tuple[str, ...]] = {
    "cat-file": (),
    "config": (),
    "diff-tree": _NO_DIFF_PROGRAMS,
    "for-each-ref": (),
    "log": _NO_LOG_PROGRAMS,
    "ls-files": (),
    "ls-tree": (),
    "merge-base": (),
    "rev-list": (),
    "rev-parse": (),
    "show": _NO_LOG_PROGRAMS,
}
# What carve needs to write commits beside the work tree. None of them runs a filter, signs, or touches files.
_WRITERS: dict[str, tuple[str, ...]] = {
    "fast-import": ("--quiet",),
    "read-tree": (),
    "symbolic-ref": (),
    "update-ref": (),
    "var": (),
}
# `ls-files --modified` compares contents, for which it runs clean filters.
_FORBIDDEN = ("--ext-diff", "--textconv", "--filters", "--modified", "--show-signature", "--remerge-diff", "--output")

_NOTHING = os.devnull  # as a program it cannot be started, as a file it is empty

_OVERRIDES = {
    # programs
    "core.alternateRefsCommand": "false",
    "core.askPass": _NOTHING,
    "core.editor": "false",
    "core.fsmonitor": "false",
    "core.gitProxy": "",
    "core.hooksPath": _NOTHING,
    "core.pager": "cat",
    "core.sshCommand": "false",
    "credential.helper": "",
    "gpg.program": _NOTHING,
    "gpg.openpgp.program": _NOTHING,
    "gpg.ssh.program": _NOTHING,
    "gpg.x509.program": _NOTHING,
    "log.showSignature": "false",
    "uploadpack.packObjectsHook": "",
    # what starts git again elsewhere, without these overrides, or merges with a driver of the repository's
    "diff.submodule": "short",
    "log.diffMerges": "separate",
    "maintenance.auto": "false",
    "gc.auto": "0",
    "submodule.recurse": "false",
    # the network
    "protocol.allow": "never",
    "protocol.ext.allow": "never",
    "fetch.recurseSubmodules": "false",
    # what would make the answer depend on whose machine this is
    "color.ui": "false",
    "core.attributesFile": _NOTHING,
    "core.excludesFile": _NOTHING,
    "diff.ignoreSubmodules": "none",
    "diff.orderFile": _NOTHING,
    "diff.relative": "false",
    "i18n.logOutputEncoding": "UTF-8",
    "log.abbrevCommit": "false",
    "log.follow": "false",
    "log.showRoot": "true",
    "mailmap.file": _NOTHING,
}

_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_ASKPASS": _NOTHING,
    "GIT_EDITOR": "false",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_SSH_COMMAND": "false",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_INHERITED = ("GIT_CEILING_DIRECTORIES", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_SYSTEM")

# What git says under LC_ALL=C -> what the reader is told. {at} is the repository.
_COMPLAINTS = (
    (
        "dubious ownership",
        "git does not read {at}, because another user owns it; "
        "if you trust it, run `git config --global --add safe.directory {at}`",
    ),
    ("not a git repository", "{at} is not a git repository"),
    ("does not have any commits yet", "{at} has no commits yet"),
    ("unknown repository extension", "{at} needs a newer git"),
    ("lazy fetching disabled", "{at} is a partial clone that lacks an object, and nothing is fetched"),
    ("transport '", "{at} is a partial clone that lacks an object, and nothing is fetched"),
)


class GitError(DecomposeError):
    """Git is missing, refuses the repository, or fails: one sentence, safe to print."""


def output(repository: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """All that `git <arguments>` prints, run in `repository`; see `stream`."""
    return b"".join(stream(repository, *arguments, stdin=stdin))


def stream(repository: Path, *arguments: str, stdin: bytes = b"") -> Iterator[bytes]:
    """What `git <arguments>` prints, in chunks, run in `repository` and fed `stdin`.

    The first argument is one of a few subcommands that only read; options that would run a program are refused with
    ValueError. Paths are literal: no globs, no magic. Closing the iterator ends git. Raises GitError when git is
    missing, fails, or prints nothing for `PATIENCE` seconds.
    """
    yield from _chunks_of(repository, _command(arguments, _COMMANDS), stdin)


def _chunks_of(repository: Path, command: list[str], stdin: bytes) -> Iterator[bytes]:
    process = _start(repository, command)
    complaint: list[bytes] = []
    threads = [
        Thread(target=_feed, args=(process.stdin, stdin), daemon=True),
        Thread(target=_drain, args=(process.stderr, complaint), daemon=True),
    ]
    try:
        for thread in threads:
            thread.start()
        yield from _chunks(process, repository)
        threads[1].join()
        if process.wait() != 0:
            raise GitError(_explanation(repository, b"".join(complaint)))
    finally:
        process.kill()
        process.wait()
        for thread in threads:
            thread.join()
        for pipe in (process.stdout, process.stderr):
            assert pipe is not None
            pipe.close()


def change(repository: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """As `output`, for the few subcommands that write objects, refs or the index, and never the work tree."""
    return b"".join(_chunks_of(repository, _command(arguments, _WRITERS), stdin))


def revision(repository: Path, name: str) -> str:
    """The object name of the commit that `name` (a branch, a tag, "HEAD~3") stands for; never read as an option."""
    try:
        return output(repository, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}").decode().strip()
    except GitError as error:
        if "Needed a single revision" not in str(error):
            raise
    if name == "HEAD":
        raise GitError(f"{printable(str(repository))} has no commits yet")
    raise GitError(f"{printable(str(repository))} has no commit that is named {printable(name)!r}")


def has_promisor(repository: Path) -> bool:
    """Is this a partial clone, whose missing objects git would fetch from a remote when it needs them?"""
    listed = output(repository, "config", "--includes", "--name-only", "--list", "-z")
    return bool(
        re.search(rb"(^|\0)(remote\..*\.(promisor|partialclonefilter)|extensions\.partialclone)\0", listed, re.I)
    )


def printable(text: str) -> str:
    """`text` on one line, without characters that would steer a terminal (control codes, bidirectional overrides)."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _command(arguments: tuple[str, ...], known: Mapping[str, tuple[str, ...]]) -> list[str]:
    subcommand, *rest = arguments
    if subcommand not in known:
        raise ValueError(f"git {subcommand} is not among the subcommands that are known to only read")
    for option in takewhile(lambda argument: argument not in ("--", "--end-of-options"), rest):
        if option.split("=")[0] in _FORBIDDEN or (subcommand, option) == ("ls-files", "-m"):
            raise ValueError(f"git {subcommand} {option} could run a program or write a file")
    overrides = [part for key, value in _OVERRIDES.items() for part in ("-c", f"{key}={value}")]
    return ["--no-pager", *overrides, subcommand, *known[subcommand], *rest]


def _start(repository: Path, arguments: list[str]) -> subprocess.Popen[bytes]:
    environment = _environment(repository)
    git = shutil.which("git", path=environment["PATH"])
    if git is None:
        raise GitError("git was not found; install it, or analyse without history")
    try:
        return subprocess.Popen(
            [git, "-C", str(repository.absolute()), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            pipesize=CHUNK,
        )
    except (OSError, ValueError) as error:
        raise GitError(f"git could not be started: {printable(str(error))}") from error


def _environment(repository: Path) -> dict[str, str]:
    """The user's environment without what steers git, and without programs that lie in the repository."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if (not key.startswith("GIT_") or key in _INHERITED) and key not in ("LANGUAGE", "PAGER", "SSH_ASKPASS")
    }
    inside = repository.resolve()
    folders = [
        folder
        for folder in os.environ.get("PATH", os.defpath).split(os.pathsep)
        if Path(folder).is_absolute() and not Path(folder).resolve().is_relative_to(inside)
    ]
    return kept | _ENVIRONMENT | {"PATH": os.pathsep.join(folders)}


def _chunks(process: "subprocess.Popen[bytes]", repository: Path) -> Iterator[bytes]:
    assert process.stdout is not None
    asked, done, out_of_patience = [inf], Event(), Event()  # asked: since when git owes a chunk

    def watch() -> None:
        while not done.wait(max(0.0, min(PATIENCE, asked[0] + PATIENCE - monotonic()))):
            if monotonic() - asked[0] >= PATIENCE:
                out_of_patience.set()
                process.kill()
                return

    Thread(target=watch, daemon=True).start()
    try:
        while True:
            asked[0] = monotonic()
            chunk = os.read(process.stdout.fileno(), CHUNK)
            asked[0] = inf
            if not chunk:
                break
            yield chunk
    finally:
        done.set()
    if out_of_patience.is_set():
        raise GitError(f"git said nothing of {printable(str(repository))} for {PATIENCE:g} seconds, and was ended")


def _feed(pipe: IO[bytes] | None, data: bytes) -> None:
    assert pipe is not None
    with suppress(OSError), pipe:  # git may end before it has read everything
        pipe.write(data)


def _drain(pipe: IO[bytes] | None, kept: list[bytes]) -> None:
    assert pipe is not None
    size = 0
    while chunk := pipe.read1(CHUNK):  # type: ignore[attr-defined]  # a BufferedReader, which IO does not tell
        if size < COMPLAINT:
            kept.append(chunk[: COMPLAINT - size])
            size += len(chunk)


def _explanation(repository: Path, complaint: bytes) -> str:
    at, said = printable(str(repository)), complaint.decode("utf-8", "replace")
    for sign, sentence in _COMPLAINTS:
        if sign in said:
            return sentence.format(at=at)
    lines = [line for line in said.splitlines() if line.startswith(("fatal:", "error:"))] or said.splitlines()[-1:]
    reason = printable(lines[-1])[:500] if lines else "it gave no reason"
    return f"git failed in {at}: {reason}"
