"""Stage 1: History + CODEOWNERS -> the same with people under pseudonyms, before any later stage sees a name. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...model.columns import columns
from ...model.facts import Commit, History

__all__ = ["anonymised"]

Owners = Mapping[str, tuple[str, ...]]

# @handle     ann@example.org
_HANDLE = re.compile(r"[\w.+-]*@[\w.-]+")


def anonymised(history: History, owners: Owners) -> tuple[History, Owners]:
    """People are "Person 1", "Person 2" ... by their first commit, so that a longer history adds names and moves none;
    owners are "Owner 1" ... in the order of the file. Names, addresses and handles in subjects are replaced too."""
    names = _numbered("Person", (person for commit in reversed(history.commits) for person in _people(commit)))
    groups = _numbered("Owner", (owner for named in owners.values() for owner in named))
    known = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names, key=len, reverse=True)) or r"(?!)")

    def hidden(subject: str) -> str:
        return _HANDLE.sub("someone", known.sub(lambda found: names[found[0]], subject))

    commits = (
        replace(
            commit,
            author=names[commit.author],
            coauthors=tuple(names[person] for person in commit.coauthors),
            subject=hidden(commit.subject),
        )
        for commit in history.commits
    )
    return (
        replace(history, commits=columns(Commit, commits)),
        {pattern: tuple(groups[owner] for owner in named) for pattern, named in owners.items()},
    )


def _people(commit: Commit) -> tuple[str, ...]:
    return commit.author, *commit.coauthors


def _numbered(word: str, names: Iterator[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name, f"{word} {len(found) + 1}")
    return found
