"""Stage 1: what a reading of a checkout, or of a commit of it, depends on, as a digest to find its results again by."""

import hashlib
from pathlib import Path

from ..errors import InputError
from ..model.facts import Problem
from .file import SCRIPTS
from .fixtures import is_fixture
from .history import fingerprint
from .mentions import is_runner
from .pages import PAGES
from .source import Tree, contents, open_revision, open_tree

__all__ = ["state", "tree_digest"]

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


def state(path: Path, revision: str = "") -> bytes:
    """Tree and history of `path`, or of a commit of its repository; b"" where they may change without a trace."""
    try:
        tree = open_revision(path, revision) if revision else open_tree(path)
    except InputError:
        return b""  # whoever reads it says why
    past = fingerprint(tree.repository, tree.scope, revision or "HEAD") if tree.is_git else b""
    return hashlib.blake2b(tree_digest(tree) + past, digest_size=20).digest() if past else b""


def tree_digest(tree: Tree) -> bytes:
    """The names of a tree's files, and what those hold that are read; of a revision the names of their objects."""
    digest = hashlib.blake2b(digest_size=20)
    digest.update("\0".join((*tree.paths, tree.scope)).encode("utf-8", "surrogateescape"))
    if tree.blobs:
        digest.update("\0".join(tree.blobs[name] for name in tree.paths).encode())
        return digest.digest()
    for name, data in contents(
        tree, [name for name in tree.paths if name.endswith(_READ) or is_fixture(name) or is_runner(name)]
    ):
        digest.update(repr(data).encode() if isinstance(data, Problem) else hashlib.blake2b(data).digest())
        digest.update(name.encode("utf-8", "surrogateescape"))
    return digest.digest()
