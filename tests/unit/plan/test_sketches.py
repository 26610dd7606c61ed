"""Sketches of what a remedy results in: routes, views, events and keys as the code of the project needs them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from decompose.assess import assess
from decompose.model.columns import columns
from decompose.model.facts import Access, Call, Column, ColumnUse, Facts, How, Op, Origin, Query, Via
from decompose.model.judgements import Partition, Remedy, RemedyKind, SeamKind
from decompose.model.names import Boundary
from decompose.plan import plan
from decompose.plan.context import context
from decompose.plan.sketches.keys import drop_key
from tests.builders import facts, partition

SUMS = "what is counted or summed up of them"
CUT = partition("orders: shop.orders | orders_order\nusers: shop.users | u_user")


def made(text: str | Facts, cut: Partition = CUT) -> Sequence[Remedy]:
    found = facts(text) if isinstance(text, str) else text
    return plan(found, cut, assess(found, cut)).remedies


def test_a_view_joins_by_the_keys_of_the_query_and_names_what_the_database_knows() -> None:
    text = """
        table slot_slot in shop.orders: id primary, talk_id, event_id
        table talk_talk in shop.billing: uid primary, event_id, title
        table event_event in shop.users: id primary
        fk talk_talk.event_id -> event_event [cascade]
        fk slot_slot.event_id -> event_event [cascade]
        fk slot_slot.talk_id -> talk_talk [cascade]
        query shop.orders:day slot_slot, talk_talk, event_event [filter talk_talk.pk, talk_talk.gone] [join {}]
    """.format("slot_slot.talk_id, slot_slot.event_id] [aggregate")
    cut = partition(
        "orders: shop.orders | slot_slot\nbilling: shop.billing | talk_talk\nusers: shop.users | event_event"
    )
    (view,) = (remedy for remedy in made(text, cut) if remedy.id.startswith("join"))
    assert view.sketch.splitlines()[1:] == [
        "SELECT event_event.id AS event_event_id, slot_slot.id AS slot_slot_id, talk_talk.uid, slot_slot.talk_id, "
        "slot_slot.event_id",
        "FROM event_event",
        "LEFT JOIN slot_slot ON slot_slot.event_id = event_event.id",
        "LEFT JOIN talk_talk ON slot_slot.talk_id = talk_talk.uid",
        "-- its readers filter by talk_talk.uid, and count or sum",
    ]


@pytest.mark.parametrize(
    ("query", "route"),
    [
        ("", "/{id} -> {id, email, org_id}"),
        ("query shop.orders:f u_user [filter u_user.pk]", "/{id} -> {id, email, org_id}"),
        ("query shop.orders:f u_user [filter u_user.org_id, u_user.email]", "?email=&org_id= -> [{id, email, org_id}]"),
        ("query shop.orders:f u_user", " -> [{id, email, org_id}]"),
        ("query shop.orders:f u_user, orders_order [filter orders_order.paid]", "?ids= -> [{id, email, org_id}]"),
        ("query shop.orders:f u_user [filter u_user.org_id] [aggregate]", f"?org_id= -> {SUMS}"),
        (
            "table django_content_type in shop.users: id primary\nfk u_user.org_id -> django_content_type\n"
            "query shop.orders:f u_user [filter u_user.org_id]",
            "?org=app.model -> [{id, email, org (as app.model)}]",
        ),
    ],
)  # fmt: skip
def test_rows_are_asked_for_as_the_query_finds_them(query: str, route: str) -> None:
    found = facts(f"table u_user in shop.users: id primary, email, org_id\nread shop.orders:f u_user\n{query}")
    (read,) = (one for one in found.accesses if one.op is Op.READ)
    found = replace(found, queries=columns(Query, (replace(one, line=read.line) for one in found.queries)))
    assert next(one.sketch for one in made(found) if one.id.startswith("table")) == f"GET  /users/user{route}"


def test_whoever_receives_a_signal_subscribes_and_the_sender_publishes_where_it_writes() -> None:
    text = """
    table u_user in shop.users: id primary, email
    write shop.users:join u_user
    wire signal shop.orders -> shop.users : users.u_user
    """
    found = facts(text)
    model = replace(next(one for one in found.tables if one.table.name == "u_user"), model="u_user")
    found = replace(found, tables=(*(one for one in found.tables if one.table != model.table), model))
    (remedy,) = made(found)
    assert remedy.options[0].kind is RemedyKind.EVENT
    assert remedy.subject == "orders hears signals of shop.users: users.u_user"
    assert remedy.sketch.splitlines() == [
        "event users.u_user.changed {id, email}",
        "  users makes its row of the outbox where it writes, at shop/users.py:3; in the session or transaction that "
        "writes there, before it commits",
        "  shop.orders of orders subscribes (shop/orders.py:4)",
    ]


def test_each_name_has_the_lines_that_use_it_alone() -> None:
    (heard,) = made("wire signal shop.orders -> shop.users : joined\nwire signal shop.orders -> shop.users : left")
    assert [line for line in heard.sketch.splitlines() if "subscribes" in line] == [
        "  shop.orders of orders subscribes (shop/orders.py:1)",
        "  shop.orders of orders subscribes (shop/orders.py:2)",
    ]
    text = "write shop.users:{0} u_user\nuse shop.orders:{0} -> shop.users:{0} [call] [unused]\n"
    (told,) = (one for one in made(text.format("tell") + text.format("warn")) if one.id.startswith("call"))
    assert [line.partition(";")[0] for line in told.sketch.splitlines() if "its row" in line] == [
        "  orders makes its row of the outbox at shop/orders.py:2",
        "  orders makes its row of the outbox at shop/orders.py:4",
    ]


def test_a_signal_of_ones_own_is_published_where_it_is_sent() -> None:
    (remedy,) = made("wire signal shop.orders -> shop.users : joined")
    assert remedy.sketch.splitlines()[:2] == [
        "event users.joined {...}",
        "  users makes its row of the outbox where joined is sent",
    ]


@pytest.mark.parametrize(
    ("migration", "way"),
    [
        ("module shop.users.migrations.0001_initial 9 migration", "the key becomes IntegerField(db_column="),
        ("module shop.alembic.versions.1a2b 9 migration", "op.drop_constraint("),
        ("module shop.migrations.0001_note 9 migration\nmodule shop.migrations.versions.1a2b 9 migration", "op.drop_c"),
        ("", "ALTER TABLE orders_order DROP CONSTRAINT"),
    ],
)  # fmt: skip
def test_a_key_goes_the_way_the_project_migrates(migration: str, way: str) -> None:
    text = f"table orders_order in shop.orders: id primary\nfk orders_order.user_id -> u_user [protect]\n{migration}"
    (remedy,) = (one for one in made(text) if one.id.startswith("foreign_key"))
    first, second, *_ = remedy.sketch.splitlines()
    assert first.startswith("users asks orders before it deletes from u_user, as the key did: GET")
    assert way in second


def test_what_is_passed_on_is_imported_from_its_source() -> None:
    text = "import shop.orders -> shop.users : slug\nuse shop.orders:f -> shop.common:slug [call]"
    cut = partition("orders: shop.orders | orders_order\nusers: shop.users | u_user\nkernel: shop.common")
    (remedy,) = made(text, cut)
    assert remedy.subject == "orders imports shop.common.slug by way of shop.users of users"
    assert [(one.kind, one.points) for one in remedy.options] == [(RemedyKind.SOURCE, 0.25)]
    assert remedy.sketch == "shop/orders.py:1: from shop.common import slug, for shop.users only passes it on"


def test_migrations_of_other_apps_and_tests_that_ask_from_the_other_side_of_a_key_are_told() -> None:
    text = """
        module shop.users.migrations.0002_clean 9 migration
        module shop.orders.migrations.0003_totals 9 migration
        module shop.users.tests.test_all 9 test
        table orders_order in shop.orders.models: id primary
        fk orders_order.user_id -> u_user [cascade]
        back shop.users.migrations.0002_clean orders_order.user_id by orders
        back shop.orders.migrations.0003_totals orders_order.user_id by orders
        back shop.users.tests.test_all orders_order.user_id by orders
    """
    cut = partition("orders: shop.orders shop.orders.models | orders_order\nusers: shop.users | u_user")
    (remedy,) = (one for one in made(text, cut) if one.id.startswith("foreign_key"))
    told = [line for line in remedy.sketch.splitlines() if " by orders" in line]
    assert told == [
        "  before the key goes, shop/users/migrations/0002_clean.py:7 asks no more by orders, its name on the other "
        "side: its function is emptied (RunPython.noop), or it is squashed away; a database that is made anew, for "
        "tests, too, may come to it after the key's migration, and fails there",
        "  tests ask by orders, too, and change with the key: shop/users/tests/test_all.py:9",
    ]


DJANGO = """
    module shop.users.migrations.0001_initial 9 migration
    table orders_order in shop.orders: id primary, user_id
    table u_user in shop.users: code primary
    table u_base in shop.users: id primary
    fk orders_order.user_id -> u_user [cascade]
    {}
