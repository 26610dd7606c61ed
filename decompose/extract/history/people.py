"""Stage 1: names as git prints them -> people: one name a person, and which of them are programs. Pure."""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

__all__ = ["ASSISTANTS", "BOTS", "coauthors", "is_bot", "person", "ticket"]

# Globs over "name <address>", in lower case.
BOTS = (
    "*[[]bot[]]*",
    "*-bot <*",
    "* bot <*",
    "*dependabot*",
    "*renovate*",
    "*greenkeeper*",
    "*pyup*",
    "*snyk*",
    "*weblate*",
    "*transifex*",
    "*pre-commit-ci*",
    "*github-actions*",
    "*proposal bot*",
    "jenkins <*",
    "zuul <*",
)

# Programs that people name as co-authors of their commits, which stay theirs.
ASSISTANTS = (
    "*<noreply@anthropic.com>",
    "*copilot*",
    "*<cursoragent@cursor.com>",
    "*<noreply@openai.com>",
    "*<*@aider.chat>",
    "*google-labs-jules*",
)

# Co-authored-by: Ann Lee <ann@example.org>
_COAUTHOR = re.compile(r"^co-authored-by:[ \t]*([^<>\n]*?)[ \t]*<([^<>\n]*)>", re.I | re.M)

# Closes-Bug: #1234
_BUG = re.compile(r"^[a-z]+-bug:[ \t]*#?(\d+)", re.I | re.M)
# Blueprint: some-name     Implements: blueprint some-name
_BLUEPRINT = re.compile(r"blueprint:?[ \t]+([a-z0-9][\w.-]+)", re.I)
# SHOP-12     fixes #12     (#12)
_KEY = re.compile(r"\b((?!UTF-|SHA-|ISO-|PEP-|RFC-|CVE-|HTTP-|TLS-|MD-|AES-|RSA-)[A-Z][A-Z0-9]+-[1-9]\d*)\b")
_NUMBER = re.compile(r"(?<![\w&])(#[1-9]\d*)\b")


def is_bot(who: str, patterns: Sequence[str] = BOTS) -> bool:
    """Whether `who` ("name <address>" in lower case) is a program."""
    return any(fnmatchcase(who, pattern) for pattern in patterns)


def person(name: str, email: str, names: dict[str, str]) -> str:
    """One name for each address: the first that `names`, which this call adds to, has seen; "unknown" for nobody."""
    if not email:
        return name or "unknown"
    return names.setdefault(email.lower(), name or email)


def coauthors(message: str) -> tuple[tuple[str, str], ...]:
    """The (name, address) of each person that the message's trailers name as co-author, in their order."""
    named = _COAUTHOR.findall(message) if "uthored-" in message else ()
    return tuple(one for one in named if not is_bot("{} <{}>".format(*one).lower(), (*BOTS, *ASSISTANTS)))


def ticket(message: str) -> str:
    """The bug or blueprint that the message names, or the tracker key or number of its first line; "" for none."""
    subject = message.lstrip().partition("\n")[0]
    found = (
        ("-bug:" in message.lower() and _BUG.search(message))
        or ("lueprint" in message and _BLUEPRINT.search(message))
        or ("-" in subject and _KEY.search(subject))
        or ("#" in subject and _NUMBER.search(subject))
    )
    return found[1] if found else ""
