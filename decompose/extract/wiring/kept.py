"""Caches: functions and classes whose answers somebody keeps, by a decorator or by asking a cache themselves."""

import re
from collections.abc import Iterator

from ..code import Call, Class, Display, Expr, Function
from .hint import Kept, Site, chain, looks_at

__all__ = ["kept"]

_ASKS = frozenset({"cache_page", "get", "get_or_set", "get_many", "aget", "aget_or_set", "aget_many"})
_CACHE = re.compile(r"cache|redis|memoi[sz]e", re.I).search
# never_cache      cache_control      invalidate_cache      cache_clear
_NO_CACHE = re.compile(r"never|no_?cache|control|invalidat|clear|delete|purge|vary", re.I).search


@looks_at(Function, Class, Call, called=_ASKS)
def kept(site: Site) -> Iterator[Kept]:
    """@cached_property    @lru_cache(maxsize=9)    @method_decorator(cache_page(60))    cache.get(key)

    @view_config(decorator=[origin_cache(60)])
    """
    if isinstance(site.node, Call):
        if site.function and _asks(site.node, site):
            yield Kept(site.function)
    elif isinstance(site.node, Function | Class) and any(map(_keeps, site.node.decorators)):
        path = f"{site.function}.{site.node.name}" if site.function else site.node.name
        yield Kept(f"{path}." if isinstance(site.node, Class) else path)


def _keeps(decorator: Expr) -> bool:
    if isinstance(decorator, Call):
        around = (value for name, value in decorator.keywords if name == "decorator")
        return any(map(_keeps, (decorator.func, *decorator.args, *around)))
    if isinstance(decorator, Display):
        return any(map(_keeps, decorator.items))
    return _is_cache(chain(decorator).rpartition(".")[2])


def _asks(call: Call, site: Site) -> bool:
    owner, _, called = chain(call.func).rpartition(".")
    if _is_cache(called):  # cache_page(60)(super().dispatch)(...)
        return True
    made = site.local.get(owner)  # r = get_redis_interface("STATS"); r.get("visits")
    source = chain(made.func) if isinstance(made, Call) else owner
    return bool(owner) and any(map(_is_cache, (owner.rpartition(".")[2], source.rpartition(".")[2])))


def _is_cache(name: str) -> bool:
    return bool(_CACHE(name)) and not _NO_CACHE(name)
