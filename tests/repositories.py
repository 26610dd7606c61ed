"""Repositories made with the ordinary git, as a user has it; and canaries, programs that tell when they ran."""

import os
import stat
import subprocess
from pathlib import Path

__all__ = ["canary_in", "committed", "run", "sang"]

_ME = {
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def run(folder: Path, *arguments: str) -> str:
    """What `git <arguments>` prints in `folder`."""
    done = subprocess.run(["git", *arguments], cwd=folder, env=os.environ | _ME, capture_output=True, check=True)
    return done.stdout.decode()


def committed(folder: Path, message: str = "A change") -> Path:
    """`folder` as a repository, all of it committed once more."""
    run(folder, "init", "-q", "-b", "main")
    run(folder, "add", "-A")
    run(folder, "commit", "-q", "--allow-empty", "-m", message)
    return folder


def canary_in(folder: Path) -> Path:
    """A program in `folder` that leaves a file beside it when it is run; see `sang`."""
    program = folder / "canary"
    program.write_text(f"#!/bin/sh\ntouch '{folder}/sang'\ncat 2>/dev/null\nexit 0\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def sang(canary: Path) -> bool:
    """Did the canary run?"""
    return canary.with_name("sang").exists()