"""


@pytest.mark.parametrize(
    ("column", "id", "field"),
    [
        (Column("user_id", "ForeignKey"), "AutoField", 'IntegerField(db_column="user_id", db_index=True)'),
        (Column("user_id", "ForeignKey", nullable=True), "UUIDField",
         'UUIDField(db_column="user_id", db_index=True, null=True)'),
        (Column("user_id", "ForeignKey"), "CharField",
         'CharField(db_column="user_id", max_length=..., db_index=True)'),
        (Column("user_id", "OneToOneField", unique=True), "BigAutoField",
         'BigIntegerField(db_column="user_id", unique=True)'),
        (Column("user_id", "OneToOneField", primary=True), "", 'IntegerField(db_column="user_id", primary_key=True)'),
    ],
)  # fmt: skip
def test_a_key_becomes_a_field_of_the_type_of_the_id_when_a_job_does_what_django_did(
    column: Column, id: str, field: str
) -> None:
    found = facts(
        DJANGO.format(
            "column shop.orders:pay orders_order.user_id [read]\ncolumn shop.users:f orders_order.user_id [read]\n"
            "column shop.orders:Order.Meta orders_order.user_id [named]\n"
            "column shop.orders:OrderSerializer.Meta orders_order.user_id [named]"
        )
    )
    typed = {"orders_order": (column,), "u_user": (Column("code", id, primary=True),)}
    found = replace(
        found, tables=tuple(replace(one, columns=typed.get(one.table.name, one.columns)) for one in found.tables)
    )
    (remedy,) = (one for one in made(found) if one.id.startswith("foreign_key"))
    assert remedy.sketch.splitlines() == [
        "job on event users.u_user.deleted {code}: deletes the rows of orders_order where user_id = code",
        "  users makes its row of the outbox in a receiver of post_delete: inside of the deletion's transaction",
        "  in place before the key goes: Django takes them along in Python, while one program knows both classes; the "
        "database's constraint only refuses",
        f"shop/models.py:6: the key becomes {field} by AlterField, then user_id by RenameField: the constraint goes, "
        "the column and its index stay; db_constraint=False would still need the class",
        "shop/orders.py:9: user in lists of Order.Meta (constraints, orders, fields) is user_id from then on",
        "shop/orders.py:10: user of OrderSerializer.Meta keeps its name for who reads it, by source='user_id'; "
        "where the class declares it to go on to the row (SlugRelatedField), by a SerializerMethodField, of users",
        "1 line goes by it, the first at shop/orders.py:7: there user_id takes the place of the row, user, and users "
        "is asked for what is read of u_user; templates and tests are not counted",
    ]


def test_a_key_to_what_has_a_key_for_its_id_holds_that_ones_id() -> None:
    found = facts(DJANGO.format("fk u_user.code -> u_base [cascade]"))
    typed = {"u_base": (Column("id", "UUIDField", primary=True),)}
    found = replace(
        found, tables=tuple(replace(one, columns=typed.get(one.table.name, one.columns)) for one in found.tables)
    )
    (remedy,) = (one for one in made(found) if one.id.startswith("foreign_key"))
    assert "the key becomes UUIDField(" in remedy.sketch


def test_a_table_between_two_others_becomes_a_class_with_a_plain_id() -> None:
    found = facts(DJANGO.format(""))
    between = replace(next(one for one in found.tables if one.table.name == "orders_order"), model="Order.readers")
    found = replace(found, tables=(*(one for one in found.tables if one.table != between.table), between))
    (remedy,) = (one for one in made(found) if one.id.startswith("foreign_key"))
    assert "ManyToManyField readers goes from the state of migrations alone, for a class of its own" in remedy.sketch


def test_a_deletion_takes_along_by_a_type_and_an_id_until_a_job_does() -> None:
    cut = partition("orders: shop.orders | orders_order\nusers: shop.users | u_team u_user")
    text = """
        table orders_order in shop.orders: id primary, object_id
        table u_user in shop.users: id primary
        table u_team in shop.users: id primary
        generic orders_order.object_id -> u_user
        generic orders_order.object_id -> u_team
    """
    (remedy,) = made(text, cut)
    assert (remedy.id, remedy.subject) == (
        "foreign_key.generic:orders->users:orders_order.object_id",
        "orders_order.object_id points to u_team, u_user of users (generic: cascade)",
    )
    assert [one.kind for one in remedy.options] == [RemedyKind.DROP_KEY]
    assert "stay behind" in remedy.options[0].skipped and "database" not in remedy.options[0].skipped
    assert remedy.sketch.splitlines() == [
        "job on event users.u_team.deleted {id}: deletes the rows of orders_order of that type where object_id = id",
        "  users makes its row of the outbox in the transaction that deletes the row",
        "job on event users.u_user.deleted {id}: deletes the rows of orders_order of that type where object_id = id",
        "  users makes its row of the outbox in the transaction that deletes the row",
        "  in place before the cut: Django takes them along in Python, while one program knows both classes, and no "
        "constraint misses them",
        "shop/models.py:5, shop/models.py:6: the GenericRelation goes, and orders is asked for what was read by it, by "
        "the type as app.model: each database numbers its types anew",
    ]
    copied = next(one for one in made(f"{text}read shop.users:f orders_order [loop]", cut) if "generic" in one.id)
    assert "goes, and the copy that users keeps is asked for what was read by it" in copied.sketch


SCOPE = """
    table orders_order in shop.orders: id primary
    table u_user in shop.users: id primary
    table u_note in shop.users: id primary
    table b_bill in shop.billing: id primary
    atomic shop.orders:close orders_order, u_user, u_note, b_bill
    write shop.orders:close orders_order
    call shop.orders:close -> shop.billing:void
    write shop.billing:void b_bill
    call shop.billing:void -> shop.users:bless
    write shop.users:bless u_user
    write shop.users:bless u_note {}
