import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decompose.assess import assess
from decompose.model.columns import columns
from decompose.model.facts import ColumnUse, Evidence, Origin
from decompose.model.judgements import Partition, RemedyKind, SplitPlan, Wall, WallKind
from decompose.model.names import Boundary
from decompose.plan import plan
from decompose.plan.advice import advice
from decompose.plan.gain import gains
from tests.builders import facts, partition

CUT = partition("""
    orders:  shop.orders shop.cart | orders_order
    billing: shop.billing shop.tax | billing_invoice billing_rate
    users:   shop.users            | auth_user
""")

OWN = "\n".join(f"write shop.{m}:save {t}" for m, t in [("billing", "billing_invoice"), ("tax", "billing_rate")]) + "\n"


def planned(text: str, cut: Partition = CUT) -> SplitPlan:
    found = facts(text)
    return plan(found, cut, assess(found, cut))


def recommended(text: str) -> RemedyKind:
    (remedy,) = planned(OWN + text).remedies
    return remedy.options[0].kind


def sketched(text: str) -> str:
    (remedy,) = planned(OWN + text).remedies
    return remedy.sketch


MODULES = "".join(f"module {module} 100\n" for fact in CUT.boundaries for module in fact.modules)
CHARGE = "def shop.billing:charge(order_id: int, *, lines: dict[str, int] = {}) -> Receipt\n"


def test_a_call_becomes_an_endpoint_with_the_functions_parameters() -> None:
    text = CHARGE + "use shop.orders:place -> shop.billing:charge [call]"
    assert recommended(text) is RemedyKind.SYNC_API
    assert sketched(text) == "POST /billing/charge {order_id: int, lines: dict[str, int]} -> Receipt"


@pytest.mark.parametrize(
    ("signature", "told"),
    [
        ("(order_id, **kwargs)", ["GET  /billing/find {order_id, ...} -> ..."]),
        ("(*args, **kwargs)", ["GET  /billing/find {...} -> ..."]),
        ("(**values)", ["GET  /billing/find {values} -> ..."]),
        (
            "(id, report: Callable[[str], None] | None = None, callback=print)",
            [
                "GET  /billing/find {id} -> ...",
                "  report, callback of find: functions, which no message carries; who calls runs them on what comes "
                "back",
            ],
        ),
    ],
)
def test_what_no_message_carries_is_no_parameter(signature: str, told: list[str]) -> None:
    text = f"def shop.billing:find{signature}\nread shop.billing:find billing_invoice\n"
    assert sketched(f"{text}use shop.orders:place -> shop.billing:find [call]").splitlines() == told


INVOICE = (
    "table billing_invoice in shop.billing: id primary, total\ndef shop.billing:Invoice.{}(self, to: str) -> bool\n"
)
METHOD = "call shop.orders:place -> shop.billing:Invoice.{0} [row shop.billing:Invoice]"


def of_row(method: str, more: str = "") -> tuple[RemedyKind, str]:
    text = INVOICE.format(method) + METHOD.format(method) + more
    (remedy,) = (one for one in planned(OWN + text).remedies if one.id.startswith("call"))
    return remedy.options[0].kind, remedy.sketch


WRITES = "\nwrite shop.billing:Invoice.{} billing_invoice"
LOOKS = "\ncolumn shop.billing:Invoice.{} billing_invoice.total"


@pytest.mark.parametrize(
    ("method", "more", "kind", "sketch"),
    [
        ("send", WRITES, RemedyKind.SYNC_API, "POST /billing/invoice/{id}/send {to: str} -> bool"),
        ("is_due", "", RemedyKind.SYNC_API, "GET  /billing/invoice/{id}/is-due {to: str} -> bool"),
        ("send", f" [loop]{WRITES}", RemedyKind.BATCH_API, "POST /billing/invoice/send/batch [{invoice_id, to: str}"),
        ("send", f" [unused]{WRITES}", RemedyKind.EVENT, "command billing.invoice-send {invoice_id, to: str}"),
        ("save", WRITES, RemedyKind.SYNC_API, "PUT  /billing/invoice/{id} {total}"),
        ("delete", f" [loop]{WRITES}", RemedyKind.BATCH_API, "DELETE /billing/invoice?ids="),
        ("label", f" [alone]{LOOKS}", RemedyKind.KERNEL, "library billing-contract: label(its row, to: str)"),
    ],
)
def test_a_method_of_a_row_is_asked_by_the_rows_key(method: str, more: str, kind: RemedyKind, sketch: str) -> None:
    found = of_row(method, more.format(method))
    assert found[0] is kind
    assert found[1].startswith(sketch)


def test_what_a_class_inherits_is_asked_of_the_class() -> None:
    text = "def shop.tax:Told.tell(self, what)\nwrite shop.tax:Told.tell billing_rate\n"
    called = "call shop.orders:place -> shop.tax:Told.tell [row shop.billing:Invoice]"
    assert sketched(text + called) == "POST /billing/invoice/{id}/tell {what} -> ..."


def test_a_service_goes_by_its_name_and_one_remedy_holds_its_class() -> None:
    text = (
        "def class shop.billing:IMailer\ndef shop.billing:IMailer.send(self, to)\n"
        "write shop.billing:IMailer.send billing_invoice\nuse shop.orders:make -> shop.billing:IMailer [call]\n"
        "call shop.orders:place -> shop.billing:IMailer.send [object shop.billing:IMailer]"
    )
    (remedy,) = planned(OWN + text).remedies
    assert remedy.sketch.splitlines() == [
        "POST /billing/mailer/send {to} -> ...",
        "  why not the cheapest way: what it runs is its owner's, where the tables are",
    ]
    assert len(remedy.seams) == 2


def test_a_call_in_a_loop_becomes_a_batch() -> None:
    text = CHARGE + "use shop.orders:place -> shop.billing:charge [call] [loop]"
    assert recommended(text) is RemedyKind.BATCH_API
    assert sketched(text).startswith("POST /billing/charge/batch [{order_id: int")


def test_a_call_whose_result_is_dropped_becomes_an_event() -> None:
    text = CHARGE + "use shop.orders:place -> shop.billing:charge [call] [unused]"
    assert recommended(text) is RemedyKind.SYNC_API, "it does nothing that another process could do"
    text += "\nwrite shop.billing:charge billing_invoice"
    assert recommended(text) is RemedyKind.EVENT
    assert sketched(text).startswith("command billing.charge {order_id: int, lines: dict[str, int]}")


def test_what_is_called_on_import_registers_itself() -> None:
    text = CHARGE.replace("charge", "register") + "use shop.orders: -> shop.billing:register [call] [unused]"
    assert recommended(text) is RemedyKind.INVERT
    assert "registers itself at start-up" in sketched(text)


def test_a_decorator_that_needs_no_table_is_shared_as_a_library() -> None:
    text = "def shop.billing:checked(schema)\nuse shop.orders: -> shop.billing:checked [call]\n"
    assert recommended(text) is RemedyKind.KERNEL
    works = "call shop.billing:checked -> shop.billing:save\n"
    (found,) = (one for one in planned(OWN + text + works).remedies if one.id.startswith("call"))
    assert found.options[0].kind is RemedyKind.INVERT


