"""Which accesses a line means: neither what a deletion takes along, nor one of several tables that it may write."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..model.facts import Access, Confidence, Op, Via
from ..model.names import Table

__all__ = ["meant"]


def meant(accesses: Iterable[Access]) -> Iterator[Access]:
    """Without cascades, which are told by the keys that they follow, and without guesses between tables.

    row.save(), where callers that are known by inference alone pass an order or a product: it is one of them each time,
    and more than types tell decides which.
    """
    accesses = [one for one in accesses if one.via is not Via.CASCADE]
    written: defaultdict[tuple[str, int], set[Table]] = defaultdict(set)
    for one in accesses:
        if _is_row(one):
            written[one.file, one.line].add(one.table)
    for one in accesses:
        sure = one.confidence is Confidence.CERTAIN or len(written.get((one.file, one.line), ())) < 2
        if sure or not _is_row(one):
            yield one


def _is_row(access: Access) -> bool:
    return access.op is Op.WRITE and access.via is Via.ORM and not access.along