"""


def settled(text: str, cut: Partition, kind: str) -> dict[str, Remedy]:
    """By the boundary that a remedy is with."""
    return {one.id.split(":")[1].partition("->")[2]: one for one in made(text, cut) if one.id.startswith(kind)}


def test_each_step_of_a_saga_says_by_which_line_and_which_calls_it_writes() -> None:
    cut = partition(
        "orders: shop.orders | orders_order\nusers: shop.users | u_user u_note\nbilling: shop.billing | b_bill"
    )
    found = settled(SCOPE.format(""), cut, "transaction")
    assert found["billing"].options[0].kind is RemedyKind.SAGA
    assert (
        found["billing"].subject
        == "close of orders commits b_bill of billing together with orders_order, u_note, u_user"
    )
    assert found["billing"].sketch.splitlines()[1:] == [
        "1. orders writes orders_order (shop/orders.py:7); compensation: undo_close_in_orders",
        "2. billing writes b_bill (shop/billing.py:9, by void); compensation: undo_close_in_billing",
        "on failure of step n the compensations n-1 ... 1 run in that order",
        "users has a remedy of its own: until the step in which one leaves the monolith, its rows are committed with "
        "those of orders as today",
    ]


def test_a_message_says_which_constraint_of_several_columns_may_refuse_what_it_gives() -> None:
    cut = partition("orders: shop.orders | orders_order\nusers: shop.users | u_user")
    text = """
        table orders_order in shop.orders: id primary
        table u_user in shop.users: id primary, kind, owner_id with:kind
        atomic shop.orders:close orders_order, u_user
        write shop.orders:close orders_order
        call shop.orders:close -> shop.users:bless
        write shop.users:bless u_user [bulk]
        column shop.users:bless u_user.owner_id [{}]
    """

    def told(how: str) -> list[str]:
        (remedy,) = (one for one in made(text.format(how), cut) if one.id.startswith("transaction"))
        return [line for line in remedy.sketch.splitlines() if "share" in line]

    assert told("set") == [
        "  no two rows of u_user share (kind, owner_id): where what it gives would make two do, the message fails each "
        "time and is passed over, so that it leaves such a row out, or makes one of both"
    ]
    assert not told("new") and not told("read")


def test_a_function_that_others_call_too_makes_the_row_of_the_outbox_for_all_of_them() -> None:
    cut = partition("orders: shop.orders shop.jobs | orders_order\nusers: shop.users | u_user")
    text = """
        table orders_order in shop.orders: id primary
        table u_user in shop.users: id primary
        atomic shop.orders:close orders_order, u_user
        write shop.orders:close orders_order
        call shop.orders:close -> shop.orders:thank
        call shop.jobs:nightly -> shop.orders:thank
        call shop.orders:thank -> shop.users:bless
        write shop.users:bless u_user
    """
    (remedy,) = (one for one in made(text, cut) if one.id.startswith("transaction"))
    assert remedy.sketch.splitlines()[1:3] == [
        "relay sends command users.bless {}; users writes u_user (shop/users.py:9, by thank > bless) once for each id",
        "  thank makes the row, for what comes to it at shop/jobs.py:7 commits one, too; no transaction is opened "
        "there: atomic() goes around that line and its row alone",
    ]
    billing = partition("orders: shop.orders shop.jobs | orders_order\nbills: shop.bills\nusers: shop.users | u_user")
    text = text.replace("-> shop.users:bless", "-> shop.bills:send\n        call shop.bills:send -> shop.users:bless")
    (remedy,) = (one for one in made(text, billing) if one.id.startswith("transaction"))
    assert remedy.sketch.splitlines()[1:3] == [
        "relay sends command users.bless {}; users writes u_user (shop/users.py:10, by thank > send > bless) once for "
        "each id",
        "  send makes the row, for what comes to it at shop/jobs.py:7 commits one, too; no transaction is opened "
        "there: atomic() goes around that line and its row alone",
    ], "who calls the owner tells it"
    more = "\n        table b_bill in shop.bills: id primary\n        write shop.orders:close b_bill\n"
    text = text.replace("orders_order, u_user", "orders_order, u_user, b_bill").replace(
        "-> shop.bills:send", "-> shop.orders:send"
    )
    text = text.replace("call shop.bills:send", "call shop.orders:send") + more
    cut = partition(
        "orders: shop.orders shop.jobs | orders_order\nbills: shop.bills | b_bill\nusers: shop.users | u_user"
    )
    (remedy,) = (one for one in made(text, cut) if one.id.startswith("transaction") and "users" in one.id)
    assert remedy.options[0].kind is RemedyKind.SAGA
    assert "   what comes to thank at shop/jobs.py:7 has that step done, too, by itself" in remedy.sketch.splitlines()
    text = text.replace("shop.orders:thank", "shop.bills:thank").replace("shop.orders:send", "shop.bills:send")
    (remedy,) = (one for one in made(text, cut) if one.id.startswith("transaction") and "users" in one.id)
    assert "what comes to" not in remedy.sketch, "bills, who calls it, asks for more than the saga"


def test_an_event_is_published_wherever_the_function_is_called() -> None:
    text = """
        table u_user in shop.users: id primary
        use shop.orders:pay -> shop.users:bless [call] [unused]
        use shop.orders:drop -> shop.users:bless [call] [unused]
        write shop.users:bless u_user
    """
    (remedy,) = (one for one in made(text) if one.id.startswith("call"))
    assert remedy.options[0].kind is RemedyKind.EVENT
    assert remedy.sketch.splitlines() == [
        "command users.bless {id}",
        "  orders makes its row of the outbox at shop/orders.py:3, shop/orders.py:4; in the session or transaction "
        "that writes there, before it commits",
        "  users runs shop.users:bless for each, once",
        "  why not the cheapest way: nobody waits for what it does",
    ]


def test_what_goes_along_with_deleted_rows_is_repeated_and_never_undone() -> None:
    cut = partition(
        "orders: shop.orders | orders_order u_user\nusers: shop.users | u_note\nbilling: shop.billing | b_bill"
    )
    text = SCOPE.replace("write shop.billing:void b_bill", "write shop.billing:void b_bill [cascade]")
    found = settled(text.format("[cascade]"), cut, "transaction")
    assert found["users"].options[0].kind is RemedyKind.OUTBOX, "nobody brings back what is deleted"
    keyed = settled(text.format("[cascade]") + "fk u_note.bill_id -> b_bill [cascade]", cut, "transaction")
    assert (
        keyed["users"]
        .sketch.splitlines()[1]
        .startswith("relay sends billing.b_bill.deleted, for the job of the key; users deletes the rows of u_note")
    )
    assert found["users"].sketch.splitlines() == [
        "billing does its part since step 1 in a transaction of its own, with a row of its own outbox",
        "relay sends event billing.void.done {}; users deletes the rows of u_note that go with it (shop/users.py:12, "
        "by void > bless) once for each id",
        "billing (step 1) left before: its rows are no part of it any more, and it hears by what that step made",
    ]


LEAVING = """
    table u_user in shop.users: id primary, name unique, is_active
    table o_order in shop.orders: id primary, user_id
    fk o_order.user_id -> u_user [{}]
    atomic shop.users:leave u_user, o_order
    call shop.users:leave -> shop.users:leave_all
    call shop.users:leave_all -> shop.orders:hand_on
    write shop.orders:hand_on o_order
    column shop.orders:hand_on o_order.{} [set]
    write shop.users:leave_all u_user
    table u_note in shop.users: id primary
    write shop.users:leave_all u_note [cascade]
    column shop.users:leave_all u_user [gone]
    read shop.orders:show u_user
