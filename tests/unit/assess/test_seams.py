from dataclasses import replace

from decompose.assess import assess
from decompose.assess.meant import meant
from decompose.model.columns import columns
from decompose.model.facts import Access, Call, Op, Origin, Via
from decompose.model.judgements import Seam, SeamKind
from decompose.model.names import Table
from tests.builders import facts, partition

CUT = partition("""
    orders:  shop.orders shop.cart | orders_order
    billing: shop.billing shop.tax | billing_invoice billing_rate
    users:   shop.users            | auth_user
    kernel:  shop.common
    roots:   shop.urls
""")


def seams(text: str) -> dict[str, Seam]:
    return {seam.id: seam for seam in assess(facts(text), CUT).seams}


def test_an_import_without_known_uses_is_a_seam() -> None:
    found = seams("import shop.orders -> shop.billing : charge")
    assert [(seam.kind, seam.names, seam.evidence[0].file) for seam in found.values()] == [
        (SeamKind.IMPORT, ("charge",), "shop/orders.py")
    ]


def test_uses_refine_an_import() -> None:
    found = seams("""
        import shop.orders -> shop.billing : RATE, Invoice, NotPaid, charge, dead
        use shop.orders:place -> shop.billing:charge [call]
        use shop.orders:place -> shop.billing:Invoice.total [annotation]
        use shop.orders: -> shop.billing:RATE [constant]
        use shop.orders:place -> shop.billing:NotPaid [raise]
    """)
    assert {(seam.kind.value, *seam.names) for seam in found.values()} == {
        ("call", "charge"),
        ("constant", "RATE"),
        ("exception", "NotPaid"),
        ("import", "dead"),
        ("type", "Invoice.total"),
    }


def test_a_reexport_is_told_by_the_module_that_defines_the_name() -> None:
    found = seams("""
        import shop.orders -> shop.billing : rate
        use shop.orders:place -> shop.tax:rate [call]
    """)
    assert list(found) == ["call:shop.orders->shop.tax"]


def test_what_a_module_of_a_third_side_passes_on_is_imported_by_way_of_it() -> None:
    text = """
        import shop.orders -> shop.billing : slug [{}]
        use shop.orders:place -> {}:slug [call]
    """
    (seam,) = seams(text.format("", "shop.common")).values()  # the kernel's
    assert (seam.id, seam.names) == ("import:shop.orders->shop.billing (passed)", ("shop.common.slug",))
    assert list(seams(text.format("", "shop.users"))) == [seam.id, "call:shop.orders->shop.users"][::-1]
    assert list(seams(text.format("", "shop.cart"))) == [seam.id]  # its own
    assert list(seams(text.format("type", "shop.common"))) == []
    twice = text.format("", "shop.common") + "use shop.orders:place -> shop.billing.notes:slug [reference]"
    assert list(seams(twice)) == [], "of two things by one name it may be the one that is its own"
    inside = text.format("", "shop.billing.lines")
    assert list(seams(inside)) == []  # a package is loaded with what lies in it
    homonym = f"{text.format('', 'shop.common')}\ndef shop.billing:slug() -> str\n"
    assert list(seams(homonym)) == []


def test_calls_are_kept_apart_by_loop_and_result() -> None:
    found = seams("""
        use shop.orders:place -> shop.billing:charge [call]
        use shop.orders:place -> shop.billing:notify [call] [unused]
        use shop.orders:place -> shop.billing:price [call] [loop]
    """)
    assert {id: seam.names for id, seam in found.items()} == {
        "call:shop.orders->shop.billing": ("charge",),
        "call.notify:shop.orders->shop.billing": ("notify",),
        "call.loop:shop.orders->shop.billing": ("price",),
    }
    assert found["call:shop.orders->shop.billing"].evidence[0].function == "place"


def test_type_only_imports_are_types() -> None:
    assert list(seams("import shop.orders -> shop.billing : Invoice [type]")) == ["type:shop.orders->shop.billing"]


def test_kernel_roots_tests_and_neighbours_cross_nothing() -> None:
    assert not seams("""
        module shop.tax 10 test
        import shop.orders -> shop.cart
        import shop.orders -> shop.common
        import shop.common -> shop.orders
        import shop.urls -> shop.orders
        import shop.tax -> shop.orders
    """)


