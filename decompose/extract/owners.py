"""Stage 1: the CODEOWNERS file of a tree -> pattern -> owners, in file order."""

import re
from collections.abc import Mapping

from .source import Tree, contents

__all__ = ["PLACES", "owners"]

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where it may stand; the first that is there counts."""


def owners(tree: Tree) -> Mapping[str, tuple[str, ...]]:
    """The rules as written, {} where there is no file; of patterns that are spelled alike the last one counts."""
    prefix = f"{tree.scope}/" if tree.scope else ""
    listed = set(tree.paths)
    for path in (*(prefix + place for place in PLACES if prefix), *PLACES):
        if path in listed:
            for _, data in contents(tree, (path,)):
                return _rules(data.decode("utf-8", "replace")) if isinstance(data, bytes) else {}
    return {}


def _rules(text: str) -> dict[str, tuple[str, ...]]:
    rules: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        # docs/*.md  @org/writers ann@example.org  # why        [Section]        ^[Optional section] @owner
        words = re.sub(r"(^|\s)#.*", "", line).replace("\\ ", "\0").split()
        if words and not words[0].startswith(("[", "^[")):
            pattern = words[0].replace("\0", " ")
            rules.pop(pattern, None)
            rules[pattern] = tuple(words[1:])
    return rules
