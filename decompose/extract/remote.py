"""Stage 1: where the repository says that it came from, as written; only text for links, nothing is ever fetched."""

from pathlib import Path

from .git import GitError, output

__all__ = ["remote"]


def remote(path: Path) -> str:
    """The address of the remote `origin`, "" where there is none or `path` is in no repository."""
    try:
        return output(path, "config", "--get", "remote.origin.url").decode("utf-8", "replace").strip()
    except GitError:
        return ""
