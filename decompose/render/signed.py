"""Stage 7: a text that a person may edit -> the text and, as its last line, a digest by which edits are seen."""

import re
from hashlib import sha256

__all__ = ["COMMENT", "LABEL", "is_ours", "signed"]

COMMENT = "# Unchanged since it was written: {}"
"""The last line in a language with comments of this kind: TOML."""

LABEL = "[//]: # (Unchanged since it was written: {})"
"""The last line of a Markdown text: the label of a link that nothing refers to, which no renderer shows."""

_LAST = re.compile(r"\n(?:# |\[//\]: # \()Unchanged since it was written: ([0-9a-f]{16})\)?\n\Z")


def signed(body: str, form: str) -> str:
    """`body`, which ends with a line end, and its digest in `form`."""
    return f"{body}\n{form.format(_digest(body))}\n"


def is_ours(text: str) -> bool:
    """Is this what `signed` once made, byte for byte?"""
    last = _LAST.search(text)
    return last is not None and last[1] == _digest(text[: last.start()])


def _digest(body: str) -> str:
    """Of the bytes that are written, where what is no UTF-8 is spelt out."""
    return sha256(body.encode("utf-8", "backslashreplace")).hexdigest()[:16]
