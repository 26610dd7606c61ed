"""Test inputs drawn as text."""

import re
from pathlib import Path

from decompose.extract.file import Says, says

__all__ = ["files", "tree", "write"]


def tree(text: str) -> dict[str, str]:
    """`--- path` lines start a file; what follows is its content."""
    parts = re.split(r"^--- (.+)\n", text.strip("\n") + "\n", flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def files(text: str) -> list[Says]:
    """The files of `tree(text)`, read."""
    return [says(path, content.encode()) for path, content in sorted(tree(text).items())]


def write(folder: Path, text: str) -> Path:
    """The files of `tree(text)` on disk below `folder`."""
    for path, content in tree(text).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return folder