"""


@pytest.mark.parametrize(
    ("on_delete", "column", "does"),
    [
        ("cascade", "user_id", "takes along"),
        ("set_null", "user_id", "empties the key of"),
        ("protect", "user_id", "is refused for"),
        ("cascade", "paid", ""),  # it does not make the rows another's
        ("do_nothing", "user_id", ""),
    ],
)
def test_a_deletion_waits_for_who_makes_what_hangs_on_it_another_s(on_delete: str, column: str, does: str) -> None:
    found = facts(LEAVING.format(on_delete, column))
    gone = (replace(one, line=99) if one.how is How.GONE else one for one in found.columns)
    along = (replace(one, line=99) if one.via is Via.CASCADE else one for one in found.accesses)
    found = replace(found, columns=columns(ColumnUse, gone), accesses=columns(Access, along))  # user.delete()
    cut = partition("orders: shop.orders | o_order\nusers: shop.users | u_user u_note")
    (remedy,) = (one for one in made(found, cut) if one.id.startswith("transaction"))
    lines = remedy.sketch.splitlines()
    first = next((number for number, line in enumerate(lines) if "waits for that" in line), len(lines))
    assert remedy.options[0].points == (6.5 if does else 5.5)
    assert lines[first:] == [
        f"shop/users.py:99 waits for that: it deletes u_user, which {does} o_order (shop/models.py:4: {on_delete}) "
        "before orders hears",
        "  leave_all ends without that line, which runs where the last answer is heard; who calls it (shop/users.py:6) "
        "goes on while the row is there, and a page, a log or a status says that it is under way, not that it is done",
        "  until then it is marked by a column of User (shop/users.py:2), the moment at which that began, empty "
        "before; is_active is False from then on",
        "  1 line reads u_user, the first at shop/orders.py:14: those that list rows, choose one or let somebody in "
        "leave out what is marked; name, which no two rows share, stays taken",
        "event orders.hand-on.answered {message_id}",
        "  orders makes its row of the outbox in the transaction in which it does its part",
        "  users keeps by message_id who has still to answer, and deletes the row with the last answer; this stands "
        "before the keys go, for until then they do that in one program, too",
    ] * bool(does)
    library = (replace(one, origin=Origin.FRAMEWORK) for one in found.tables)
    library = replace(found, tables=tuple(library))
    (remedy,) = (one for one in made(library, cut) if one.id.startswith("transaction"))
    column = (
        "marked by a row in a table of users's own, with its key: u_user is a library's, and gets no column; is_active"
    )
    assert (column in remedy.sketch) is bool(does)


ASKED = (
    "  asked for once the asker's other rows are committed, with a timeout, and again where no answer came, which then "
    "does nothing"
)


def test_what_a_transaction_makes_the_owner_do_needs_no_route_of_its_own() -> None:
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.billing | b_bill")
    text = """
        table orders_order in shop.orders: id primary
        table b_bill in shop.billing: id primary, total
        def shop.billing:issue(total)
        atomic shop.orders:close orders_order, b_bill
        write shop.orders:close orders_order
        write shop.orders:close b_bill
        call shop.orders:close -> shop.billing:issue
        use shop.orders:close -> shop.billing:issue [call]
        write shop.billing:issue b_bill
        write shop.orders:refund b_bill
    """
    found = settled(text, cut, "table")
    assert found["billing"].sketch.splitlines()[:-1] == [
        "POST /billing/bill/refund {total} -> id",
        "  what shop.orders:refund writes to b_bill today, and nothing else of its row",
        f"{ASKED} (by an id that the asker makes); while billing is down, who waits is told so",
        "shop/orders.py:7 is part of the transaction at shop/orders.py:5: what writes it when billing hears of that is "
        "the work here; no endpoint is made for it",
    ]
    reads = "column shop.orders:list b_bill.total\n        read shop.orders:list b_bill [loop]"
    told = settled(f"{text}{reads}", cut, "table.write")["billing"].sketch.splitlines()
    assert told[3] == "  the rows that come back orders has in its copy at once, and clears what it has cached of them"
    found = settled(text.replace("write shop.orders:close b_bill", ""), cut, "call")
    (line,) = found["billing"].sketch.splitlines()
    assert line.startswith("  issue is part of the transaction at shop/orders.py:5"), "one way to it, not a route, too"
    assert [one.kind for one in found["billing"].options][:2] == [RemedyKind.PART, RemedyKind.SYNC_API]
    found = settled(text.replace("write shop.orders:refund b_bill", ""), cut, "table.write")
    assert found["billing"].options[0].kind is RemedyKind.PART
    assert len(found["billing"].sketch.splitlines()) == 1, "and no command is made"


def test_what_a_signal_makes_others_write_is_told_by_those_who_hear_it() -> None:
    cut = partition("orders: shop.orders | orders_order\npoints: shop.points | p_point\nnotes: shop.notes | n_note")
    text = """
        module shop.points 900
        table orders_order in shop.orders: id primary
        atomic shop.orders:close orders_order [heard p_point, n_note]
        write shop.orders:close orders_order
        wire signal shop.points -> shop.orders : Order
        def shop.points:award()
        write shop.points:award p_point
        write shop.points:award n_note
    """
    found = settled(text, cut, "transaction")
    assert found["notes"].sketch.splitlines()[1:] == [
        "relay sends event points.award.done {}; notes writes n_note (shop/points.py:9, by award) once for each id",
        "points (step 1) left before: its rows are no part of it any more, and it hears by what that step made",
    ]
    told = found["points"].sketch.splitlines()[1]
    assert told.startswith("relay sends event orders.orders_order.changed {"), "as the remedy of the signal calls it"


def test_a_class_is_asked_by_the_methods_that_come_to_a_table() -> None:
    text = """
        def class shop.users:Roles
        def shop.users:Roles.names(self, upper=False) -> list[str]
        def shop.users:Roles.sorted(self)
        read shop.users:Roles.names u_user
        use shop.orders:place -> shop.users:Roles [call]
    """
    (remedy,) = made(text)
    assert remedy.sketch.splitlines()[0] == "GET  /users/roles/names {upper} -> list[str]"


def test_an_entry_of_a_schedule_goes_along_with_its_task() -> None:
    text = """
        entry task shop.users:digest
        wire setting shop.orders -> shop.users : shop.users.digest
        wire setting shop.orders -> shop.users : shop.users.Backend
    """
    kinds = {one.options[0].kind: one.sketch for one in made(text.replace("users.Backend", "users.digest"))}
    assert kinds == {
        RemedyKind.MOVE: "shop/orders.py:3, 4: the entry of shop.users.digest goes along to users's own schedule"
    }
    assert [one.options[0].kind for one in made(text)] == [RemedyKind.INVERT]


def test_an_entry_in_a_list_of_apps_goes_along_with_its_app() -> None:
    text = """
        def class shop.apps:Config < django.apps.AppConfig
        def class shop.users:UsersConfig < shop.apps.Config
        wire string shop.orders -> shop.users : shop.users.UsersConfig
    """
    (remedy,) = made(text)
    assert remedy.options[0].kind is RemedyKind.MOVE
    assert remedy.sketch == (
        "shop/orders.py:4: the entry of shop.users.UsersConfig goes along to users's own INSTALLED_APPS, and leaves "
        "this list with the cut"
    )


@pytest.mark.parametrize(("along", "waits"), [("", True), (" [cascade]", False)])
def test_a_job_in_place_of_a_key_waits_for_the_transaction_that_gives_the_rows_away(along: str, waits: bool) -> None:
    text = f"""
        table u_user in shop.users: id primary
        table orders_order in shop.orders: id primary, user_id
        fk orders_order.user_id -> u_user [cascade]
        atomic shop.users:leave u_user, orders_order
        write shop.users:leave u_user
        write shop.users:leave orders_order{along}
    """
    (job,) = (one for one in made(text) if one.id.startswith("foreign_key"))
    assert ("hears of the transaction at shop/users.py:5, which writes these rows, too" in job.sketch) == waits


@pytest.mark.parametrize(
    ("gone", "leaves", "hears"),
    [
        ({}, "billing", False),
        ({"billing": 1}, "users", True),
        ({"billing": 1}, "orders", True),
        ({"orders": 1}, "billing", True),
        ({"users": 1}, "billing", True),
    ],
)
def test_only_who_is_apart_hears_of_a_transaction(gone: dict[str, int], leaves: str, hears: bool) -> None:
    cut = partition("users: shop.users | u_user\norders: shop.orders | orders_order\nbilling: shop.billing | b_bill")
    found = facts("""
        table b_bill in shop.billing: id primary
        table orders_order in shop.orders: id primary, bill_id
        fk orders_order.bill_id -> b_bill [cascade]
        atomic shop.users:leave b_bill, orders_order
        write shop.users:leave b_bill
        write shop.users:leave orders_order
    """)
    seams = assess(found, cut).seams
    before = {Boundary(name): step for name, step in gone.items()}
    known = replace(context(found, cut, seams), gone=before, leaves=Boundary(leaves))
    lines = drop_key([one for one in seams if one.kind is SeamKind.FOREIGN_KEY], known)
    assert any("after what orders does when it hears of the transaction" in str(line) for line in lines) == hears


def test_a_type_of_content_has_another_number_in_each_database() -> None:
    text = """
        table django_content_type in shop.users: id primary
        table u_file in shop.users: id primary, content_type_id, object_id
        fk u_file.content_type_id -> django_content_type
        write shop.orders:attach u_file
        write shop.orders:place o_o
    """
    (command,) = (
        one
        for one in made(text, partition("orders: shop.orders | o_o\nusers: shop.users | u_file"))
        if one.id.startswith("table")
    )
    assert command.sketch.splitlines()[0] == "POST /users/file/attach {content_type (as app.model), object_id} -> id"


def test_what_a_request_carries_and_keys_of_bytes_do_not_travel() -> None:
    text = """
        table u_user in shop.users: id primary, email, key type:LargeBinary, code_key type:String
        def shop.users:tell(request, _info, *, user: User, note="")
        use shop.orders:place -> shop.users:tell [call]
        write shop.users:tell u_user
        write shop.orders:delete_old u_user
        write shop.orders:rename u_user
    """
    sketches = {one.id.partition(":")[0]: one.sketch.splitlines() for one in made(text)}
    assert sketches["call"] == ["POST /users/tell {user_id, note} -> ..."]
    assert sketches["table.write"][:-1:2] == [
        "POST /users/user/delete-old {which rows} -> how many",
        "POST /users/user/rename {email, code_key} -> id",
        f"{ASKED} (by an id that the asker makes); while users is down, who waits is told so",
    ]


@pytest.mark.parametrize(
    ("detail", "along", "does"),
    [
        ("", "", "reports the rows of orders_order where user_id = id"),
        ("", "write shop.users:leave orders_order [cascade]",
         "deletes the rows of orders_order where user_id = id, as the program itself does at shop/users.py:5; "
         "if not by this key, it reports them"),
        ("[set_null]", "write shop.users:leave orders_order [cascade]", "sets the id to NULL on the rows"),
    ],
)  # fmt: skip
def test_a_job_does_what_the_program_does_where_the_key_says_nothing(detail: str, along: str, does: str) -> None:
    text = f"""
        table u_user in shop.users: id primary
        table orders_order in shop.orders: id primary, user_id
        fk orders_order.user_id -> u_user {detail}
        {along}
    """
    (job,) = (one for one in made(text) if one.id.startswith("foreign_key"))
    assert does in job.sketch


FIELDS = """
    table orders_order in shop.orders: id primary, slug
    table u_user in shop.users: id primary, slug
    module shop.fields 40
    def class shop.fields:SlugField
    def shop.fields:SlugField.pre_save(model, add)
    def class shop.orders:Order
    call shop.fields:SlugField.pre_save -> shop.fields:SlugField.pre_save