def test_tables_of_others_are_seams_by_operation() -> None:
    found = seams("""
        read shop.orders:place billing_invoice
        write shop.orders:place billing_invoice
        write shop.orders:place orders_order
    """)
    assert {(seam.op, seam.to_boundary.name) for seam in found.values()} == {
        (Op.READ, "billing"),
        (Op.WRITE, "billing"),
    }


def test_what_a_deletion_takes_along_is_told_by_its_key_alone() -> None:
    found = seams("""
        table orders_order in shop.orders: id primary, invoice_id
        table billing_invoice in shop.billing: id primary
        fk orders_order.invoice_id -> billing_invoice [cascade]
        write shop.billing:forget orders_order [cascade]
        write shop.tax:forget billing_invoice
    """)
    assert [seam.kind for seam in found.values()] == [SeamKind.FOREIGN_KEY]


def test_a_query_over_three_boundaries_is_a_seam_to_each_other_one() -> None:
    found = seams("query shop.orders:dash orders_order, billing_invoice, billing_rate, auth_user [sql]")
    assert {(seam.kind.value, seam.to_boundary.name, len(seam.names)) for seam in found.values()} == {
        ("join", "billing", 4),
        ("join", "users", 4),
    }


def test_a_query_of_one_boundary_is_no_join_seam() -> None:
    assert not seams("query shop.orders:dash billing_invoice, billing_rate [sql]")


def test_tables_that_no_key_holds_together_are_alternatives_and_no_join() -> None:
    text = """
        table orders_order in shop.orders: id primary, invoice_id
        table billing_invoice in shop.billing: id primary
        table auth_user in shop.users: id primary
        fk orders_order.invoice_id -> billing_invoice
        query shop.orders:any orders_order, billing_invoice, auth_user
    """
    assert not [seam for seam in seams(text).values() if seam.kind is SeamKind.JOIN]
    joined = seams(
        text + "query shop.orders:both orders_order, billing_invoice, auth_user [join orders_order.invoice_id]"
    )
    assert [seam.names for seam in joined.values() if seam.kind is SeamKind.JOIN] == [
        ("billing_invoice", "orders_order")
    ]


def test_the_kernels_queries_count_for_their_first_table() -> None:
    (seam,) = seams("query shop.common:dash orders_order, billing_invoice [sql]").values()
    assert (seam.from_boundary.name, seam.to_boundary.name) == ("billing", "orders")


def test_a_transaction_that_writes_two_owners_is_a_seam() -> None:
    found = seams("atomic shop.orders:place orders_order, billing_invoice")
    (seam,) = found.values()
    assert seam.kind is SeamKind.TRANSACTION
    assert seam.names == ("billing_invoice", "orders_order")
    assert not seams("atomic shop.orders:place orders_order")


def test_a_foreign_key_belongs_to_the_owner_of_its_table() -> None:
    found = seams("""
        table orders_order in shop.common: id primary, invoice_id
        table billing_invoice in shop.billing: id primary
        fk orders_order.invoice_id -> billing_invoice [cascade]
    """)
    (seam,) = found.values()
    assert (seam.from_boundary.name, seam.to_boundary.name, seam.detail) == ("orders", "billing", "cascade")


def test_a_key_that_a_framework_declares_is_no_seam() -> None:
    found = facts("""
        table orders_order in shop.orders: id primary, invoice_id
        table billing_invoice in shop.billing: id primary
        fk orders_order.invoice_id -> billing_invoice [cascade]
    """)
    assert len(assess(found, CUT).seams) == 1
    theirs = replace(found, foreign_keys=tuple(replace(key, file="") for key in found.foreign_keys))
    assert not assess(theirs, CUT).seams


def test_wires_are_seams_but_string_foreign_keys_are_told_by_their_key() -> None:
    found = seams("""
        wire signal shop.orders -> shop.billing : paid
        wire foreign_key shop.orders -> shop.billing : billing.Invoice
    """)
    assert [(seam.detail, seam.names) for seam in found.values()] == [("signal", ("paid",))]