def test_a_held_object_is_made_anew() -> None:
    text = "def constant shop.billing:db\nuse shop.orders:f -> shop.billing:db.session.commit [call] [unused] [loop]"
    assert recommended(text) is RemedyKind.KERNEL
    assert "orders makes an object of its own at start-up" in sketched(text)


def test_code_without_tables_travels_when_that_is_cheaper() -> None:
    text = "module shop.fmt 100\nuse shop.orders:place -> shop.fmt:money [call]"
    cut = partition("orders: shop.orders\nbilling: shop.billing shop.fmt")
    assert [remedy.options[0].kind for remedy in planned(text, cut).remedies] == [RemedyKind.MOVE]
    used = text + "\nimport shop.billing -> shop.fmt : money"
    assert [remedy.options[0].kind for remedy in planned(used, cut).remedies] == [RemedyKind.KERNEL]


HELPER = """
    module shop.fmt 5000
    def shop.fmt:money(amount: int) -> str
    use shop.fmt:money -> shop.fmt2:sign [call]
    def shop.fmt2:sign(amount: int) -> str
    use shop.orders:place -> shop.fmt:money [call]
"""


def test_a_helper_travels_without_a_module_that_is_too_heavy() -> None:
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.fmt shop.fmt2 | billing_rate")
    (helper,) = planned(HELPER, cut).remedies
    assert helper.options[0].kind is RemedyKind.KERNEL
    assert helper.sketch.startswith("library: shop.fmt.money, shop.fmt2.sign (")
    (asked,) = planned(HELPER + "read shop.fmt2:sign billing_rate", cut).remedies
    assert asked.options[0].kind is RemedyKind.SYNC_API, "what it uses comes to a table"
    beside = HELPER + "read shop.fmt:rates billing_rate\n"
    (helper,) = planned(beside, cut).remedies
    assert helper.options[0].kind is RemedyKind.KERNEL
    rows = beside + "table billing_rate in shop.fmt: id primary"
    named = facts(rows.replace("money(amount: int)", "money(rate: Rate)"))
    named = replace(named, tables=(replace(named.tables[0], model="Rate"),))
    (asked,) = (one for one in plan(named, cut, assess(named, cut)).remedies if one.id.startswith("call"))
    assert asked.options[0].kind is RemedyKind.SYNC_API, "of rows it is the domain's own, as what stands beside it"
    (asked,) = planned(beside.replace("money", "charge"), cut).remedies
    assert asked.options[0].kind is RemedyKind.SYNC_API, "it may act on something that is no table"


def test_a_helper_takes_along_what_a_class_holds_and_not_what_it_does() -> None:
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.fmt shop.fmt2 shop.docs | billing_rate")
    text = f"""{HELPER}
    def class shop.docs:Doc
    read shop.docs:Doc.rows billing_rate
    read shop.fmt:rates billing_rate
    use shop.fmt:money -> shop.docs:Doc.ALIAS [reference]
    """
    (helper,) = planned(text, cut).remedies
    assert helper.options[0].kind is RemedyKind.KERNEL
    (asked,) = planned(text.replace("Doc.ALIAS [reference]", "Doc [call]"), cut).remedies
    assert asked.options[0].kind is RemedyKind.SYNC_API


def test_a_method_that_is_called_on_a_class_without_tables_travels_with_that() -> None:
    text = """
    def class shop.billing:Areas
    def shop.billing:Areas.groups(cls)
    write shop.billing:charge billing_invoice
    use shop.orders:show -> shop.billing:Areas.groups [call]
    """
    (remedy,) = planned(text).remedies
    assert remedy.options[0].kind is RemedyKind.KERNEL
    assert remedy.sketch.startswith("library: shop.billing.Areas (")
    (remedy,) = planned(text.replace("billing:charge", "billing:Areas.fill")).remedies
    assert remedy.options[0].kind is RemedyKind.SYNC_API


@pytest.mark.parametrize(("times", "told"), [(4, True), (3, False)])
def test_a_library_of_what_changes_with_its_user_says_so(times: int, told: bool) -> None:
    both = "\n".join(f"commit ann {day} shop/fmt.py shop/cart.py" for day in range(20, 20 - times, -1))
    alone = "\n".join(f"commit ann {day} shop/fmt.py" for day in range(5, 0, -1))
    more = f"module shop.cart 9\n{both}\n{alone}\ncommit ann 30 shop/fmt.py shop/fmt2.py"
    cut = partition("orders: shop.orders shop.cart | orders_order\nbilling: shop.fmt shop.fmt2 | billing_rate")
    found = facts(HELPER + more)
    (helper,) = plan(found, cut, assess(found, cut)).remedies
    last = found.history.commits[1].sha[:10]
    says = (
        f"  shop.fmt changed together with shop.cart in 4 of its 10 commits, of late in {last}: each such change is a "
        "release of the library and of both, unless the part of shop.cart that goes with it stands there, too"
    )
    assert (says in helper.sketch) is told
    assert ("changed together" in helper.sketch) is told


@pytest.mark.parametrize("parameter", ["fileobj", "session: Session", "report: Callable[[str], None]", "callback"])
def test_what_is_handed_an_open_file_a_session_or_a_function_travels_however_long_it_is(parameter: str) -> None:
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.fmt shop.fmt2 | billing_rate")
    found = facts(HELPER.replace("amount: int", parameter) + "read shop.fmt:rates billing_rate\n")
    long = tuple(replace(one, end_line=one.line + 80) for one in found.definitions)
    (sent,) = plan(replace(found, definitions=long), cut, assess(found, cut)).remedies
    assert sent.options[0].kind is RemedyKind.KERNEL
    number = facts(HELPER + "read shop.fmt:rates billing_rate\n")
    number = replace(number, definitions=tuple(replace(one, end_line=one.line + 80) for one in number.definitions))
    (asked,) = plan(number, cut, assess(number, cut)).remedies
    assert asked.options[0].kind is RemedyKind.SYNC_API


def test_types_of_a_tables_class_go_after_the_remedies_of_the_table() -> None:
    text = """
    module shop.users 9000
    module shop.orders 9000
    def class shop.users:User
    table u_user in shop.users: id primary
    table orders_order in shop.orders: id primary
    use shop.orders:f -> shop.users:User [annotation]
    read shop.orders:f u_user
    import shop.orders -> shop.users : gone
    """
    cut = partition("orders: shop.orders | orders_order\nusers: shop.users | u_user")
    found = facts(text)
    (goes,) = [step for step in plan(found, cut, assess(found, cut)).steps if step.extract]
    assert [one.partition(":")[0] for one in goes.before] == ["import.unused", "table.read", "type"]


def test_a_copy_is_filled_before_a_command_looks_its_rows_up() -> None:
    text = """
    module shop.users 9000
    module shop.orders 300
    table u_user in shop.users: id primary, email
    table orders_order in shop.orders: id primary
    def shop.orders:tell(user)
    write shop.orders:tell orders_order
    use shop.users:f -> shop.orders:tell [call] [unused]
    read shop.orders:f u_user [loop]
    fk orders_order.user_id -> u_user [cascade]
    """
    cut = partition("orders: shop.orders | orders_order\nusers: shop.users | u_user")
    (goes,) = [step for step in planned(text, cut).steps if step.extract]
    assert [one.partition(":")[0] for one in goes.before] == ["table.read", "call.notify", "foreign_key"]