"""
FIELD_CUT = partition("orders: shop.orders | orders_order\nusers: shop.users | u_user\nfields: shop.fields | f_form")


@pytest.mark.parametrize(
    ("text", "kind", "table"),
    [
        # a field that looks at the rows of whoever has it
        ("{made}\n{theirs}", "kernel", "delete"),
        # it is made for each call
        ("use shop.orders:place -> shop.fields:SlugField [call]\n{theirs}", "sync_api", "sync_api"),
        # it looks at rows of its own boundary, or not at its user's
        ("{made}\n{theirs}\n"
         "read shop.fields:SlugField.pre_save f_form", "sync_api", "sync_api"),
        ("{made}\nread shop.fields:SlugField.pre_save u_user", "sync_api", ""),
    ],
)  # fmt: skip
def test_a_class_that_asks_for_its_users_rows_is_shared_and_then_asks_at_home(text: str, kind: str, table: str) -> None:
    text = text.format(
        made="use shop.orders:Order -> shop.fields:SlugField [call]",
        theirs="read shop.fields:SlugField.pre_save orders_order",
    )
    found = {one.id: one for one in made(f"{FIELDS}\ntable f_form in shop.fields: id primary\n{text}", FIELD_CUT)}
    of_class = found["call.class:orders->fields:shop.fields"]
    assert of_class.options[0].kind == kind
    read = found.get("table.read:fields->orders:orders_order")
    assert (read.options[0].kind.value if read else "") == table
    if table == "delete" and read:
        assert (
            read.sketch
            == "shop.fields.SlugField: orders has it from a library, by which its own code finds its own rows"
        )


LINES = """
    table u_user in shop.users: id primary, email
    table u_group in shop.users: id primary, name
    table b_bill in shop.bills: id primary, total
    10 read shop.orders:f u_user
