"""What steps before have made is known to those that come later; an event has one name, one payload and one story."""

import re
from dataclasses import replace
from itertools import takewhile

import pytest

from decompose.assess import assess
from decompose.model.columns import columns
from decompose.model.facts import ColumnUse, How, Wire
from decompose.model.judgements import SplitPlan, Step
from decompose.plan import plan
from tests.builders import facts, partition

CUT = partition("""
    mail:   shop.mail   | mail_letter
    points: shop.points | points_point
    orders: shop.orders | orders_order
    rest:   shop.rest   | rest_row
""")
CODE = """
    module shop.mail 90000
    module shop.points 2000
    module shop.orders 300
    module shop.orders.migrations.0001_initial 9 migration
    table mail_letter in shop.mail: id primary, text
    table points_point in shop.points: id primary, kind
    table orders_order in shop.orders: id primary, total, state
    def shop.mail:notify(text)
    write shop.mail:notify mail_letter
    def shop.points:award(kind)
    write shop.points:award points_point
    write shop.orders:place orders_order
    use shop.orders:place -> shop.mail:notify [call] [unused]
    use shop.points:award -> shop.mail:notify [call] [unused]
    use shop.orders:place -> shop.points:award [call] [unused]
    def shop.mail:count()
    read shop.mail:count mail_letter
    use shop.points:show -> shop.mail:count [call]
    module shop.rest 900
    def shop.rest:find(id)
    read shop.rest:find rest_row
    write shop.rest:make rest_row
    use shop.mail:f -> shop.rest:find [call]
    use shop.points:f -> shop.rest:find [call]
    use shop.orders:f -> shop.rest:find [call]
    {}
"""


def planned(more: str = "") -> SplitPlan:
    found = facts(CODE.format(more))
    return plan(found, CUT, assess(found, CUT))


def steps(more: str = "") -> dict[str, Step]:
    return {step.boundary.name: step for step in planned(more).steps}


def sketch(id: str, more: str = "") -> list[str]:
    return next(one.sketch for one in planned(more).remedies if one.id.startswith(id)).splitlines()


def at(line: str) -> int:
    return next(number for number, text in enumerate(CODE.splitlines(), 1) if text.strip() == line)


def test_the_first_step_makes_the_outbox_and_later_ones_use_it() -> None:
    found = steps()
    assert [found[name].number for name in ("mail", "points")] == [1, 2]
    assert found["mail"].first[1:] == (
        "the first commit changes nothing yet, and makes the outbox by which events and commands go: a class Message "
        "in shop/outbox/models.py (number, counted up, the primary key; id uuid, unique; type text; payload json; "
        "made_at; sent_at with an index, empty until it is sent; tries), shop.outbox in INSTALLED_APPS, and its "
        "migration by makemigrations outbox; it is no boundary's own, and in the monolith's database, where its row "
        "is committed with what it tells of; a payload has what all read of it who hear of it by this plan",
        "the same commit has the relay: a management command in shop/outbox/management/commands/relay_messages.py, run "
        "by one process of its own; it takes what is not sent yet by its number, one run at a time (by a lock that the "
        "database holds, a row or an advisory one; on SQLite there is none, and one process runs it), and gives "
        "sent_at once it has arrived, so each goes at least once; what failed ten times is passed over, and somebody "
        "is told; what was sent is deleted a day later, for payloads hold what is personal, and ids a month later",
        "whoever hears, here mail, keeps a table of the ids that it has had (id uuid, the primary key; heard_at), "
        "with a migration of its own: mail in shop/mail.py; it adds to it in the transaction in which it does what it "
        "heard, asks whomever it has to ask before that begins, and leaves alone what it has had",
        "until the cut the relay calls whoever hears, and who asks an API a function of its owner's, in the same "
        "program, so that all can go live, and back, before anything is deployed; from the cut on the relay sends by a "
        "broker that is still to be chosen (or by HTTP, to who hears): the settings that were read name none",
        "there each process that hears has a queue of its own, whose worker gives a message back only once what it "
        "does is committed, and tries again what failed (in Celery acks_late with reject_on_worker_lost, "
        "autoretry_for=(Exception,) with retry_backoff, max_retries=None): sent_at then says no more than that the "
        "broker has it",
        "tests show before any message goes by it that a transaction which fails leaves no row, that what comes twice "
        "is done once, and that what somebody fails to hear stays unsent and goes again",
    )
    assert found["points"].first[1:] == (
        "events and commands go by the outbox (shop.outbox), the relay and the broker of step 1; whoever hears, here "
        "points, has a table of the ids that it has had: points in shop/points.py",
    )


