"""Git repositories drawn as text.

commit ann 3 Add orders          author, day since 2024-01-01, subject; oldest first; the first parent is the one before
  write shop/orders.py one       path, content
  remove shop/old.py
  move shop/a.py shop/b.py
  module vendor/lib              a submodule
branch side                      later commits go to `side`, which starts at the current commit
on main
merge side 9 Merge side
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

__all__ = ["clone", "git", "repository"]

_FIRST = 1_704_067_200  # 2024-01-01
_NOBODY = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "LC_ALL": "C"}


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    command = ["git", "-c", "protocol.file.allow=always", *arguments]
    return subprocess.run(
        command, cwd=folder, input=stdin, check=True, capture_output=True, env=os.environ | _NOBODY
    ).stdout


def repository(folder: Path, text: str, checkout: bool = True) -> Path:
    """The repository that `text` draws, at `folder`, with `main` checked out."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    stream = b"".join(command + b"\n" for command in _commands(text))
    git(folder, "fast-import", "--quiet", stdin=stream)
    if checkout and stream:
        git(folder, "checkout", "-q", "-f", "main")
    return folder


def clone(source: Path, folder: Path, *options: str) -> Path:
    git(source.parent, "clone", "-q", *options, source.as_uri(), str(folder))
    return folder


def _commands(text: str) -> Iterator[bytes]:
    branch = "main"
    for line in filter(None, map(str.strip, text.splitlines())):
        verb, _, rest = line.partition(" ")
        match verb:
            case "branch":
                yield f"reset refs/heads/{rest}\nfrom refs/heads/{branch}\n".encode()
                branch = rest
            case "on":
                branch = rest
            case "commit":
                yield _commit(branch, rest)
            case "merge":
                others, _, rest = rest.partition(" ")
                yield _commit(branch, "merger " + rest)
                yield from (f"merge refs/heads/{other}".encode() for other in others.split("+"))
            case _:
                yield _change(verb, rest)


def _commit(branch: str, text: str) -> bytes:
    author, day, subject = text.split(" ", 2)
    message = subject.replace("\\n", "\n").encode()
    name = author if "<" in author else f"{author} <{author}@example.org>"
    when = f"{name} {_FIRST + int(float(day) * 86_400)} +0000".replace("~", " ")
    head = f"commit refs/heads/{branch}\nauthor {when}\ncommitter {when}\ndata {len(message)}\n"
    return head.encode() + message


def _change(verb: str, rest: str) -> bytes:
    match verb:
        case "write":
            path, _, content = rest.partition(" ")
            data = content.replace("\\n", "\n").encode()
            return f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data
        case "remove":
            return f"D {rest}".encode()
        case "move":
            return f"R {rest}".encode()
        case "module":
            return f"M 160000 {'1' * 40} {rest}".encode()
    raise ValueError(verb)