def test_ids_do_not_hang_on_lines() -> None:
    one = "read shop.orders:place billing_invoice\nimport shop.orders -> shop.billing : charge"
    assert set(seams(one)) == set(seams("\n\n\n" + one))


def test_an_object_that_a_module_holds_is_no_remote_function() -> None:
    held = facts("""
        def constant shop.billing:db
        call shop.orders:place -> shop.billing:Ledger.commit
        write shop.billing:db.session.commit billing_invoice
        use shop.orders:place -> shop.billing:db.session.commit [call] [loop] [unused]
    """)
    (seam,) = assess(held, CUT).seams
    assert (seam.detail, seam.in_loop, seam.result_used) == ("object", False, True)
    # db = Ledger(): what the project itself defines is called as any other method of another boundary
    (call,), (use,) = held.calls, held.uses
    ours = replace(held, calls=columns(Call, [replace(call, line=use.line)]))
    (seam,) = assess(ours, CUT).seams
    assert (seam.detail, seam.in_loop, seam.result_used) == ("", True, False)


def test_what_is_called_on_import_is_no_event() -> None:
    (seam,) = seams("use shop.orders: -> shop.billing:register [call] [unused]").values()
    assert (seam.detail, seam.result_used) == ("startup", True)
    body = "def class shop.orders:Late\nuse shop.orders:Late -> shop.billing:register [call] [unused]"
    assert [seam.detail for seam in seams(body).values()] == ["startup"]
    assert [seam.detail for seam in seams(body.replace("class ", "")).values()] == [""]


def test_what_puts_an_application_together_is_called_at_its_start() -> None:
    ready = "use shop.orders:Shop.ready -> shop.billing:register [call] [unused]"
    assert [(one.detail, one.result_used) for one in seams(ready).values()] == [("startup", True)]
    assert [one.detail for one in seams(ready.replace("ready", "steady")).values()] == [""]


def test_a_column_belongs_to_its_tables_class_and_is_no_remote_function() -> None:
    text = """
        table billing_invoice in shop.billing: id primary, due
        def class shop.billing:Invoice
        use shop.orders:late -> shop.billing:Invoice.{}
    """

    def details(name: str) -> list[str]:
        found = facts(text.format(name))
        named = replace(found, tables=(replace(found.tables[0], model="Invoice"),))
        return [one.detail for one in assess(named, CUT).seams]

    assert details("due.desc [call]") == ["model"]
    assert details("remind [call]") == [""]
    assert details("due [reference]") == ["model"]
    assert details("due [reference]\ndef shop.billing:Invoice.due(self)") == [""], "a method that is passed on"


def test_members_of_an_enumeration_are_constants() -> None:
    text = "def class shop.billing:State < {}\nuse shop.orders:late -> shop.billing:State.Paid [reference]"
    assert [one.kind for one in seams(text.format("enum.StrEnum")).values()] == [SeamKind.CONSTANT]
    assert [one.kind for one in seams(text.format("object")).values()] == [SeamKind.IMPORT]


def test_a_class_in_capitals_is_no_constant_and_what_decorates_is_the_objects_that_a_module_holds() -> None:
    named = "use shop.orders:late -> shop.billing:VAT [reference]"
    assert [(one.kind, one.detail) for one in seams(named).values()] == [(SeamKind.CONSTANT, "")]
    told = seams(f"{named}\ndef class shop.billing:VAT")
    assert [(one.kind, one.detail) for one in told.values()] == [(SeamKind.IMPORT, "class")]
    task = "def constant shop.billing:app\nuse shop.orders:late -> shop.billing:{} [constant]"
    assert [(one.kind, one.detail) for one in seams(task.format("app.task")).values()] == [(SeamKind.IMPORT, "object")]
    assert [one.kind for one in seams(task.format("app")).values()] == [SeamKind.CONSTANT]


