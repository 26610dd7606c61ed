"""Stage 7: an SVG file -> an `<svg>` element that can stand in a page: shapes and text alone, with ids of its own."""

import re
from xml.etree import ElementTree

__all__ = ["inline"]

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_ELEMENTS = frozenset({"svg", "g", "a", "title", "text", "path", "polygon", "polyline", "ellipse", "rect", "line"})
_SHAPE = "d points x y cx cy rx ry x1 y1 x2 y2 width height viewBox transform"
_LOOK = "fill stroke stroke-width stroke-dasharray fill-opacity stroke-opacity text-anchor font-size font-weight"
_ATTRIBUTES = frozenset(f"id class {_SHAPE} {_LOOK}".split())


def inline(text: str, prefix: str) -> str:
    """The picture's element with every id behind `prefix`. Anything but shapes, groups and text is dropped."""
    root = ElementTree.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", text))
    kept = _kept(root, prefix)
    if kept is None:
        return ""
    kept.set("role", "group")
    return ElementTree.tostring(kept, encoding="unicode")


def _kept(node: ElementTree.Element, prefix: str) -> ElementTree.Element | None:
    name = node.tag.removeprefix(f"{{{_SVG}}}") if isinstance(node.tag, str) else ""
    if name not in _ELEMENTS:
        return None
    attributes = {key: value for key, value in node.attrib.items() if key in _ATTRIBUTES}
    if "id" in attributes:
        attributes["id"] = prefix + attributes["id"]
    if label := node.get(f"{{{_XLINK}}}title"):
        attributes["data-label"] = label
    made = ElementTree.Element("g" if name == "a" else name, attributes)
    made.text, made.tail = node.text, node.tail
    made.extend(kept for child in node if (kept := _kept(child, prefix)) is not None)
    return made
