"""What the parameters of a function say: a signature as text -> names, rows as their ids."""

import re
from collections import Counter
from collections.abc import Container, Iterable

from ...model.facts import Facts

__all__ = ["functions", "handed", "parameters", "takes_rows", "words"]


def parameters(signature: str, models: Container[str]) -> list[str]:
    """`"(self, order: Order, *, dry_run=False) -> Receipt"` -> `["order_id", "dry_run"]`: rows travel as their ids.

    "..." is what else callers may pass, by `**kwargs`.
    """
    return [name for name, _ in handed(signature, models)]


def handed(signature: str, models: Container[str], words: Container[str] = ()) -> list[tuple[str, str]]:
    """Each parameter as it travels, and of which of `models` it is a row, or many: `("order_id", "order")`.

    One of `words` is a row only where it is annotated as one.
    """
    return [_as_id(part, models, words) for part in _parts(signature)]


def takes_rows(signature: str, models: Container[str], words: Container[str] = ()) -> bool:
    """Is a parameter a row of one of `models`, or many of them?"""
    return any(model for _, model in handed(signature, models, words))


def words(facts: Facts) -> frozenset[str]:
    """What more columns are called that hold a value than keys to a row: "locale", though there is a class Locale."""
    keys = {(key.table, key.column) for key in facts.foreign_keys}
    held, rows = Counter[str](), Counter[str]()
    for fact in facts.tables:
        for column in fact.columns:
            found = rows if (fact.table, column.name) in keys else held
            found[column.name.removesuffix("_id").replace("_", "")] += 1
    return frozenset(name for name in held if held[name] > rows[name])


# whatever else callers pass: lookups of a query, options of a library's
_OPEN = frozenset({"*args", "**kwargs", "**kw"})

# "", "*" and "/" have no name; what a request carries does not travel
_NOT_SENT = frozenset({"", "self", "cls", "request", "info"})


_FUNCTION = re.compile(r"\**(\w+_)?(callback|callable|fn|func)s?(:|$)|\w+: .*\bCallable\b", re.S)


def functions(signature: str) -> list[str]:
    """The parameters that are functions, which no message carries: `callback`, `report: Callable[[str], None]`."""
    return [re.split(r"\W", part.lstrip("*"))[0] for part in _all(signature) if _FUNCTION.match(part)]


def _all(signature: str) -> list[str]:
    inside = signature.rpartition(")")[0].removeprefix("(") if ")" in signature else ""
    return [re.sub(r"\s*=.*", "", part.strip(), flags=re.S) for part in _at_top_level(inside)]


def _parts(signature: str) -> list[str]:
    named = [part for part in _all(signature) if not _FUNCTION.match(part)]
    sent = [part for part in named if re.split(r"\W", part.lstrip("*_"))[0] not in _NOT_SENT]
    told = [part.lstrip("*") for part in sent if part.partition(":")[0] not in _OPEN]
    return [*told, *(["..."] if len(told) < len(sent) else [])]


def _as_id(parameter: str, models: Container[str], words: Container[str]) -> tuple[str, str]:
    # user, order: "Order | None", lines: list[Line]
    name, _, annotation = (part.strip() for part in parameter.partition(":"))
    one = re.sub(r"\s*\|\s*None$", "", annotation.strip("\"'")).rpartition(".")[2].lower()
    if one in models:
        return f"{name}_id", one
    inside = re.fullmatch(r"(?:list|List|Iterable|Sequence|QuerySet)\[[\"']?([\w.]+)[\"']?\]", annotation)
    if inside and (many := inside[1].rpartition(".")[2].lower()) in models:
        return f"{name}_ids", many
    called = name.replace("_", "")
    return (f"{name}_id", called) if not annotation and called in models and called not in words else (parameter, "")


def _at_top_level(text: str) -> Iterable[str]:
    """Split at the commas that no bracket encloses."""
    depth, start = 0, 0
    for i, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            yield text[start:i]
            start = i + 1
    yield text[start:]