def test_what_a_framework_writes_for_each_class_below_a_base_is_no_lines_own() -> None:
    found = facts("""
        table billing_invoice in shop.billing: id primary
        table billing_invoice_tags in shop.billing: id primary
        write shop.orders:Edit.save billing_invoice
        write shop.orders:Edit.save billing_invoice_tags
    """)
    models = {"billing_invoice": "Invoice", "billing_invoice_tags": "Invoice.tags"}

    def written(more: int) -> set[str]:
        rows = [(one.table, one.module, models[one.table.name]) for one in found.tables if one.table.name in models]
        rows += [(Table(f"billing_{at}"), found.tables[0].module, f"Other{at}") for at in range(more)]
        tables = [replace(found.tables[0], table=table, module=at, model=model) for table, at, model in rows]
        form = [replace(found.accesses[0], table=one.table, via=Via.FRAMEWORK, line=7) for one in tables]
        told = meant(form, tables)
        return {one.table.name for one in told} & set(models)

    assert written(0) == written(2) == set(models), "a form of one model, or of a few"
    assert written(3) == set()


def test_what_a_constant_does_by_itself_is_no_remote_function() -> None:
    text = "use shop.orders:show -> shop.billing:RATES.items [call] [loop] [unused]"
    (seam,) = seams(text).values()
    assert (seam.kind, seam.in_loop, seam.result_used) == (SeamKind.CONSTANT, False, True)
    found = facts(f"{text}\ncall shop.orders:show -> shop.billing:Rates.items")
    (call,), (use,) = found.calls, found.uses
    ours = replace(found, calls=columns(Call, [replace(call, line=use.line)]))
    assert [one.kind for one in assess(ours, CUT).seams] == [SeamKind.CALL], "the project defines what it does"


def test_a_call_whose_writes_are_read_further_down_is_waited_for() -> None:
    """shop.billing:charge(order), then the caller asks whether an invoice is there."""
    calls = "use shop.orders:place -> shop.billing:charge [call] [unused]\n"
    writes = "call shop.billing:charge -> shop.tax:note\nwrite shop.tax:note billing_invoice\n"
    asks = "call shop.orders:place -> shop.cart:paid\nread shop.cart:paid billing_invoice\n"

    def waited(text: str) -> list[bool]:
        return [one.result_used for one in seams(text).values() if one.kind is SeamKind.CALL]

    assert waited(calls + writes + asks) == [True]
    assert waited(calls + writes) == [False]
    assert waited(calls + writes + "write shop.orders:place billing_invoice") == [True], "they may be the same rows"
    assert waited(asks + calls + writes) == [False], "what was read before says nothing of it"
    first, second, third = "shop.cart:buy", "shop.cart:shop", "shop.cart:tour"
    up = f"call {first} -> shop.orders:place\ncall {second} -> {first}\ncall {third} -> {second}\n"
    told = [waited(calls + writes + up + f"read {one} billing_invoice") for one in (first, second, third)]
    assert told == [[True], [True], [False]], "the caller's caller may be waiting for it"
    assert waited(f"read {first} billing_invoice\n" + calls + writes + up) == [False]
    deletes = "write shop.orders:place billing_invoice [cascade]\n"
    reads = "read shop.billing:charge billing_invoice\n"
    assert waited(calls + reads + deletes) == [True], "it has to read them first"
    assert waited(calls + deletes + writes.replace("billing_invoice", "billing_rate")) == [False]


def test_a_call_before_a_deletion_that_needs_it_is_waited_for() -> None:
    """release_rates(order), then order.delete(), which their keys forbid until they have let go."""
    calls = "use shop.orders:place -> shop.billing:charge [call] [unused]\nwrite shop.billing:charge billing_rate\n"
    found = facts(
        f"{calls}fk billing_rate.order_id -> orders_order [protect]\n"
        "write shop.orders:place orders_order\nwrite shop.orders:place orders_line [cascade]"
    )

    def told(line: int, **keys: str) -> list[bool]:
        accesses = [replace(one, line=line if one.module.name == "shop.orders" else 1) for one in found.accesses]
        keyed = tuple(replace(one, **keys) for one in found.foreign_keys)
        ours = replace(found, accesses=columns(Access, accesses), foreign_keys=keyed)
        return [not one.result_used for one in assess(ours, CUT).seams if one.kind is SeamKind.CALL]

    assert told(9) == [False]
    assert told(9, on_delete="cascade") == [True]
    assert told(0) == [True], "it is deleted before"


