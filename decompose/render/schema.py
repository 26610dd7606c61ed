"""Stage 7: what the types of a `Document` say, as a check of parsed JSON and as a JSON Schema."""

import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from ..errors import InputError
from .document import FORMAT, VERSION, Document

__all__ = ["checked", "schema"]


def checked(value: object, where: str = "analysis.json") -> Document:
    """`value`, parsed from JSON, if it is an analysis of this version; else `InputError` names the first fault."""
    if not isinstance(value, Mapping) or value.get("format") != FORMAT:
        raise InputError(f"{where} is not an analysis: its `format` is not {FORMAT!r}.")
    if value.get("version") != VERSION:
        raise InputError(f"{where} has version {value.get('version')!r}; this program reads version {VERSION}.")
    if fault := _fault(value, Document, ""):
        raise InputError(f"{where}: {fault}.")
    return value  # type: ignore[return-value]  # just checked, field by field


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `Document`, made from the types above."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{FORMAT}, version {VERSION}",
    }
    return head | _schema(Document)


def _schema(kind: Any) -> dict[str, Any]:
    if kind is Any:
        return {}
    if is_typeddict(kind):
        return _object_schema(kind)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is list:
        return {"type": "array", "items": _schema(inner[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(inner[1])}
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(one) for one in inner]}
    names = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
    return {"type": names[kind]}


def _object_schema(kind: Any) -> dict[str, Any]:
    """Further keys are allowed: they come without a new version."""
    found = {name: _schema(inner) for name, inner in get_type_hints(kind).items()}
    about = {} if _undocumented(kind) else {"description": " ".join(kind.__doc__.split())}
    return {"type": "object", **about, "properties": found, "required": sorted(kind.__required_keys__)}


def _undocumented(kind: Any) -> bool:
    return not kind.__doc__ or kind.__doc__.startswith("dict(")


def _fault(value: object, kind: Any, at: str) -> str:
    """The first place where `value` is not of `kind`, in words; "" where it is."""
    if kind is Any:
        return ""
    if is_typeddict(kind):
        return _object_fault(value, kind, at)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is list:
        if not isinstance(value, list):
            return f"`{at}` must be a list"
        found = (_fault(one, inner[0], f"{at}[{index}]") for index, one in enumerate(value))
        return next(filter(None, found), "")
    if origin is Literal:
        return "" if value in inner else f"`{at}` must be one of {', '.join(map(repr, inner))}"
    if origin in (Union, types.UnionType):
        return "" if any(not _fault(value, one, at) for one in inner) else f"`{at}` has the wrong type"
    expected = {float: (int, float)}.get(kind, origin or kind)
    wrong = not isinstance(value, expected) or (isinstance(value, bool) and kind is not bool)
    return f"`{at}` must be {getattr(kind, '__name__', kind)}" if wrong else ""


def _object_fault(value: object, kind: Any, at: str) -> str:
    if not isinstance(value, dict):
        return f"`{at}` must be an object"
    dot = f"{at}." if at else ""
    for name in sorted(kind.__required_keys__):
        if name not in value:
            return f"`{dot}{name}` is missing"
    hints = _hints(kind)
    return next(filter(None, (_fault(value[name], hints[name], dot + name) for name in hints if name in value)), "")


_hints = cache(get_type_hints)
