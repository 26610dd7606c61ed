"""Which accesses a line means: neither what a deletion takes along, nor one of several tables that it may write."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..model.facts import Access, Confidence, Op, TableFact, Via
from .calls import ONE_OF

__all__ = ["meant"]


def meant(accesses: Iterable[Access], tables: Iterable[TableFact]) -> Iterator[Access]:
    """Without cascades, which are told by the keys that they follow, and without guesses between tables.

    row.save(), where callers that are known by inference alone pass an order or a product: it is one of them each time,
    and more than types tell decides which. So is what a line of a base does for each of many classes below it, also by
    a framework, with the tables between two (`form.save()`).
    """
    accesses = [one for one in accesses if one.via is not Via.CASCADE]
    whose = {fact.table: (fact.module, fact.model.partition(".")[0]) for fact in tables if fact.model}
    written: defaultdict[tuple[str, int, Via], set[object]] = defaultdict(set)
    for one in accesses:
        if _is_row(one):
            written[one.file, one.line, one.via].add(one.table)
        elif _is_form(one):
            written[one.file, one.line, one.via].add(whose.get(one.table, one.table))
    for one in accesses:
        rows = len(written.get((one.file, one.line, one.via), ()))
        sure = rows < ONE_OF if one.confidence is Confidence.CERTAIN or _is_form(one) else rows < 2
        if sure or not (_is_row(one) or _is_form(one)):
            yield one


def _is_row(access: Access) -> bool:
    return access.op is Op.WRITE and access.via is Via.ORM and not access.along


def _is_form(access: Access) -> bool:
    return access.op is Op.WRITE and access.via is Via.FRAMEWORK