def test_helpers_travel_from_beside_functions_that_are_asked() -> None:
    text = """
    def shop.billing:charge(order_id)
    def shop.billing:rate(kind)
    def constant shop.billing:RATES
    own shop.billing:rate RATES
    write shop.billing:charge billing_invoice
    use shop.orders:place -> shop.billing:charge
    use shop.orders:show -> shop.billing:rate
    """
    (remedy,) = planned(text).remedies
    assert remedy.options[0].kind is RemedyKind.SYNC_API
    assert remedy.sketch.splitlines() == [
        "POST /billing/charge {order_id} -> ...",
        "library: shop.billing.RATES, shop.billing.rate (4 lines, no table)",
        "  versioned; orders and billing depend on it",
    ]
    assert remedy.options[0].points == 2.5 + 0.5 + 0.25 + 0.01


def test_classes_that_come_to_no_table_are_shared_beside_those_that_are_asked() -> None:
    text = """
    def class shop.billing:Ledger
    def class shop.billing:Money
    write shop.billing:Ledger.add billing_invoice
    use shop.orders:place -> shop.billing:Ledger [call]
    use shop.orders:show -> shop.billing:Money [call]
    """
    (remedy,) = planned(text).remedies
    assert remedy.options[0].kind is RemedyKind.SYNC_API
    assert remedy.sketch.splitlines()[-3:-1] == [
        "library billing-contract: Money of shop.billing",
        "  versioned; orders and billing depend on it",
    ]
    assert not any("money" in line for line in remedy.sketch.splitlines())
    assert remedy.options[0].points == 2.25 + 1.0


def test_a_base_that_is_made_of_a_librarys_class_is_carried_though_it_comes_to_tables() -> None:
    text = """
    def class shop.billing:Indexed < {}
    read shop.billing:Indexed.rows billing_invoice
    use shop.orders:Order -> shop.billing:Indexed [inherit]
    """
    assert recommended(text.format("elasticsearch.Document")) is RemedyKind.KERNEL
    assert recommended(text.format("shop.billing.Base")) is RemedyKind.INVERT
    assert sketched(text.format("elasticsearch.Document")).splitlines()[0] == (
        "library billing-base: Indexed of shop.billing, which orders inherits from as before"
    )


def test_a_base_class_that_comes_to_no_table_is_carried_into_a_library() -> None:
    base = "def class shop.billing:Dated\nuse shop.orders:Order -> shop.billing:Dated [inherit]"
    assert recommended(base) is RemedyKind.KERNEL
    assert recommended(base + "\nread shop.billing:Dated.last billing_rate") is RemedyKind.INVERT


LIBRARY = partition("""
    orders: shop.orders | orders_order
    tax:    shop.tax
""")


def test_code_that_no_table_and_no_request_needs_becomes_a_library() -> None:
    made = planned("module shop.tax 2000\nuse shop.orders:f -> shop.tax:rate [call] [loop]", LIBRARY)
    assert {step.boundary.name: step.form.value for step in made.steps} == {"orders": "service", "tax": "library"}
    entered = "entry request shop.tax:rate\nuse shop.orders:f -> shop.tax:rate [call]"
    assert {step.form.value for step in planned(entered, LIBRARY).steps} == {"service"}


def test_a_library_is_imported_and_is_handed_what_it_needs() -> None:
    text = """
        module shop.tax 2000
        def shop.tax:rate(country: str) -> float
        def shop.orders:note(order)
        use shop.orders:f -> shop.tax:rate [call] [loop]
        use shop.tax:f -> shop.orders:note [call] [unused]
        write shop.orders:note orders_order
        write shop.tax:g orders_order
        write shop.orders:f orders_order
    """
    found = {remedy.id.partition(":")[0]: remedy for remedy in planned(text, LIBRARY).remedies}
    assert {id: found[id].options[0].kind for id in found} == {
        "call.loop": RemedyKind.KERNEL,
        "call.notify": RemedyKind.INVERT,
        "table.write": RemedyKind.INVERT,
    }
    assert found["call.loop"].sketch.endswith("shop.tax.rate(country: str) -> float")
    assert found["table.write"].sketch.startswith("tax is handed what stores the rows, and orders keeps the table:")
    (step,) = (step for step in planned(text, LIBRARY).steps if step.form.value == "library")
    assert step.risks[0] == (
        "it cannot be installed alone before what it needs of orders is handed to it, the first at shop/tax.py:6"
    )


def test_rows_travel_as_ids_and_secrets_do_not_travel() -> None:
    table = "table users_user in shop.users: id primary, email, password, api_token\n"
    text = "def shop.billing:notify(user, who: User | None, all: list[User], users: int)\n"
    found = planned(OWN + table + text + "use shop.orders:place -> shop.billing:notify [call]").remedies
    assert found[0].sketch == "POST /billing/notify {user_id, who_id, all_ids, users: int} -> ..."
    cut = partition("orders: shop.orders | orders_order\nusers: shop.users | users_user")
    (remedy,) = planned(table + "write shop.users:save users_user\nread shop.orders:f users_user [loop]", cut).remedies
    assert remedy.sketch.splitlines()[0].startswith("CREATE TABLE orders_users_user_copy (id, email);")


def test_cache_keys_and_names_of_classes_are_no_functions() -> None:
    table = "table billing_invoice in shop.billing: id primary, total\n"
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.billing | billing_invoice")
    found = facts(f"{table}wire get_model shop.orders -> shop.billing : billing.Invoice")
    named = replace(found, tables=(replace(found.tables[0], model="Invoice"),))
    (remedy,) = plan(named, cut, assess(named, cut)).remedies
    assert remedy.sketch == "GET  /billing/invoice/{id} -> {id, total}"
    (remedy,) = planned(f"{table}wire cache_key shop.orders -> shop.billing : rates:*", cut).remedies
    assert remedy.sketch.startswith("one of billing and orders alone keeps rates:* in its cache")


def test_a_signals_writes_make_no_saga() -> None:
    scope = "atomic shop.orders:place orders_order\nwrite shop.orders:place orders_order\n"
    heard = """
        table orders_order in shop.orders: id primary
        wire signal shop.tax -> shop.orders : Order
        def shop.tax:heard()
        write shop.tax:heard billing_rate
        write shop.tax:heard billing_invoice
    """
    told = scope.replace("orders_order\n", "orders_order [heard billing_rate, billing_invoice]\n", 1)
    found = {remedy.id.partition(":")[0]: remedy for remedy in planned(told + heard).remedies}
    assert found["transaction"].options[0].kind is RemedyKind.OUTBOX
    both = scope.replace("atomic shop.orders:place orders_order", "atomic shop.orders:place orders_order, {}")
    found = {one.id.partition(":")[0]: one for one in planned(both.format("billing_rate, auth_user")).remedies}
    assert found["transaction"].options[0].kind is RemedyKind.SAGA