"""
FOUND_BY = "it is found by rows of u_user, of the same owner: the route of those finds by it, or answers with it"
LEFT_OUT = "it comes with rows of u_user, and no code of orders reads a column of it: leave it out"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("10 read shop.orders:f u_group [relation]\n10 query shop.orders:f u_user, u_group [filter u_group.name]\n"
         "10 column shop.orders:f u_group.name", FOUND_BY),
        ("10 read shop.orders:f b_bill [relation]", LEFT_OUT),
        # the reader asks for it
        ("10 read shop.orders:f b_bill [relation]\n10 query shop.orders:f u_user, b_bill [filter b_bill.]", ""),
        ("10 read shop.orders:f b_bill [relation]\n10 query shop.orders:f u_user [prefetch b_bill]", ""),
        # rows of one class or of another
        ("10 read shop.orders:f b_bill [relation]\n10 read shop.orders:f u_group", ""),
        # somebody reads a column of it; nobody asks for the others at each of its lines
        ("10 read shop.orders:f b_bill [relation]\n10 column shop.orders:f b_bill.total", ""),
        ("10 read shop.orders:f u_group [relation]\n12 read shop.orders:f u_group [relation]", ""),
        ("10 read shop.orders:f u_group", ""),
    ],
)  # fmt: skip
def test_what_comes_with_the_rows_of_another_table_is_asked_with_them(text: str, told: str) -> None:
    lines = [line.split(maxsplit=1) for line in f"{LINES}\n{text}".splitlines() if line.strip()]
    drawn = [rest if number.isdigit() else f"{number} {rest}" for number, rest in lines]
    at = {index: int(number) for index, (number, _) in enumerate(lines, 1) if number.isdigit()}
    found = facts("\n".join(drawn))
    found = replace(
        found,
        accesses=columns(Access, (replace(one, line=at[one.line]) for one in found.accesses)),
        queries=columns(Query, (replace(one, line=at[one.line]) for one in found.queries)),
    )
    cut = partition(
        "orders: shop.orders | orders_order\nusers: shop.users | u_user u_group\nbills: shop.bills | b_bill"
    )
    table = "b_bill" if "b_bill" in text else "u_group"
    remedy = next(one for one in made(found, cut) if one.id.endswith(f":{table}"))
    gone = remedy.options[0].kind is RemedyKind.DELETE
    assert (remedy.sketch if gone else "") == told
    if table == "u_group" and gone:
        (user,) = (one for one in made(found, cut) if one.id.endswith(":u_user"))
        assert user.sketch.splitlines()[0] == "GET  /users/user?u_group.name= -> [{id, email}]"


@pytest.mark.parametrize(
    ("query", "line", "gives"),
    [
        ("query shop.users:late u_user", "read shop.orders:f u_user", True),
        ("", "read shop.orders:f u_user", False),  # it gives no rows of the table
        ("query shop.users:late u_user", "read shop.orders:f u_user\nread shop.orders:g u_user", False),
    ],
)
def test_rows_that_a_function_of_their_owner_gives_need_no_route_of_their_own(
    query: str, line: str, gives: bool
) -> None:
    found = facts(f"""
        def shop.users:late(who)
        use shop.orders:f -> shop.users:late [call]
        call shop.orders:f -> shop.users:late
        {query}
        {line}
    """)
    at = next(one.line for one in found.uses)
    found = replace(
        found,
        calls=columns(Call, (replace(one, line=at) for one in found.calls)),
        accesses=columns(Access, (replace(one, line=at if one.function == "f" else 30) for one in found.accesses)),
    )
    (remedy,) = (one for one in made(found) if one.id.startswith("table"))
    assert (remedy.options[0].kind is RemedyKind.DELETE) is gives
    if gives:
        assert remedy.sketch == "it is what late of shop.users gives at these lines: the route of that answers with it"


@pytest.mark.parametrize(("line", "kind"), [(0, RemedyKind.DELETE), (1, RemedyKind.EVENT)])
def test_a_task_that_a_call_queues_is_one_message(line: int, kind: RemedyKind) -> None:
    text = """
        entry task shop.users:digest
        use shop.orders:f -> shop.users:digest.delay [call] [unused]
        wire task shop.orders -> shop.users : digest
    """
    found = facts(text)
    at = next(one.line for one in found.uses) + line
    found = replace(found, wires=tuple(replace(one, line=at) for one in found.wires))
    (remedy,) = (one for one in made(found) if one.id.startswith("wiring.task"))
    assert remedy.options[0].kind is kind
    assert (remedy.sketch == "digest: the message is that of the calls at these lines") is (kind is RemedyKind.DELETE)