def test_a_step_without_messages_says_how_its_apis_are_called_before_the_cut() -> None:
    assert steps()["orders"].first[1:] == (
        "until the cut who asks an API calls a function of its owner's, and sends HTTP from then on",
    )


def test_what_a_step_made_goes_along_with_whoever_leaves_next() -> None:
    told = steps()["points"].cut
    sent, asked = (at(f"use shop.points:{one}") for one in ("award -> shop.mail:notify [call] [unused]",
                                                             "show -> shop.mail:count [call]"))  # fmt: skip
    assert told[-3:-1] == (
        f"it asks mail by the API of step 1 at shop/points.py:{asked}: those lines go along as they are, and it gets "
        "the address and leave to call",
        "it gets an outbox and a relay of its own: from the cut on the rows of mail.notify (step 1 at "
        f"shop/points.py:{sent}) are made there, and no longer in the monolith's",
    )
    assert steps()["mail"].cut[-1] == (
        "only the monolith (for points) may call its API, and only it may call the monolith's for rest: with a token "
        "or a certificate for each caller, a time that it waits and what it does without an answer, and no route from "
        "outside"
    )


def test_what_it_keeps_of_messages_goes_along_into_a_database_of_its_own() -> None:
    told = {name: step.after[-1].partition(": copy the rows")[0] for name, step in steps().items() if step.extract}
    assert told["mail"] == "give it a database of its own with mail_letter and the ids that it has had"
    assert told["points"].endswith("with points_point, its outbox and the ids that it has had")


def test_tests_of_others_that_look_at_once_run_the_relay_first() -> None:
    more = "module shop.tests.test_points 9 test\n    import shop.tests.test_points -> shop.mail\n"
    line = CODE.count("\n", 0, CODE.index("{}")) + 2
    told = (
        "tests of others that look for what mail did right after a call find it once the relay has run, so they run it "
        f"first: among those that import it at shop/tests/test_points.py:{line}"
    )
    assert told in steps(more)["mail"].first
    assert not any("relay has run" in one for one in steps(more)["points"].first)


def test_tests_that_import_classes_of_tables_come_first_and_own_ones_find_their_copies() -> None:
    line = CODE.count("\n", 0, CODE.index("{}"))
    more = f"""module shop.tests.test_points 9 test
    import shop.tests.test_points -> shop.mail : count
    import shop.tests.test_points -> shop.mail : Letter
    {READS.format("total")}"""
    found = facts(CODE.format(more))
    classes = tuple(replace(one, model="Letter" if "mail" in str(one.table) else "") for one in found.tables)
    made = plan(found := replace(found, tables=classes), CUT, assess(found, CUT))
    (mail,) = (step for step in made.steps if step.boundary.name == "mail")
    (told,) = (one for one in mail.first if "relay has run" in one)
    assert told.endswith(
        "so they run it first, as its own do for the copies that it keeps: above all those that import classes of its "
        f"tables, at shop/tests/test_points.py:{line + 3}"
    )


def test_where_tasks_run_as_they_are_called_each_commit_runs_the_relay() -> None:
    line = CODE.count("\n", 0, CODE.index("{}")) + 1
    told = f"where tasks run as they are called (shop/settings.py:{line}) no worker runs the relay: there each"
    assert steps("setting ALWAYS_EAGER = True")["mail"].first[6].startswith(told)


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("redis", "the broker that tasks go by already (shop/settings.py:27, redis)"),
        (
            "memory",
            "a broker that is still to be chosen: the settings name memory:// alone (shop/settings.py:27), which "
            "reaches no other process, unless the environment names another",
        ),
    ],
)
def test_the_relay_sends_by_the_broker_that_settings_name(setting: str, told: str) -> None:
    assert (
        steps(f"setting BROKER_URL = {setting}")["mail"].first[4].endswith(f"from the cut on the relay sends by {told}")
    )