def test_the_plan_says_what_to_do_first() -> None:
    made = planned(
        OWN + MODULES.replace("100", "5000") + CHARGE + "use shop.orders:place -> shop.billing:charge [call]"
    )
    assert made.advice[1:3] == (
        f"Do first: decompose carve {made.steps[0].boundary}, when its owners agree: that makes one package with a "
        "public face of it inside the monolith, where it can be undone. The program is analysed again then, for paths "
        "and lines are others; or it comes last.",
        "Then: orders calls charge of shop.billing (shop/orders.py:9): ask the owner by an API.",
    )


def test_what_only_reads_is_got_and_what_comes_to_write_is_posted() -> None:
    use = "use shop.orders:place -> shop.billing:totals [call]\n"
    reads = "call shop.billing:totals -> shop.billing:_load\nread shop.billing:_load billing_invoice\n"
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.billing | billing_invoice")
    table = "table billing_invoice in shop.billing: id primary\ntable orders_order in shop.orders: id primary\n"
    (found,) = (one for one in planned(table + use + reads, cut).remedies if one.id.startswith("call"))
    assert found.sketch.startswith("GET  /billing/totals")
    writes = "call shop.billing:_load -> shop.billing:_save\nwrite shop.billing:_save billing_invoice"
    (found,) = (one for one in planned(table + use + reads + writes, cut).remedies if one.id.startswith("call"))
    assert found.sketch.startswith("POST /billing/totals")
    named = (table + use + reads + writes).replace("totals", "get_totals")
    (found,) = (one for one in planned(named, cut).remedies if one.id.startswith("call"))
    assert found.sketch.startswith("POST /billing/get-totals"), "it may make the row that it gets"


def test_a_class_is_shared_unless_its_methods_use_tables() -> None:
    text = "def class shop.billing:Receipt\nuse shop.orders:f -> shop.billing:Receipt [call]"
    assert recommended(text) is RemedyKind.KERNEL
    works = "write shop.tax:save billing_rate\ncall shop.billing:Receipt.pay -> shop.tax:save\n"
    assert recommended(works + text) is RemedyKind.SYNC_API


def test_what_a_framework_owns_makes_no_service() -> None:
    site = "table django_site in shop.tax: id primary\n"
    cut = partition("orders: shop.orders | orders_order\ntax: shop.tax | django_site")
    assert {step.form.value for step in planned(site, cut).steps} == {"service"}
    found = facts(site)
    framework = replace(found, tables=tuple(replace(one, origin=Origin.FRAMEWORK) for one in found.tables))
    steps = plan(framework, cut, assess(framework, cut)).steps
    assert {step.boundary.name: step.form.value for step in steps} == {"orders": "service", "tax": "library"}


def test_what_only_a_migration_knows_makes_no_service() -> None:
    cut = partition("orders: shop.orders | orders_order\ntax: shop.tax | old_rate")
    known = "table orders_order in shop.orders: id primary\ntable old_rate in : id primary\n"
    assert {step.boundary.name: step.form.value for step in planned(known, cut).steps} == {
        "orders": "service",
        "tax": "library",
    }
    assert {step.form.value for step in planned(known + "read shop.tax:f old_rate", cut).steps} == {"service"}


def test_of_scores_that_are_nearly_the_same_the_smaller_step_goes_first() -> None:
    """Orders has more lines for each point than users, and costs a point more: by little, or by far."""
    sizes = (
        "module shop.orders {}\nmodule shop.cart 0\nmodule shop.users 2000\nmodule shop.billing 1\nmodule shop.tax 0\n"
    )
    extra = "use shop.orders:f -> shop.billing:g [constant]\n"
    first = [planned(sizes.format(lines) + extra).steps[0].boundary.name for lines in (2600, 5000)]
    assert first == ["users", "orders"]


def test_what_is_more_than_one_step_waits_and_says_so() -> None:
    calls = "\n".join(f"use shop.orders:f{i} -> shop.billing:g{i} [call]" for i in range(500))
    sizes = "module shop.orders 90000\nmodule shop.billing 90000\nmodule shop.users 5000\n"
    made = planned(sizes + calls)
    assert next(step.boundary.name for step in made.steps) == "users"
    large = next(step for step in made.steps if step.boundary.name == "orders")
    assert large.effort > 500 and large.risks[0].endswith(
        "reduce its seams inside the monolith first, and decide again"
    )


def test_services_go_before_libraries() -> None:
    """Tools would be the better step by its score; a library takes nothing off the monolith that runs."""
    cut = partition("""
        orders:  shop.orders  | orders_order
        billing: shop.billing | billing_invoice
        tools:   shop.tools
    """)
    sizes = "module shop.orders 2000\nmodule shop.billing 2000\nmodule shop.tools 9000\n"
    uses = "use shop.billing:f -> shop.orders:g [call]\nuse shop.orders:f -> shop.tools:g [call]\n"
    made = planned(sizes + OWN.splitlines()[0] + "\n" + uses, cut)
    goes = [step for step in made.steps if step.extract]
    assert [(step.form.value, step.waits) for step in goes] == [("service", False), ("library", False)]
    assert goes[0].score < goes[1].score
    assert made.advice[0].startswith("Begin with billing, as a service")


def test_what_comes_after_a_large_step_is_none_of_those_that_can_go() -> None:
    cut = partition("\n".join(f"{name}: shop.{name} | {name}_row" for name in "abcd"))
    found = facts("".join(f"module shop.{name} 9000\nwrite shop.{name}:save {name}_row\n" for name in "abcd"))
    assessed = assess(found, cut)
    made = plan(found, cut, assessed)
    assert [step.extract for step in made.steps] == [True, True, True, False]
    steps = [replace(step, waits=step.number == 3) for step in made.steps]
    against = {step.boundary: () for step in steps}
    some, all_ = (next(advice(one, {}, against, assessed)) for one in (steps, made.steps))
    assert "of the 2 that can go before one that waits, the most for its effort" in some
    assert "of the 3 that can go, the most for its effort" in all_


def test_where_only_libraries_can_leave_the_plan_says_so() -> None:
    cut = partition("orders: shop.orders | orders_order\ntools: shop.tools")
    made = planned("module shop.orders 100\nmodule shop.tools 9000\nuse shop.orders:f -> shop.tools:g [call]", cut)
    assert [step.boundary.name for step in made.steps if step.extract] == ["tools"]
    assert made.advice[0].startswith("No boundary is worth a service of its own")
    assert made.advice[1].startswith("Begin with tools, as a library")


def test_where_only_large_services_are_left_the_plan_says_what_comes_first() -> None:
    calls = "\n".join(f"use shop.orders:f{i} -> shop.billing:g{i} [call]" for i in range(500))
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.billing | billing_invoice")
    made = planned(f"module shop.orders 90000\nmodule shop.billing 90000\n{OWN}\n{calls}", cut)
    large = next(step for step in made.steps if step.extract)
    assert large.waits
    assert made.advice[2].startswith(f"Do first, of what costs {large.boundary} the most: ")
    assert made.advice[0] == "No boundary is worth a service of its own by what is known."
    assert made.advice[1] == (
        f"{large.boundary} ({int(large.remaining + 0.5):,} points) is more than a step: "
        "reduce its seams inside the monolith first, and decide again."
    )


