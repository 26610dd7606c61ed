"""One address that several ask: Remedies with their sketches -> str."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ...model.counts import listed
from ...model.judgements import Remedy
from ...model.names import Boundary

__all__ = ["asked_by_several"]

# GET  /upload/image?locale=&title= -> [{id, title}]
_ROUTE = re.compile(r"^(GET|POST|PUT|PATCH|DELETE) +(/[^\s?]+)(?:\?(\S+))?", re.M)


def asked_by_several(me: Boundary, remedies: Iterable[Remedy]) -> Iterator[str]:
    """The addresses of `me` that the sketches of two or more remedies give, each with who asks for it and by what."""
    found: defaultdict[tuple[str, str], dict[str, set[str]]] = defaultdict(dict)
    times: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for remedy in remedies:
        who = ", ".join(sorted(one.name for one in remedy.boundaries if one != me))
        for method, path, query in _ROUTE.findall(remedy.sketch):
            if path.startswith(f"/{me.name.replace('_', '-')}/"):
                by = (part.partition("=")[0] for part in query.split("&"))
                found[path, method].setdefault(who, set()).update(filter(None, by))
                times[path, method].add(remedy.id)
    several = [key for key in sorted(found) if len(times[key]) > 1]
    if several:
        told = [f"{method} {path} for {_askers(found[path, method])}" for path, method in several]
        yield (
            "one view answers each address that several remedies open, by all their filters, with all their fields: "
            f"{listed(told, _NAMED)}"
        )


_NAMED = 6


def _askers(asked: dict[str, set[str]]) -> str:
    told = [f"{who} (by {', '.join(sorted(by))})" if by else who for who, by in sorted(asked.items())]
    return " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))