@pytest.mark.parametrize(
    ("callee", "line"),
    [
        ("notify", "command mail.notify {text}"),
        ("on_placed", "event orders.placed {text}"),
        ("order_placed", "event orders.order-placed {text}"),
        ("feed", "command mail.feed {text}"),
        ("notify.delay", "command mail.notify {text}"),
    ],
)
def test_a_fact_is_told_by_its_sender_and_a_command_has_the_verb_of_who_does_it(callee: str, line: str) -> None:
    defined = callee.removesuffix(".delay")
    more = f"""def shop.mail:{defined}(text)
    write shop.mail:{defined} mail_letter
    use shop.orders:pay -> shop.mail:{callee} [call] [unused]"""
    assert line in sketch("call.notify:orders->mail", more)


def test_what_a_line_tells_of_is_committed_with_its_row() -> None:
    line = at("use shop.orders:place -> shop.mail:notify [call] [unused]")
    told = f"  orders makes its row of the outbox at shop/orders.py:{line}; "
    assert sketch("call.notify:orders->mail")[1] == (
        f"{told}no transaction is opened there: transaction.atomic() goes around what is written and its row alone, at "
        f"shop/orders.py:{line - 1}-{line}"
    )
    more = "setting DATABASES.ATOMIC_REQUESTS = True"
    assert sketch("call.notify:orders->mail", more)[1] == (
        f"{told}in the request's transaction (ATOMIC_REQUESTS, shop/settings.py:27); where no request runs it, "
        f"transaction.atomic() goes around what is written and its row alone, at shop/orders.py:{line - 1}-{line}"
    )


def test_what_no_rollback_undoes_waits_for_the_commit_that_a_row_gets() -> None:
    text = """def shop.orders:place(order)
    given lasting shop.orders network
    def shop.orders:forget(order)
    given lasting shop.orders cache
    call shop.orders:place -> shop.orders:forget
    given commit shop.orders a
    given lasting shop.orders mail
    def shop.rest:erase(order)
    given lasting shop.rest cache
    call shop.orders:place -> shop.rest:erase
    use shop.orders:place -> shop.mail:notify [call] [unused]"""
    line = CODE.count("\n", 0, CODE.index("{}")) + 1
    network, cache = (
        f"requests over the network at shop/orders.py:{line + 1}",
        f"the cache at shop/orders.py:{line + 3}",
    )

    def row(at: int) -> str:
        found = facts(CODE.format(text))
        given = tuple(replace(one, line=at) if one.kind == "commit" else one for one in found.given)
        found = replace(found, given=given)
        made = plan(found, CUT, assess(found, CUT)).remedies
        told = next(one.sketch for one in made if one.id.startswith("call.notify:orders->mail"))
        return next(line for line in told.splitlines() if "its row" in line).partition("(transaction.on_commit): ")[2]

    assert row(0) == f"{cache}, {network}"
    assert row(line + 4) == network


def test_where_a_function_writes_nothing_else_its_callers_write_is_committed_with_the_row() -> None:
    told = "def shop.rest:tell()\n    use shop.rest:tell -> shop.mail:notify [call] [unused]\n"

    def row(more: str = "") -> str:
        return next(line for line in sketch("call.notify:rest->mail", told + more) if "its row" in line)

    assert row().endswith("opened there: tell writes nothing else, so that its row is committed alone")
    called = "    call shop.rest:make -> shop.rest:tell\n"
    assert row(called).endswith("transaction.atomic() goes around what make writes and its call of tell")
    placed = row(f"{called}    def shop.rest:make()")
    assert "around what make (shop/rest.py:30) writes and its call" in placed
    told_after = row(f"{called}    write shop.rest:tell rest_row")
    assert told_after.endswith("goes around what is written and its row alone, at shop/rest.py:28-30")


def test_what_waits_for_the_commit_stands_in_the_lines_that_it_goes_around() -> None:
    """Also in receivers of the rows that are saved there; many rows at once send no signal."""
    more = f"""def shop.orders:place(order)
    given lasting shop.orders cache
    def shop.rest:index(sender, instance, **kwargs)
    given lasting shop.rest mail
    wire signal shop.rest -> shop.orders : Order [SIGNAL]
    def shop.rest:heard(sender, instance, **kwargs)
    call shop.rest:heard -> shop.rest:index
    write shop.orders:sweep orders_order [bulk]
    {READS.format("total")}"""
    waits = f"; {WAITS}: mail at shop/rest.py:30"
    for signal, then in (("post_save", waits), ("post_delete", "")):
        saved, silent = changes(more.replace("SIGNAL", signal))[1:]
        assert saved.strip() == f"the lines at shop/orders.py:13; {ATOMIC} that line and its row alone{then}"
        assert silent.endswith(f"shop/orders.py:34; {ATOMIC} that line and its row alone")