def test_advice_says_what_is_done_about_entries_and_what_goes_away_by_itself() -> None:
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.billing | billing_invoice")
    text = """
        def class shop.billing:BillingConfig < django.apps.AppConfig
        wire string shop.orders -> shop.billing : shop.billing.BillingConfig
        entry task shop.billing:remind
        use shop.orders:f -> shop.billing:remind.delay [call] [unused]
        wire task shop.orders -> shop.billing : remind
    """
    found = facts(f"module shop.orders 9000\nmodule shop.billing 5000\n{OWN}\n{text}")
    at = next(one.line for one in found.uses)
    wires = tuple(replace(one, line=at) if one.kind == "task" else one for one in found.wires)
    found = replace(found, wires=wires)
    made = plan(found, cut, assess(found, cut))
    said = [line.rpartition(": ")[2] for line in made.advice if line.startswith("Then: orders")]
    assert said == [
        "its entry goes along.",
        "publish an event in place of the call.",
        "it goes away with other remedies.",
    ]
    outbox = "Then: the outbox by which events and commands go, and its relay, as the step's record says."
    assert made.advice.index(outbox) < made.advice.index(next(line for line in made.advice if "Then: orders" in line))
    call = f"{CHARGE}use shop.orders:place -> shop.billing:charge [call]"
    assert outbox not in planned(f"module shop.orders 9000\nmodule shop.billing 5000\n{OWN}\n{call}", cut).advice


def test_where_nothing_can_leave_the_plan_names_a_cycle_to_break() -> None:
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.billing | billing_invoice")
    calls = "use shop.orders:f -> shop.billing:g [call]\nuse shop.billing:g -> shop.orders:f [call]"
    made = planned(f"module shop.orders 9\nmodule shop.billing 9\n{OWN}\n{calls}", cut)
    assert not any(step.extract for step in made.steps)
    assert re.fullmatch(
        r"Do first: take what shop\.(orders|billing) needs of shop\.(billing|orders) out of it \(shop/\w+\.py:\d+\); "
        r"that ends 1 of 1 cycle: billing and orders\.",
        made.advice[1],
    )


def test_the_advice_names_the_walls_on_hot_paths() -> None:
    found = facts(OWN)
    assessed = assess(found, CUT)
    at = (Evidence("shop/orders.py", 7),)
    wall = Wall(WallKind.N_PLUS_ONE, "f", None, (), hot=True, why="", proposal="", sketch="", evidence=at)
    walls = (wall, replace(wall, hot=False), replace(wall, kind=WallKind.COLLISIONS))
    said = "No split would take down 1 wall on hot paths (1 N+1; the first at shop/orders.py:7): look at those "
    said += "before the first cut." if any(step.extract for step in plan(found, CUT, assessed).steps) else "first."
    assert said in plan(found, CUT, replace(assessed, walls=walls)).advice
    assert not any("No split" in one for one in plan(found, CUT, replace(assessed, walls=walls[1:])).advice)


def test_a_service_that_is_only_too_large_is_nearer_than_what_should_stay() -> None:
    calls = "\n".join(f"use shop.orders:f{i} -> shop.billing:g{i} [call]" for i in range(500))
    cut = partition(
        "orders: shop.orders | orders_order\nbilling: shop.billing | billing_invoice\nold: shop.old | old_row"
    )
    text = f"module shop.orders 90000\nmodule shop.billing 90000\nmodule shop.old 1\n{OWN}\n{calls}"
    assert not any("Nearest" in line for line in planned(text, cut).advice)


def test_a_library_that_needs_half_of_the_others_stays() -> None:
    names = ["a", "b", "c", "d", "e", "f"]
    cut = partition("\n".join(f"{name}: shop.{name} | {name}_row" for name in names) + "\ntools: shop.tools")
    tables = "\n".join(f"table {name}_row in shop.{name}: id primary\nmodule shop.{name} 900" for name in names)
    uses = [f"use shop.tools:f -> shop.{name}:g [type]" for name in names]
    for many, stays in [(4, False), (5, True)]:
        text = "\n".join([tables, "module shop.tools 9000", *uses[:many]])
        (tools,) = (step for step in planned(text, cut).steps if step.boundary.name == "tools")
        assert tools.form.value == "library" and tools.extract != stays
        assert any("could not be installed without them" in reason for reason in tools.reasons) == stays


def test_a_service_of_other_peoples_tables_stays() -> None:
    text = "module shop.tax 2000\nentry request shop.tax:rate\nwrite shop.tax:rate orders_order"
    (tax,) = (step for step in planned(text, LIBRARY).steps if step.boundary.name == "tax")
    assert not tax.extract and tax.reasons[0].startswith(
        "it owns no table in use and writes those of others on 1 line:"
    )
    (tax,) = (step for step in planned(text.replace("write", "read"), LIBRARY).steps if step.boundary.name == "tax")
    assert not tax.reasons[0].startswith("it owns no table in use")


def test_what_stays_is_in_no_alternative() -> None:
    made = planned(MODULES)
    goes = {step.boundary for step in made.steps if step.extract}
    assert all(set(other.order) == goes for other in made.alternatives)


def test_half_of_the_changes_decide_nothing() -> None:
    alone = "\n".join(f"commit ann {90 - i} shop/users.py" for i in range(13))
    for together, doubtful in [(14, True), (40, False)]:
        both = "\n".join(f"commit bob {50 - i} shop/users.py shop/orders.py" for i in range(together))
        (users,) = (step for step in planned(f"{MODULES}{alone}\n{both}").steps if step.boundary.name == "users")
        assert doubtful != any("two releases" in reason for reason in users.reasons)


def test_reads_become_a_copy_in_a_loop() -> None:
    assert recommended("read shop.orders:place billing_invoice") is RemedyKind.SYNC_API
    assert recommended("read shop.orders:place billing_invoice [loop]") is RemedyKind.READ_MODEL


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("read shop.orders:place billing_invoice\n" * 9, "9 lines ask for it, and each would wait for an answer"),
        ("read shop.orders:place billing_invoice [loop]\n" * 2,
         "2 lines ask for it, some of them in a loop, and each would wait for an answer"),
        ("read shop.orders:place billing_invoice [loop]\n",
         "1 line asks for it, in a loop, and would wait for an answer each time"),
        ("read shop.orders:place billing_invoice\n", ""),
    ],
)  # fmt: skip
def test_a_remedy_that_costs_more_than_another_says_why(lines: str, why: str) -> None:
    (remedy,) = planned(lines).remedies
    dearer = any(one.points < remedy.options[0].points for one in remedy.options)
    told = [line for line in remedy.sketch.splitlines() if "cheapest" in line]
    assert told == ([f"  why not the cheapest way: {why}"] if dearer else [])


def test_writes_become_commands_at_the_owner() -> None:
    assert recommended("write shop.orders:place billing_invoice") is RemedyKind.COMMAND_API


