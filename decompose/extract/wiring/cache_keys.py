"""Cache keys: two modules that read and write the same key depend on each other without any import."""

from collections.abc import Iterator

from ...model.facts import WireKind
from ..code import Call
from .hint import Hint, Site, argument, chain, looks_at, template

__all__ = ["cache_keys"]

_READS_OR_WRITES = frozenset(
    {"get", "set", "add", "delete", "get_or_set", "incr", "decr", "touch", "get_many", "set_many", "delete_many"}
    | {"aget", "aset", "adelete", "has_key", "setex", "expire", "hget", "hset", "hdel", "hgetall"}
    | {"lpush", "rpush", "sadd", "zadd", "zincrby", "zrange"}
)
_CACHES = ("cache", "caches", "redis", "redis_connection", "redis_client", "memcache")


@looks_at(Call, called=_READS_OR_WRITES)
def cache_keys(site: Site) -> Iterator[Hint]:
    """cache.get(f"course:{pk}:card")      key = "course:%s" % pk; cache.set(key, ...)"""
    assert isinstance(site.node, Call)
    owner = chain(site.node.func).rpartition(".")[0]
    if owner.rpartition(".")[2].strip("_") in _CACHES:
        text = template(argument(site.node, 0, "key", "name", "keys"), site.local)
        if len(text.replace("*", "")) > 2:
            yield Hint(WireKind.CACHE_KEY, "key", text, site.function, site.line)