READS = "read shop.mail:list orders_order [loop]\n    column shop.mail:list orders_order.{}"
SIGNAL = """table orders_order in shop.orders: id primary, total, state
    wire signal shop.points -> shop.orders : Order [{}]
    def shop.points:heard(sender, instance, **kwargs)
    column shop.points:heard orders_order.state"""


@pytest.mark.parametrize(
    ("signal", "told"),
    [
        ("post_save", ["event orders.orders_order.changed {id, state}"]),
        ("post_delete", ["event orders.orders_order.deleted {id, state}"]),
        ("pre_delete", ["event orders.orders_order.deleted {id, state}"]),
    ],
)
def test_a_signal_of_deletions_is_an_event_of_deletions(signal: str, told: list[str]) -> None:
    found = sketch("wiring.signal", SIGNAL.format(signal))
    assert [line for line in found if line.startswith("event")] == told
    assert ("in a receiver of pre_delete, which reads what it carries" in found[1]) == (signal == "pre_delete")


def test_a_signal_of_a_librarys_rows_is_an_event_of_its_owner() -> None:
    text = """def shop.points:gone(sender, instance, **kwargs)
    heard shop.points:gone orders_order Order [pre_delete]
    column shop.points:gone orders_order.state"""
    found = sketch("wiring.signal", text)
    assert found[0] == "event orders.orders_order.deleted {id, state}"
    assert found[-1].startswith("  shop.points of points subscribes (shop/points.py:")


def test_an_event_has_one_payload_whoever_hears_of_it() -> None:
    more = f"{READS.format('total')}\n    {READS.replace('mail', 'points').format('state')}"
    told = planned(more).remedies
    assert len([one for one in told if one.options[0].kind == "read_model"]) == 2
    payloads = {line for one in told for line in re.findall(r"orders_order\.changed \{.*?\}", one.sketch)}
    assert payloads == {"orders_order.changed {id, state, total}"}


def test_rows_that_no_line_is_known_to_write_are_told_of_by_a_receiver() -> None:
    more = READS.format("total")
    assert sketch("table.read:mail->orders", more)[2:4] == [
        f"  orders makes its row of the outbox {PASSES}:",
        f"    the lines at shop/orders.py:13; {ATOMIC} that line and its row alone",
    ]
    unwritten = CODE.replace("    write shop.orders:place orders_order\n", "")
    found = facts(unwritten.format(more))
    remedies = plan(found, CUT, assess(found, CUT)).remedies
    told = next(one.sketch for one in remedies if one.id.startswith("table.read:mail->orders"))
    assert told.splitlines()[2] == (
        f"  orders makes its row of the outbox {PASSES}: no line is known to; where no transaction is open, it comes "
        "once the row is committed"
    )


RECEIVER = "in a receiver of post_save, for whoever saves a row"
PASSES = f"{RECEIVER}, but passes over a save whose update_fields has none of it"
ATOMIC = "no transaction is opened there: transaction.atomic() goes around"
PAGES = "the framework at shop/orders.py:27; an admin page is one transaction, another view needs transaction.atomic()"
PLACE = f"the lines at shop/orders.py:13; {ATOMIC} that line and its row alone"


@pytest.mark.parametrize(
    ("writes", "told"),
    [
        (
            "write shop.orders:sweep orders_order [bulk]",
            [PLACE, f"by hand at lines that send no signal: shop/orders.py:27; {ATOMIC} that line and its row alone"],
        ),
        ("write shop.orders: orders_order [framework]", [PLACE, PAGES]),
        (
            "write shop.orders: orders_order [framework]\n    write shop.orders:sweep orders_order [sql]",
            [
                PLACE,
                PAGES,
                f"by hand at lines that send no signal: shop/orders.py:28; {ATOMIC} that line and its row alone",
            ],
        ),
        (
            "write shop.orders:Order.save orders_order\n    write shop.orders: orders_order [framework]",
            [f"the lines at shop/orders.py:27; {ATOMIC} that line and its row alone"],  # which all others run
        ),
        (
            "write shop.rest:sweep orders_order [bulk]",
            [
                PLACE,
                f"by hand at lines that send no signal: shop/rest.py:27; {ATOMIC} that line and its row alone",
                "lines of rest are among them until orders writes for them by its commands",
            ],
        ),
    ],
)
def test_a_write_is_told_once_by_a_receiver_or_by_its_line(writes: str, told: list[str]) -> None:
    first, *others = changes(f"{writes}\n    {READS.format('total')}")
    assert first == f"  orders makes its row of the outbox {PASSES}:"
    assert [line.strip() for line in others] == told
    *others, _ = changes(f"{writes}\n    {SIGNAL.format('post_save')}", "wiring.signal")[1:]
    assert [line.strip() for line in others] == [one for one in told if "by hand" not in one and "rest" not in one]