def test_a_wide_join_becomes_a_view_joined_by_its_keys() -> None:
    text = """
        table orders_order in shop.orders: id primary, user_id, status
        table billing_invoice in shop.billing: id primary, order_id, total
        table auth_user in shop.users: id primary, name
        fk orders_order.user_id -> auth_user [cascade]
        fk billing_invoice.order_id -> orders_order [cascade]
        query shop.orders:dash orders_order, billing_invoice, auth_user [filter orders_order.status] [join {}]
    """.format("orders_order.user_id, billing_invoice.order_id")
    (view,) = (remedy for remedy in planned(text).remedies if remedy.id.startswith("join"))
    assert view.options[0].kind is RemedyKind.VIEW
    assert view.sketch.splitlines()[1:] == [
        "SELECT auth_user.id AS auth_user_id, billing_invoice.id AS billing_invoice_id, "
        "orders_order.id AS orders_order_id, orders_order.user_id, billing_invoice.order_id, orders_order.status",
        "FROM auth_user",
        "LEFT JOIN orders_order ON orders_order.user_id = auth_user.id",
        "LEFT JOIN billing_invoice ON billing_invoice.order_id = orders_order.id",
        "-- its readers filter by orders_order.status",
    ]


def test_a_key_keeps_its_id_and_gets_a_job() -> None:
    text = """
        table orders_order in shop.orders: id primary, invoice_id
        fk orders_order.invoice_id -> billing_invoice [cascade]
    """
    assert recommended(text) is RemedyKind.DROP_KEY
    assert "deletes the rows of orders_order where invoice_id = id" in sketched(text)


def test_a_key_costs_the_lines_that_go_by_it_where_nothing_else_changes_them() -> None:
    text = """
        table orders_order in shop.orders: id primary, invoice_id
        fk orders_order.invoice_id -> billing_invoice [cascade]
        column shop.orders:paid orders_order.invoice_id [read]
        column shop.orders:late orders_order.invoice_id [read]
        column shop.users:spy orders_order.invoice_id [read]
        read shop.orders:late billing_invoice
    """
    found = facts(OWN + text)
    line = next(one.line for one in found.accesses if one.function == "late")
    together = columns(ColumnUse, (replace(one, line=line) if one.function == "late" else one for one in found.columns))
    for made, lines in ((found, 3), (replace(found, columns=together), 2)):
        remedies = plan(made, CUT, assess(made, CUT)).remedies
        assert next(one.options[0].points for one in remedies if one.id.startswith("foreign_key")) == 2 + 0.25 * lines


def test_a_transaction_over_one_other_owner_needs_an_outbox_and_over_two_a_saga() -> None:
    assert recommended("atomic shop.orders:place orders_order, billing_invoice") is RemedyKind.OUTBOX
    one_owner = "atomic shop.orders:place orders_order, billing_invoice, billing_rate"
    assert recommended(one_owner) is RemedyKind.OUTBOX, "the owner writes both by a transaction of its own"
    text = "atomic shop.orders:place orders_order, billing_invoice, auth_user"
    made = planned(OWN + text).remedies
    assert [one.options[0].kind for one in made] == [RemedyKind.SAGA] * 2, "one with each of them"
    assert "compensation: undo_place_in_billing" in made[0].sketch


def test_every_seam_has_exactly_one_remedy() -> None:
    text = CHARGE + "\n".join(
        f"use shop.orders:f{i} -> shop.{m}:g{i} [{k}]"
        for i, (m, k) in enumerate(
            [("billing", "call"), ("tax", "call"), ("users", "raise"), ("billing", "annotation")]
        )
    )
    found = facts(text)
    assessment = assess(found, CUT)
    settled = [id for remedy in plan(found, CUT, assessment).remedies for id in remedy.seams]
    assert sorted(settled) == [seam.id for seam in assessment.seams]


def test_each_remedy_is_paid_for_once() -> None:
    made = planned("use shop.orders:f -> shop.billing:g [call]\nuse shop.users:f -> shop.tax:g [call]")
    spent = [id for step in made.steps for id in step.before]
    assert sorted(spent) == sorted(remedy.id for remedy in made.remedies)


def test_the_boundary_whose_changes_stay_inside_goes_first() -> None:
    history = "\n".join(f"commit ann {90 - i} shop/users.py" for i in range(30))
    tangled = "\n".join(f"commit bob {50 - i} shop/orders.py shop/billing.py" for i in range(25))
    made = planned(MODULES + history + "\n" + tangled)
    assert made.steps[0].boundary.name == "users"
    assert {step.boundary.name for step in made.steps if not step.extract} == {"orders", "billing"}
    assert made.steps[0].gain.alone == 30


