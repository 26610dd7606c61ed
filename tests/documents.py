"""Documents drawn as text: a small shop, and one whose every name is hostile."""

from typing import Any

from decompose.assess import assess
from decompose.assess.blast import blast_radius
from decompose.model.facts import Facts
from decompose.model.judgements import Partition
from decompose.pipeline import _between as between
from decompose.plan import plan
from decompose.relate import RelateOptions, relate
from decompose.render import Document, analysis
from tests.builders import facts, partition

__all__ = ["HOSTILE", "document", "hostile", "shop"]

SHOP = """
module shop.orders 120
module shop.orders_lines 80
module shop.billing 200
module shop.people 90
module shop.errors 10
module shop.urls 10
module shop.tests.test_orders 40 test
import shop.orders -> shop.billing : charge
import shop.orders -> shop.people : User
import shop.billing -> shop.orders : Order [lazy]
import shop.orders -> shop.errors : Oops
import shop.urls -> shop.orders
use shop.orders:place -> shop.billing:charge [call] [loop]
use shop.orders:place -> shop.people:User
use shop.billing:refund -> shop.orders:Order
def shop.billing:charge(order_id: int) -> Receipt
def class shop.people:User
def class shop.orders:Order
table orders_order in shop.orders: id primary, user_id indexed, status
table billing_invoice in shop.billing: id primary
table people_user in shop.people: id primary
fk orders_order.user_id -> people_user [cascade]
read shop.orders:place people_user
write shop.orders:place orders_order
write shop.orders:place billing_invoice
write shop.billing:charge billing_invoice
write shop.billing:refund orders_order
atomic shop.orders:place orders_order, billing_invoice
commit ann 3 shop/orders.py shop/billing.py
commit bob 4 shop/people.py
commit ann 9 shop/orders.py shop/people.py
"""
CUT = """
orders: shop.orders shop.orders_lines shop.tests.test_orders | orders_order
billing: shop.billing | billing_invoice
people: shop.people | people_user
kernel: shop.errors
roots: shop.urls
"""

# What a stranger may call a thing: none may run, break a file's form, or hide itself.
HOSTILE = (
    "</script><script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "]]>",
    '"quoted" \\N \\',
    "\u202egnp.exe",
    "\x1b[31mred\x07",
    "| a | `b` | [c](javascript:window.hacked=1)",
    "{{ 7 * 7 }} ${7*7} @data@ %s",
    "line\nbreak\r\tand\x00null",
    "--> <!-- &lt; &amp;",
    "' onmouseover='window.hacked=1",
    "Ünïcode 名前 🙂",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    'e[click x href "javascript:window.hacked=1"]',
)


def document(given: Facts, cut: Partition, further: dict[str, object] | None = None) -> Document:
    found = assess(given, cut)
    relations = relate(given)
    blast = blast_radius(relations, cut, between(relations, cut, RelateOptions()))
    return analysis(given, cut, found, plan(given, cut, found), {"blast_radius": blast} | (further or {}))


def shop(further: dict[str, object] | None = None) -> Document:
    return document(facts(SHOP), partition(CUT), further)


def hostile() -> Document:
    """The shop with every name, path and message of it replaced by hostile ones, all of them in each place in turn."""
    given = shop()
    names = [row["name"] for row in given["modules"] if row["kind"] == "source"]
    names += [row["name"] for row in given["tables"]] + [row["name"] for row in given["boundaries"]]
    table = dict(zip([*names, "as drawn", "charge", "shop"], HOSTILE, strict=True))
    table |= {f"{name.replace('.', '/')}.py": f"{evil}/{evil}.py" for name, evil in table.items() if "." in name}
    changed: Any = _renamed(given, table)
    changed["problems"] = [{"file": evil, "line": 1, "message": evil} for evil in HOSTILE]
    changed["unresolved"] = [{"kind": evil, "module": evil, "file": evil, "line": 1, "text": evil} for evil in HOSTILE]
    return changed  # type: ignore[no-any-return]


def _renamed(value: Any, table: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: one if key in _WORDS else _renamed(one, table) for key, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, table) for one in value]
    return table.get(value, value) if isinstance(value, str) else value


_WORDS = frozenset({"format", "kind", "op", "via", "origin", "claim"})
