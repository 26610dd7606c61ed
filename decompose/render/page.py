"""Stage 7: Document + pictures -> index.html, one file that needs no network.

The data travels as JSON in a script element that runs nothing; one script of ours, allowed by its digest, draws it.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

from . import assets
from .changes import Changes
from .diagrams import stems
from .document import Document
from .escape import html, script_json
from .payload import payload
from .svg import inline

__all__ = ["page"]

_TOOLS = "base model picture layout parts map"
_SECTIONS = "answer boundaries tables structure seams plan findings history changes"
_SCRIPTS = [f"{name}.js" for name in f"{_TOOLS} {_SECTIONS} main".split()]


def page(
    document: Document,
    pictures: Mapping[str, str] | None = None,
    source: tuple[str, str] = ("", ""),
    since: Changes | None = None,
) -> str:
    """The page. `pictures` are SVG texts by file stem; `source` is the pattern of a link to a file ("{path}") and what
    follows it for a line ("{line}"), as `source_link` gives it, or empty for no links; `since` is what became
    different since an older analysis."""
    style = assets.text("page/page.css")
    script = "\n".join(assets.text(f"page/{name}") for name in _SCRIPTS)
    parts = {
        "title": html(f"{document['project']['name']}: where it can be cut"),
        "project": html(document["project"]["name"]),
        "style": style,
        "style_hash": _digest(style),
        "script": script,
        "script_hash": _digest(script),
        "pictures": _pictures(document, pictures or {}),
        "data": script_json(payload(document) | {"changes": since, "source": source[0], "source_line": source[1]}),
    }
    return re.sub(r"@(\w+)@", lambda found: parts[found.group(1)], assets.text("page/page.html"))


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _pictures(document: Document, pictures: Mapping[str, str]) -> str:
    """Templates by name: a picture of a boundary has the boundary's name in its id, whatever its file is called."""
    files = {
        f"boundary-{stem}": f"boundary:{name}"
        for name, stem in stems(r["name"] for r in document["boundaries"]).items()
    }
    return "\n".join(
        f'<template id="picture:{html(files.get(stem, stem))}">{inline(text, f"p{number}-")}</template>'
        for number, (stem, text) in enumerate(sorted(pictures.items()))
    )
