"""Stage 1: what a reading of a checkout, or of a commit of it, depends on, as a digest to find its results again by."""

import hashlib
from dataclasses import replace
from pathlib import Path

from ..errors import InputError
from .file import SCRIPTS
from .fixtures import is_fixture
from .history import fingerprint
from .mentions import is_runner
from .pages import PAGES, named
from .readers import mark
from .source import Tree, contents, open_place, open_tree

__all__ = ["read_beside", "state", "tree_digest", "with_marks"]

# What is read of the tree besides Python files. Of all other files only the names count.
_READ = (
    ".py",
    *SCRIPTS,
    *PAGES,
    ".toml",
    ".cfg",
    ".ini",
    "CODEOWNERS",
    ".mailmap",
    ".git-blame-ignore-revs",
    ".gitmodules",
)


def state(path: Path, revision: str = "", seen: Tree | None = None) -> bytes:
    """Tree and history of `path`, or of a commit of its repository; b"" where they may change without a trace.

    `seen` is its work tree, where it was listed before. A commit says by its name what its tree is.
    """
    try:
        tree = open_place(path) if revision else seen or open_tree(path)
    except InputError:
        return b""  # whoever reads it says why
    past = fingerprint(tree.repository, tree.scope, revision or "HEAD") if tree.is_git else b""
    here = b"" if revision else tree_digest(tree) if past else b""
    return hashlib.blake2b(here + past, digest_size=20).digest() if past else b""


def tree_digest(tree: Tree) -> bytes:
    """The names of a tree's files, and what those of a work tree hold that are read."""
    marks = with_marks(tree).marks
    digest = hashlib.blake2b(digest_size=20)
    digest.update("\0".join((*tree.paths, tree.scope)).encode("utf-8", "surrogateescape"))
    for name in sorted(marks):
        digest.update(marks[name])
        digest.update(name.encode("utf-8", "surrogateescape"))
    return digest.digest()


def with_marks(tree: Tree) -> Tree:
    """`tree` with a digest of each file that is read, so that what is known of these need not be read again."""
    if tree.marks or tree.blobs:
        return tree
    read = contents(tree, [name for name in tree.paths if name.endswith(_READ) or is_beside(name)])
    return replace(
        tree, marks={name: mark(data if isinstance(data, bytes) else repr(data).encode()) for name, data in read}
    )


def read_beside(tree: Tree) -> tuple[tuple[str, bytes | str], ...]:
    """The files that are no Python, and yet say something about the code, each with what tells its content."""
    told = tree.blobs or tree.marks
    return tuple((name, told[name]) for name in tree.paths if is_beside(name))


def is_beside(path: str) -> bool:
    return path.endswith(SCRIPTS) or bool(named(path)) or is_fixture(path) or is_runner(path)
