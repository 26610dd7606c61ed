"""Which accesses a line means: neither what a deletion takes along, nor one of several tables that it may write."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..model.facts import Access, Confidence, Op, Via
from ..model.names import Table
from .calls import ONE_OF

__all__ = ["meant"]


def meant(accesses: Iterable[Access]) -> Iterator[Access]:
    """Without cascades, which are told by the keys that they follow, and without guesses between tables.

    row.save(), where callers that are known by inference alone pass an order or a product: it is one of them each time,
    and more than types tell decides which. So is what a line of a base does for each of many classes below it.
    """
    accesses = [one for one in accesses if one.via is not Via.CASCADE]
    written: defaultdict[tuple[str, int], set[Table]] = defaultdict(set)
    for one in accesses:
        if _is_row(one):
            written[one.file, one.line].add(one.table)
    for one in accesses:
        tables = len(written.get((one.file, one.line), ()))
        sure = tables < ONE_OF if one.confidence is Confidence.CERTAIN else tables < 2
        if sure or not _is_row(one):
            yield one


def _is_row(access: Access) -> bool:
    return access.op is Op.WRITE and access.via is Via.ORM and not access.along
