"""Stage 7: Document -> SARIF 2.1.0, for annotations on code hosts: walls, and the seams of the plan's first step."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from .document import Document, PlaceRow, SeamRow
from .escape import json_text, visible
from .views import first_step

__all__ = ["sarif"]

_PLACES = 20  # related places of one result


def sarif(document: Document) -> str:
    """One run. A wall is a warning where it is hot, else a note, as seams are; each has a fingerprint that lasts."""
    results = [*_walls(document), *_seams(document)]
    rules = sorted({result["ruleId"] for result in results})
    driver = {"name": "decompose", "rules": [_rule(name) for name in rules]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json_text({"$schema": schema, "version": "2.1.0", "runs": [run]}) + "\n"


def _rule(name: str) -> dict[str, Any]:
    family, _, kind = name.partition("/")
    said = f"{family}: {kind.replace('_', ' ')}".capitalize()
    return {"id": name, "shortDescription": {"text": said}}


def _walls(document: Document) -> Iterator[dict[str, Any]]:
    for wall in document["walls"]:
        if wall["evidence"]:
            yield _result(
                f"wall/{wall['kind']}",
                "warning" if wall["hot"] else "note",
                f"{wall['subject']}: {wall['why']}. {wall['proposal'][:1].upper()}{wall['proposal'][1:]}.",
                wall["evidence"],
                f"{wall['kind']} {wall['subject']}",
            )


def _seams(document: Document) -> Iterator[dict[str, Any]]:
    step = first_step(document)
    if step is None:
        return
    seams = {seam["id"]: seam for seam in document["seams"]}
    wanted = {*step["before"]}
    for remedy in document["remedies"]:
        if remedy["id"] in wanted and remedy["options"]:
            done = remedy["options"][0]["kind"].replace("_", " ")
            for name in remedy["seams"]:
                if (seam := seams.get(name)) and seam["evidence"]:
                    yield _result(
                        f"seam/{seam['kind']}", "note", _crossing(seam, step["boundary"], done), seam["evidence"], name
                    )


def _crossing(seam: SeamRow, boundary: str, remedy: str) -> str:
    ends = f"{seam['from']['boundary']} to {seam['to']['boundary']}"
    return (
        f"In the way of extracting {boundary}: a seam ({seam['kind'].replace('_', ' ')}) from {ends}. Remedy: {remedy}."
    )


def _result(rule: str, level: str, said: str, places: Sequence[PlaceRow], mark: str) -> dict[str, Any]:
    first, *others = map(_place, places[: _PLACES + 1])
    result = {"ruleId": rule, "level": level, "message": {"text": visible(said)}, "locations": [first]}
    if others:
        result["relatedLocations"] = others
    return result | {"partialFingerprints": {"decompose/v1": mark}}


def _place(place: PlaceRow) -> dict[str, Any]:
    """A path is a relative URI; line 0, the whole file, has no region."""
    uri = quote(place["file"].encode("utf-8", "surrogateescape"))
    region = {"region": {"startLine": place["line"]}} if place["line"] > 0 else {}
    return {"physicalLocation": {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}, **region}}