def test_a_call_that_leaves_nothing_outside_of_the_process_is_no_event() -> None:
    """clear_cache(), count(meter): no other process could do it."""
    calls = "use shop.orders:place -> shop.billing:{} [call] [unused]\n"

    def told(text: str) -> list[bool]:
        return [not one.result_used for one in seams(text).values() if one.kind is SeamKind.CALL]

    assert told(calls.format("clear")) == [False]
    assert told(calls.format("clear") + "write shop.billing:clear billing_rate") == [True]
    assert told(calls.format("send_mail")) == [True]
    assert told(calls.format("mail_rates.clear")) == [False], "the object's name says nothing of what is done"
    assert told(calls.format("later.delay") + "entry task shop.billing:later") == [True]
    queued = "use shop.billing:clear -> shop.tax:later.delay [call]\nentry task shop.tax:later\n"
    assert told(calls.format("clear") + queued) == [True]


def test_a_call_that_stores_for_its_caller_or_runs_a_task_at_once_is_no_event() -> None:
    calls = "use shop.orders:place -> shop.billing:{} [call] [unused]\nwrite shop.billing:{} billing_rate\n"

    def told(name: str, text: str = "") -> list[bool]:
        found = seams(calls.format(name, name.removesuffix(".delay").removesuffix(".apply")) + text).values()
        return [not one.result_used for one in found if one.kind is SeamKind.CALL]

    assert told("mark_late") == [True]
    assert (
        told("delete_rates")
        == told("Rates.save")
        == told("create_rate")
        == told("add_rate")
        == told("check_rate")
        == [False]
    )
    assert told("create_late_event") == told("saved") == [True]
    assert told("Rates.update") == told("rates_create") == told("rename_and_delete") == told("replace_rates") == [False]
    assert (
        told("get_or_create_rate")
        == told("allocate_stock")
        == told("deallocate_stock")
        == told("Rate.set_country")
        == [False]
    )
    assert told("shred_event") == told("remove_log") == [False], "an event may be a row like others"
    assert told("update_total") == told("Rates.settle") == [True]
    task = "entry task shop.billing:{}"
    assert told("mark_late", task.format("mark_late")) == [False], "it is run at once, though it could be queued"
    assert told("mark_late.apply", task.format("mark_late")) == [False]
    assert told("delete_rates.delay", task.format("delete_rates")) == [True]


def test_who_runs_a_command_waits_for_what_it_calls() -> None:
    calls = "use shop.orders:place -> shop.billing:{} [call] [unused]\nwrite shop.billing:charge billing_rate\n"

    def told(text: str, name: str = "charge") -> list[bool]:
        found = seams(calls.format(name) + text).values()
        return [not one.result_used for one in found if one.kind is SeamKind.CALL]

    command = "entry command shop.orders:place\n"
    assert told("") == [True]
    assert told(command) == [False]
    assert told(command + "entry request shop.orders:place") == [True], "a request comes to it, too"
    assert told(command + "entry task shop.billing:charge", "charge.delay") == [True], "a worker runs it"


def test_a_call_whose_error_is_handled_is_waited_for() -> None:
    """try: place(order) except Late: ..., and place() calls charge(), which comes to raise it."""
    calls = "use shop.orders:place -> shop.billing:charge [call] [unused]\nwrite shop.billing:charge billing_rate\n"
    raised = "call shop.billing:charge -> shop.tax:note\nuse shop.tax:note -> shop.common:Late [raise]\n"
    caught = "call shop.cart:buy -> shop.orders:place\nuse shop.cart:buy -> shop.common:{} [raise]\n"

    def told(text: str) -> list[bool]:
        return [not one.result_used for one in seams(text).values() if one.kind is SeamKind.CALL]

    assert told(calls + raised) == [True]
    assert told(calls + raised + caught.format("Late")) == [False]
    assert told(calls + raised + caught.format("Lost")) == [True]
    assert told(calls + raised + caught.format("Late").replace("call shop.cart", "call shop.tax")) == [True]


def test_a_manager_of_whatever_class_is_a_models() -> None:
    """class Page(Document): class Meta: proxy = True"""
    (seam,) = seams(
        "def class shop.billing:Late\nuse shop.orders:f -> shop.billing:Late.objects.create [call]"
    ).values()
    assert seam.detail == "model"