def changes(more: str, id: str = "table.read:mail->orders") -> list[str]:
    """The story of the rows that are made and changed; a class of the table is called Order."""
    found = facts(CODE.format(more))
    found = replace(
        found, tables=tuple(replace(one, model="Order") if "order" in str(one.table) else one for one in found.tables)
    )
    lines = next(
        one.sketch for one in plan(found, CUT, assess(found, CUT)).remedies if one.id.startswith(id)
    ).splitlines()
    first = next(number for number, line in enumerate(lines) if ".changed {" in line) + 1
    return [*takewhile(lambda line: line.startswith("  "), lines[first:])]


def test_a_line_that_changes_other_columns_alone_is_passed_over() -> None:
    both = f"the lines at shop/orders.py:13, 27; {ATOMIC} each of these lines and its row alone"
    for column, told in (("state", PLACE), ("total", both), ("", both)):
        other = f"write shop.orders:pay orders_order\n    column shop.orders:pay orders_order.{column or 'total'} [set]"
        found = facts(CODE.format(f"{other}\n    {READS.format('total')}"))
        uses = [replace(one, line=27, column=column) if one.how is How.SET else one for one in found.columns]
        found = replace(found, columns=columns(ColumnUse, uses))
        made = plan(found, CUT, assess(found, CUT)).remedies
        lines = next(one.sketch for one in made if one.id.startswith("table.read:mail->orders")).splitlines()
        assert lines[3].strip() == told


def test_what_hears_of_a_saved_row_waits_for_the_commit_that_the_line_gets() -> None:
    more = f"""{READS.format("total")}
    table orders_order in shop.orders: id primary, total
    def shop.rest:index(sender, instance)
    given lasting shop.rest cache
    wire signal shop.rest -> shop.orders : Order [post_save]
    def shop.orders:place(order)
    given lasting shop.orders mail"""
    at = CODE.count("\n", 0, CODE.index("{}")) + 1
    found = facts(CODE.format(more))
    named = tuple(replace(one, model="Order") if one.table.name == "orders_order" else one for one in found.tables)
    wires = tuple(replace(one, line=at + 3) for one in found.wires)  # above the function that hears
    found = replace(found, tables=named, wires=columns(Wire, wires))
    made = plan(found, CUT, assess(found, CUT)).remedies
    lines = next(one.sketch for one in made if one.id.startswith("table.read:mail->orders")).splitlines()
    (told,) = (line for line in lines if "the lines at" in line)
    assert told.endswith(f"row alone; {WAITS}: the cache at shop/rest.py:{at + 4}"), (
        "and not what the function does else"
    )


def test_files_that_code_deletes_with_their_rows_wait_too() -> None:
    more = """table orders_order in shop.orders: id primary, picture type:ImageField
    write shop.orders:scrap orders_order
    column shop.orders:scrap orders_order. [gone]
    use shop.orders:scrap -> shop.mail:notify [call] [unused]"""
    line = CODE.count("\n", 0, CODE.index("{}")) + 2
    found = facts(CODE.format(more))
    uses = [replace(one, line=line) if one.how is How.GONE else one for one in found.columns]
    found = replace(found, columns=columns(ColumnUse, uses))
    made = plan(found, CUT, assess(found, CUT)).remedies
    told = next(one.sketch for one in made if one.id.startswith("call.notify:orders->mail"))
    (row,) = (one for one in told.splitlines() if "its row" in one)
    assert row.endswith(f"{WAITS}: files that code deletes with their rows at shop/orders.py:{line}")


def test_who_keeps_a_copy_clears_what_is_cached_of_it() -> None:
    more = f"def shop.mail:list() [cached]\n    {READS.format('total')}"
    told = next(line for line in sketch("table.read:mail->orders", more) if "makes or changes" in line)
    at = CODE.count("\n", 0, CODE.index("{}")) + 2
    assert f"by the other, and clears what is cached of it at shop/mail.py:{at} (by new keys" in told
    assert "cached" not in "".join(sketch("table.read:mail->orders", more.replace(" [cached]", "")))


