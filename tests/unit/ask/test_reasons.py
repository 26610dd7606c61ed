"""Why a module, table or person is named for a change: Relations + Model -> Blast."""

from dataclasses import replace

from decompose.ask.blast import blast
from decompose.ask.learn import fit
from decompose.ask.likely import PRIOR
from decompose.model.blast import Affected, Blast
from decompose.relate import relate
from tests.builders import facts, partition

APART = "\n".join(f"commit bob {300 - i} shop/free.py" for i in range(40))
SHOP = f"""
module shop.api
module shop.orders
module shop.models
module shop.billing
module shop.free
import shop.orders -> shop.models : Order
import shop.api -> shop.orders : place
import shop.far -> shop.api : call
import shop.farther -> shop.far : call
table orders_order in shop.models: id primary
read shop.api:show orders_order
write shop.billing:pay orders_order
commit ann 90 shop/models.py shop/billing.py
commit ann 80 shop/models.py shop/billing.py
commit ann 70 shop/models.py
{APART}
"""
CUT = (
    "sales: shop.api shop.orders shop.models | orders_order\nmoney: shop.billing\nrest: shop.free shop.far shop.farther"
)


def of(*files: str, authors: tuple[str, ...] = ()) -> Blast:
    """What is as likely as not to be worth a word is told too: the weights are generous."""
    relations = relate(facts(SHOP))
    generous = replace(fit(relations), weights=(0.0, *PRIOR[1:]))
    return blast(relations, partition(CUT), generous, "a change", files, authors)


def named(rows: tuple[Affected, ...], name: str) -> Affected:
    return next(row for row in rows if row.name == name)


def test_imports_are_told_with_their_chain() -> None:
    found = of("shop/models.py").modules
    assert "imports shop.models" in named(found, "shop.orders").reasons
    assert "imports shop.models through shop.orders" in named(found, "shop.api").reasons
    assert of("shop/models.py").importers == 4


def test_a_common_table_and_the_commits_of_both_are_told() -> None:
    billing = named(of("shop/models.py").modules, "shop.billing")
    assert billing.reasons == ("changed in 2 of the 3 changes of shop.models", "shares orders_order with it")
    assert len(billing.commits) == 2


def test_tables_and_boundaries_within_reach() -> None:
    found = of("shop/billing.py")
    table = named(found.tables, "orders_order")
    assert (table.probability, table.reasons) == (
        1.0,
        ("declared in shop.models", "written by shop.billing", "also used in sales"),
    )
    assert named(found.boundaries, "money").probability == 1.0
    assert 0 < named(found.boundaries, "sales").probability < 1
    assert named(of("shop/models.py").tables, "orders_order").reasons[0] == "declared in shop.models"


def test_people_to_ask_know_what_is_changed_and_did_not_make_the_change() -> None:
    (ann,) = of("shop/models.py", "shop/billing.py").people
    assert (ann.name, ann.probability) == ("ann", 1.0)
    assert ann.reasons == ("made 100% of the changes of shop.models",)
    assert of("shop/models.py", authors=("ann",)).people == ()
    both = of("shop/models.py", "shop/free.py").people
    assert [one.name for one in both] == ["bob"]
    assert "of the changes of these 2 modules, most of them of shop.free" in both[0].reasons[0]