def test_a_transaction_of_rows_of_any_class_writes_one_of_their_tables() -> None:
    tables = ["orders_order", "billing_invoice", "billing_rate", "auth_user"]
    text = f"atomic shop.orders:save {', '.join(tables)}\n" + "".join(
        f"write shop.orders:save {table}\n" for table in tables
    )
    found = facts(text)

    def crossing(line: int) -> list[Seam]:
        accesses = [replace(one, line=line or one.line) for one in found.accesses]
        seams = assess(replace(found, accesses=columns(Access, accesses)), CUT).seams
        return [seam for seam in seams if seam.kind is SeamKind.TRANSACTION]

    assert len(crossing(0)) == 2
    assert not crossing(2), "one line that writes four tables writes one of them each time"


def test_a_look_up_that_makes_what_is_missing_is_no_transactions_write() -> None:
    text = """
        atomic shop.orders:save billing_invoice, orders_order
        write shop.orders:save orders_order
        write shop.orders:save billing_invoice
    """
    assert [one.kind for one in seams(text).values()].count(SeamKind.TRANSACTION) == 1
    assert SeamKind.TRANSACTION not in [
        one.kind for one in seams(text.replace("invoice\n    ", "invoice [seldom]\n")).values()
    ]


def test_a_transaction_that_may_write_one_table_alone_crosses_nothing() -> None:
    """cart_or_order.lines.create(...): a row of the one or of the other."""
    text = "atomic shop.orders:add billing_invoice, orders_order\n" + "".join(
        f"write shop.orders:add {table}\n" for table in ("billing_invoice", "orders_order")
    )
    found = facts(text)

    def crossing(via: Via, line: int) -> int:
        accesses = [replace(one, via=via, line=line or one.line) for one in found.accesses]
        seams = assess(replace(found, accesses=columns(Access, accesses)), CUT).seams
        return sum(seam.kind is SeamKind.TRANSACTION for seam in seams)

    assert crossing(Via.ORM, 0) == 1
    assert crossing(Via.ORM, 1) == 0
    assert crossing(Via.CASCADE, 1) == 1, "what a deletion takes along is written, too"


def test_what_the_constants_of_all_calls_rule_out_is_no_transactions_write() -> None:
    text = """atomic shop.orders:send billing_invoice, orders_order
        write shop.orders:send orders_order
        write shop.orders:send billing_invoice
        call shop.orders:go -> shop.orders:send [spared 3-3]
        {}
    """
    assert not any(one.startswith("transaction") for one in seams(text.format("")))
    other = "call shop.orders:stay -> shop.orders:send"
    assert any(one.startswith("transaction") for one in seams(text.format(other))), "who passes nothing runs it"


def test_an_import_of_all_names_is_told_by_their_uses_and_never_dead() -> None:
    star = "import shop.orders -> shop.billing : *\n"
    (seam,) = seams(star).values()
    assert (seam.kind, seam.detail) == (SeamKind.IMPORT, "")
    assert all("*" not in seam.names for seam in seams(star + "use shop.orders:f -> shop.billing:charge").values())
    deep = star + "module shop.billing.api 9\nuse shop.orders:f -> shop.billing.api:charge"
    assert all("*" not in seam.names for seam in seams(deep).values())


def test_what_django_fills_in_each_database_is_crossed_by_nobody() -> None:
    """Every service has its own content types and permissions; people and sessions are in one place."""
    text = """
        table orders_order in shop.orders: id primary
        table {0} in : id primary
        fk orders_order.type_id -> {0} [cascade]
        read shop.orders:place {0}
        atomic shop.orders:place orders_order, {0}
    """
    for name, kinds in [
        ("django_content_type", set()),
        ("auth_permission", set()),
        ("django_site", set()),
        ("auth_user", {SeamKind.TABLE, SeamKind.FOREIGN_KEY, SeamKind.TRANSACTION}),
    ]:
        found = facts(text.format(name))
        tables = tuple(one if one.module else replace(one, origin=Origin.FRAMEWORK) for one in found.tables)
        cut = partition(f"orders: shop.orders | orders_order\nbilling: shop.billing | {name}")
        told = assess(replace(found, tables=tables), cut)
        assert {seam.kind for seam in told.seams} == kinds
        assert name == "auth_user" or name not in {one.table.name for one in told.ownership}