WAITS = "what no rollback undoes waits for the commit there (transaction.on_commit)"


def test_who_hears_of_changes_and_deletions_keeps_to_their_order() -> None:
    (told,) = (line for line in steps(READS.format("total"))["mail"].first if "order" in line and "contrary" in line)
    assert "orders.orders_order (mail)" in told
    assert "keeps the last one of each row beside its ids (the table, the row's key, the number), also of a row" in told
    assert told.endswith(
        "what names a row that has not come yet fails, a message to go again, all else as if there were none"
    )
    assert not any("contrary" in line for line in steps()["mail"].first)


def test_a_command_shows_how_it_is_called_where_its_payload_is_something_else() -> None:
    more = """def shop.mail:greet(order, kind, **values)
    write shop.mail:greet mail_letter
    use shop.orders:pay -> shop.mail:greet [call] [unused]"""
    found = facts(CODE.format(f"{more}\n    {READS.format('total')}"))
    named = tuple(replace(one, model="Order") if one.table.name == "orders_order" else one for one in found.tables)
    made = plan(replace(found, tables=named), CUT, assess(replace(found, tables=named), CUT)).remedies
    lines = next(one.sketch for one in made if one.id.startswith("call.notify:orders->mail")).splitlines()
    assert "command mail.greet {order_id, kind, values}" in lines
    assert "  mail runs shop.mail:greet(order, kind, **values) for each, once, order by id from its copy" in lines
    assert "  mail runs shop.mail:notify for each, once" in lines


def test_the_switch_says_where_the_relay_sends_and_nothing_waits_on_the_way_back() -> None:
    found = steps()
    (switch,) = (line for line in found["mail"].cut if "one switch" in line)
    relay = "shop/outbox/management/commands/relay_messages.py"
    assert switch.endswith(f"; and where the relay sends what mail hears, in {relay}")
    assert found["mail"].rollback[0].endswith(", once its queue is empty")
    unheard = steps(f"column shop.mail:send orders_order.state\n    {'read shop.orders:peek rest_row'}")["rest"]
    assert not any("relay" in line or "queue" in line for line in (*unheard.cut, *unheard.rollback))


def test_an_api_does_not_begin_as_the_pages_do_that_all_may_ask_for() -> None:
    last = [
        steps(f"address shop.urls -> shop.rest : {path}")["mail"].cut[-1].partition("no route from outside")[2]
        for path in ("rows/", "rest/")
    ]
    assert last == ["", ", as rest/ (shop/urls.py:27) is: addresses below it get another beginning (internal/)"]


@pytest.mark.parametrize(
    ("other", "key", "ends"),
    [
        ("mail_letter", "letter_id", "orders_order or mail_letter"),
        ("django_content_type", "letter (as app.model)", "orders_order"),
    ],
)
def test_rows_that_relate_two_others_are_known_by_their_keys(other: str, key: str, ends: str) -> None:
    more = f"""table tag_of in shop.orders: id primary, order_id, letter_id
    fk tag_of.order_id -> orders_order [cascade]
    fk tag_of.letter_id -> {other} [cascade]
    read shop.points:list tag_of [loop]
    write shop.orders:tag tag_of [relation]
    write shop.orders:fill tag_of [bulk]"""
    cut = partition(
        "points: shop.points | points_point\nmail: shop.mail | mail_letter\norders: shop.orders | orders_order tag_of"
    )
    found = facts(CODE.format(more))
    found = replace(
        found, tables=tuple(replace(one, model="Order.tags" * (one.table.name == "tag_of")) for one in found.tables)
    )
    one = next(
        one for one in plan(found, cut, assess(found, cut)).remedies if one.id == "table.read:points->orders:tag_of"
    )
    made, changed, added, by_hand, deleted, removed, along, *_ = one.sketch.splitlines()
    assert made.startswith(f"CREATE TABLE points_tag_of_copy (order_id, {key});")
    assert (changed, deleted) == (
        f"event orders.tag_of.changed {{order_id, {key}}}",
        f"event orders.tag_of.deleted {{order_id, {key}}}",
    )
    assert "in a receiver of m2m_changed (post_add): inside" in added
    assert by_hand.startswith("    by hand at lines that do not send it: shop/orders.py:32; ")
    assert "(post_remove; pre_clear, which reads what goes): inside" in removed
    assert along.strip().startswith(f"rows that go along with one of {ends} send none:")