def test_a_change_that_waits_for_settings_the_kernel_or_a_template_of_others_is_not_free() -> None:
    text = """
        module shop.users.models 2000
        module shop.orders.models 2000
        module shop.common 20
        commit ann 9 shop/users/models.py shop/users/templates/a.html README.md shop/locale/de.po
        commit ann 8 shop/users/models.py shop/orders/static/a.js
        commit ann 7 shop/users/models.py shop/common.py
        commit ann 6 shop/users/models.py shop/orders/tests/a.json shop/orders/tests/test_a.py
        commit ann 5 shop/users/models.py shop/templates/users/old.html
        commit ann 4 shop/users/models.py shop/templates/base.html
        commit ann 3 shop/users/models.py shop/orders/models.py
    """
    found = facts(text)
    cut = partition("users: shop.users.models\norders: shop.orders.models\nkernel: shop.common")
    gain = gains(found, cut)[Boundary("users")]
    days = {commit.sha: commit.time // 86_400 for commit in found.history.commits}
    assert (gain.changes, gain.alone, gain.free, gain.total) == (7, 6, 3, 7)
    assert [days[sha] for sha in gain.free_in] == [9, 6]


def test_what_history_says_of_a_step_is_called_in_sample() -> None:
    history = "\n".join(f"commit {'ann' if i % 2 else 'cat'} {90 - i} shop/users.py" for i in range(30))
    tangled = "\n".join(f"commit bob {50 - i} shop/orders.py shop/billing.py" for i in range(25))
    told = [text for step in planned(MODULES + history + "\n" + tangled).steps for text in (*step.reasons, *step.signs)]
    told = [text for text in told if " change" in text or " commit" in text]
    for part in ("touch it alone", "touch other boundaries too", "two people changed", "touch no other boundary"):
        assert any(part in text for text in told), part
    assert [text for text in told if "(in-sample)" not in text] == []


def test_a_step_works_out_its_score() -> None:
    formula = re.compile(
        r"score ([\d.]+) = 100 × \(lines ([\d.]+)% \+ 2 × commits alone ([\d.]+)% \+ collisions ([\d.]+)%\)"
        r" / \(([\d.]+) points(?: \+ 0.5 × ([\d.]+) for what it needs of the rest)?\) \(in-sample\)"
    )
    made = planned(
        MODULES + "use shop.orders:f -> shop.users:g [call]\ncommit ann 9 shop/users.py\ncommit bob 8 shop/tax.py"
    )
    for step in made.steps:
        found = formula.fullmatch(step.reasons[-1])
        assert found, step.reasons[-1]
        told, lines, alone, collisions, left, back = (float(part or 0) for part in found.groups())
        assert told == pytest.approx(step.score, abs=0.006)
        assert told == pytest.approx((lines + 2 * alone + collisions) / (left + 0.5 * back), rel=0.01)
    assert any("for what it needs of the rest" in step.reasons[-1] for step in made.steps)


def test_collisions_are_two_people_within_three_days() -> None:
    text = MODULES + "commit ann 30 shop/users.py\ncommit bob 28 shop/users.py\ncommit ann 10 shop/users.py\n"
    (users,) = (step for step in planned(text).steps if step.boundary.name == "users")
    assert users.gain.collisions == 1
    newer, older, _ = (one.sha for one in facts(text).history.commits)
    assert users.gain.collided_in == ((older, newer),)
    assert any(
        reason.endswith(f"(in-sample), by the commits {older[:10]} and {newer[:10]}") for reason in users.reasons
    )


WITH_A_LIBRARY = partition("""
    orders:  shop.orders              | orders_order
    tools:   shop.cart shop.tax
    billing: shop.billing             | billing_invoice billing_rate
    users:   shop.users               | auth_user
""")
_ENDS = st.sampled_from(["shop.orders", "shop.cart", "shop.billing", "shop.tax", "shop.users"])
_TABLES = st.sampled_from(["orders_order", "billing_invoice", "billing_rate", "auth_user"])
_NAMES = st.sampled_from("fgh")
_USES = st.builds(
    "use {}:{} -> {}:{} [{}] [{}]".format,
    _ENDS,
    _NAMES,
    _ENDS,
    _NAMES,
    st.sampled_from(["call", "inherit", "raise", "constant", "annotation", "reference"]),
    st.sampled_from(["loop", "unused", "once"]),
)
_ACCESSES = st.builds(
    "{} {}:{} {} [{}]".format,
    st.sampled_from(["read", "write"]),
    _ENDS,
    _NAMES,
    _TABLES,
    st.sampled_from(["loop", "each 3", "relation"]),
)
_KEYS = st.builds("fk {}.{}_id -> {} [{}]".format, _TABLES, _NAMES, _TABLES, st.sampled_from(["cascade", "protect"]))
_WIRES = st.builds(
    "wire {} {} -> {} : {}".format, st.sampled_from(["signal", "task", "url", "string"]), _ENDS, _ENDS, _NAMES
)
_CALLS = st.builds("call {}:{} -> {}:{} [each 3]".format, _ENDS, _NAMES, _ENDS, _NAMES)
_SPANS = st.builds(
    "{} {}:{} {} [sql]".format,
    st.sampled_from(["query", "atomic"]),
    _ENDS,
    _NAMES,
    st.lists(_TABLES, min_size=1, unique=True).map(", ".join),
)
_SEAM = st.one_of(_USES, _ACCESSES, _SPANS, _KEYS, _WIRES, _CALLS)
_FACTS = st.lists(_SEAM, max_size=12)
_DECLARED = """
    table orders_order in shop.orders: id primary
    table billing_invoice in shop.billing: id primary
    table billing_rate in shop.tax: id primary
    table auth_user in shop.users: id primary
    def class shop.tax:f
    def class shop.cart:h
    def constant shop.users:g
"""


@settings(deadline=None)
@given(_FACTS, _SEAM, st.sampled_from(["", _DECLARED]), st.sampled_from([CUT, WITH_A_LIBRARY]))
def test_one_more_seam_never_lowers_an_effort(lines: list[str], one_more: str, declared: str, cut: Partition) -> None:
    less = {step.boundary: step.effort for step in planned(declared + "\n".join(lines), cut).steps}
    more = {step.boundary: step.effort for step in planned(declared + "\n".join([*lines, one_more]), cut).steps}
    assert all(more[boundary] >= less[boundary] for boundary in less)


@settings(deadline=None)
@given(_FACTS)
def test_the_order_of_boundaries_changes_no_plan(lines: list[str]) -> None:
    found = facts("\n".join(lines))
    backwards = replace(CUT, boundaries=CUT.boundaries[::-1])
    assert plan(found, CUT, assess(found, CUT)) == plan(found, backwards, assess(found, backwards))


def test_what_everybody_calls_is_a_platform_and_stays() -> None:
    others = "abcdefg"
    cut = partition("core: shop.core | core_x\n" + "\n".join(f"{name}: shop.{name} | {name}_x" for name in others))
    owns = "\n".join(f"write shop.{name}:save {name}_x" for name in ["core", *others])
    sizes = "\n".join(f"module shop.{name} 2000" for name in ["core", *others])
    calls = [f"use shop.{name}:run -> shop.core:help [call]" for name in others]

    def stays(number: int) -> bool:
        steps = planned("\n".join([sizes, owns, "def shop.core:help(x: int) -> int", *calls[:number]]), cut).steps
        return any("platform" in reason for step in steps if step.boundary.name == "core" for reason in step.reasons)

    assert [stays(number) for number in (4, 5, 7)] == [False, True, True]


def test_a_service_whose_tables_nobody_uses_and_many_call_is_shared_code() -> None:
    others = "abcdefghij"
    cut = partition("core: shop.core | core_x\n" + "\n".join(f"{name}: shop.{name} | {name}_x" for name in others))
    owns = "\n".join(f"write shop.{name}:save {name}_x" for name in ["core", *others])
    sizes = "\n".join(f"module shop.{name} 2000" for name in ["core", *others])
    calls = [f"use shop.{name}:run -> shop.core:help [call]" for name in others]

    def stays(number: int, more: str = "") -> bool:
        text = "\n".join([sizes, owns, "def shop.core:help(x: int) -> int", *calls[:number], more])
        (core,) = (step for step in planned(text, cut).steps if step.boundary.name == "core")
        return any("what they share is code" in reason for reason in core.reasons)

    limits = "\n".join(f"use shop.{name}:run -> shop.core:LIMIT [constant]" for name in others[:5])
    assert stays(0, limits), "a constant is code, too"

    assert [stays(4), stays(5), stays(5, "read shop.a:run core_x")] == [False, True, False]


def test_counts_are_words_and_what_is_none_is_left_out() -> None:
    text = CHARGE + "use shop.orders:place -> shop.billing:charge [call] [loop]"
    steps = {step.boundary.name: step for step in planned(MODULES + OWN + text).steps}
    said = "\n".join(
        line for step in steps.values() for line in (*step.reasons, *step.risks, *step.signs, *step.rollback)
    )
    assert "1 remedy for 1 seam, " in said
    assert "1 line calls in a loop, the first at" in said
    assert " 0 " not in "\n".join((*steps["users"].signs, *steps["users"].rollback))
    assert steps["users"].signs[0] == "the next analysis finds no seam into users; the steps before settled them all"
    assert not re.search(r"\b1 \w+s\b", said)


def test_circles_of_two_are_one_risk_and_names_are_cut() -> None:
    names = [f"part{i}" for i in range(9)]
    cut = partition("\n".join(["core: shop.core | core_row", *(f"{name}: shop.{name} | {name}_row" for name in names)]))
    text = "".join(f"module shop.{name} 900\nwrite shop.{name}:save {name}_row\n" for name in ["core", *names])
    for name in names[:7]:
        text += f"import shop.core -> shop.{name} : save\nimport shop.{name} -> shop.core : save\n"
    (step,) = (step for step in planned(text, cut).steps if step.boundary.name == "core")
    circles = [risk for risk in step.risks if "cycle" in risk]
    assert len(circles) == 1
    assert circles[0].startswith(
        "it needs part0, part1, part2, part3, part4, part5 and 1 more, and each of them needs it;"
    )
    others = ", ".join(rf"shop/part{number}\.py:\d+" for number in range(1, 7))
    assert re.search(rf"; these cycles break where \S+ needs \S+ at shop/\w+\.py:\d+ \(and at {others}\)$", circles[0])


def test_a_circle_that_breaks_between_others_is_left_as_it_is() -> None:
    cut = partition("\n".join(f"{name}: shop.{name} | {name}_row" for name in "abcd"))
    text = "".join(f"module shop.{name} 900\nwrite shop.{name}:save {name}_row\n" for name in "abcd")
    for one, other in ("ab", "bc", "cd", "da"):
        text += f"import shop.{one} -> shop.{other} : save\n"
    risks = {one.boundary.name: risk for one in planned(text, cut).steps for risk in one.risks if "circle" in risk}
    between = [
        name for name, risk in risks.items() if risk.endswith("in a circle, which breaks between others of them")
    ]
    (where,) = {risk.partition("breaks where ")[2] for name, risk in risks.items() if name not in between}
    assert between == [name for name in risks if f"shop.{name}" not in where] and len(between) == 2


def test_one_table_and_one_call_are_spoken_of_in_the_singular() -> None:
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.billing | billing_invoice")
    text = "write shop.orders:save orders_order\nwrite shop.billing:charge billing_invoice\n" + CHARGE
    text += "use shop.orders:place -> shop.billing:charge [call]\nuse shop.billing:charge -> shop.orders:save [call]"
    step = planned(text, cut).steps[0]  # the other is called by nobody who is left then
    assert " in the monolith for one release; the switch of the cut routes the call from" in step.rollback[0]
    assert step.rollback[0].endswith("from outside to it again, the first at shop/orders.py:4")
    assert step.rollback[1].startswith(f"leave {step.tables[0]} where it is until the service has run on it for one")
    assert "has no right on its table, and" in step.signs[1]


def test_what_owns_no_table_and_needs_half_of_the_others_is_a_layer_and_stays() -> None:
    names = [f"part{i}" for i in range(10)]
    cut = partition("\n".join(["front: shop.front", *(f"{name}: shop.{name} | {name}_row" for name in names)]))
    text = "entry request shop.front:show\nmodule shop.front 5000\n"
    text += "".join(f"module shop.{name} 900\nwrite shop.{name}:save {name}_row\n" for name in names)

    def layered(parts: int) -> bool:
        calls = "".join(
            f"call shop.front:show -> shop.{name}:save\nimport shop.front -> shop.{name} : save\n"
            for name in names[:parts]
        )
        steps = planned(text + calls, cut).steps
        return any(
            "a layer of them" in reason for step in steps if step.boundary.name == "front" for reason in step.reasons
        )

    assert layered(5)
    assert not layered(4)


def test_what_owns_no_table_and_asks_five_others_is_a_layer_however_many_there_are() -> None:
    names = [f"part{i}" for i in range(14)]
    cut = partition("\n".join(["front: shop.front", *(f"{name}: shop.{name} | {name}_row" for name in names)]))
    text = "entry request shop.front:show\nmodule shop.front 5000\n"
    text += "".join(f"module shop.{name} 900\nwrite shop.{name}:save {name}_row\n" for name in names)

    def front(parts: int, kind: str) -> tuple[bool, str]:
        uses = "".join(f"use shop.front:show -> shop.{name}:save [{kind}]\n" for name in names[:parts])
        (step,) = (step for step in planned(text + uses, cut).steps if step.boundary.name == "front")
        return step.extract, step.reasons[0]

    assert front(4, "call")[0] and front(5, "constant")[0]
    stays, why = front(5, "call")
    assert not stays
    assert why.startswith("it owns no table in use and needs 5 of the 14 other boundaries, would ask 5 of them")


def test_what_asks_five_others_and_two_for_each_of_its_tables_is_a_layer() -> None:
    names = [f"part{i}" for i in range(14)]

    def front(tables: int, parts: int) -> tuple[bool, str]:
        own = [f"front_row{i}" for i in range(tables)]
        others = (f"{name}: shop.{name} | {name}_row" for name in names)
        cut = partition("\n".join([f"front: shop.front | {' '.join(own)}", *others]))
        text = "entry request shop.front:show\nmodule shop.front 5000\n"
        text += "".join(f"write shop.front:keep {table}\n" for table in own)
        text += "".join(f"module shop.{name} 900\nwrite shop.{name}:save {name}_row\n" for name in names)
        text += "".join(f"use shop.front:show -> shop.{name}:save [call]\n" for name in names[:parts])
        (step,) = (step for step in planned(text, cut).steps if step.boundary.name == "front")
        return step.extract, step.reasons[0]

    assert front(1, 4)[0] and front(3, 5)[0]
    assert front(2, 5) == (
        False,
        "it owns 2 tables and would ask 5 of the 14 other boundaries for what it does: it is a layer of them, and its "
        "answers would wait for theirs; cut it along them",
    )


def test_what_owns_no_table_and_is_tangled_with_five_others_is_a_layer() -> None:
    names = [f"part{i}" for i in range(14)]
    cut = partition("\n".join(["front: shop.front", *(f"{name}: shop.{name} | {name}_row" for name in names)]))
    text = "entry request shop.front:show\nmodule shop.front 5000\n"
    text += "".join(f"module shop.{name} 900\nwrite shop.{name}:save {name}_row\n" for name in names)

    def layered(back: int) -> bool:
        uses = "".join(f"use shop.front:show -> shop.{name}:LIMIT [constant]\n" for name in names[:6])
        uses += "".join(f"use shop.{name}:save -> shop.front:SIZE [constant]\n" for name in names[:back])
        (front,) = (step for step in planned(text + uses, cut).steps if step.boundary.name == "front")
        return any("a layer of them" in reason for reason in front.reasons)

    assert (layered(4), layered(5)) == (False, True)


def test_a_service_costs_no_more_than_its_code_is_worth() -> None:
    def said(lines: int) -> str:
        steps = planned(f"{MODULES}module shop.users {lines}").steps
        return next(step.reasons[0] for step in steps if step.boundary.name == "users")

    assert said(20).startswith("8 points for 20 lines, more than one for each 3 lines")
    assert "more than one" not in said(30)


def test_a_step_says_with_whom_the_most_of_its_work_is() -> None:
    names = [f"part{i}" for i in range(5)]
    cut = partition("\n".join(["core: shop.core | core_row", *(f"{name}: shop.{name} | {name}_row" for name in names)]))
    text = "".join(f"write shop.{name}:save {name}_row\n" for name in ["core", *names]) + "module shop.core 90000\n"
    text += "".join(f"use shop.core:f -> shop.{name}:g{i} [call]\n" for name in names[1:] for i in range(int(name[-1])))
    (core,) = (step for step in planned(text, cut).steps if step.boundary.name == "core")
    assert core.reasons[-2].endswith("; the most with part4 (6 points), part3 (5 points), part2 (4 points)")
