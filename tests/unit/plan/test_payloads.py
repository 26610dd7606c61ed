"""What calls, events and copies carry: what whoever gets them reads."""

from dataclasses import replace

import pytest

from decompose.assess import assess
from decompose.model.columns import columns
from decompose.model.facts import Access, Fixture
from decompose.model.judgements import Partition, RemedyKind
from decompose.model.names import Table
from decompose.plan import plan
from tests.builders import facts, partition

CUT = partition("orders: shop.orders | orders_order\nusers: shop.users | u_user\nmail: shop.mail | mail_letter")

USERS = "table u_user in shop.users: id primary, email, password, last_login, org_id\n"


def sketches(text: str, cut: Partition = CUT) -> dict[str, list[str]]:
    found = facts(text)
    return {one.id.partition(":")[0]: one.sketch.splitlines() for one in plan(found, cut, assess(found, cut)).remedies}


@pytest.mark.parametrize(
    ("read", "held"),
    [
        ("", "id, email, org_id"),  # nobody knows what
        ("column shop.orders:f u_user.email", "id, email"),
        ("column shop.orders:f u_user.id", "id, ..."),
        ("column shop.orders:f u_user.password", "id, password"),
        ("column shop.users:g u_user.email", "id, email, org_id"),
    ],
)
def test_a_copy_holds_what_its_readers_read(read: str, held: str) -> None:
    made, told, *_ = sketches(f"{USERS}read shop.orders:f u_user [loop]\n{read}")["table.read"]
    assert made == f"CREATE TABLE orders_u_user_copy ({held});  -- of orders alone, in the database it has"
    assert told == f"event users.u_user.changed {{{held}}}"


def test_a_copy_has_a_class_of_its_own_and_hears_of_rows_that_fixtures_load() -> None:
    text = f"module shop.users.migrations.0001_initial 9 migration\n{USERS}read shop.orders:f u_user [loop]"
    found = replace(facts(text), fixtures=(Fixture(Table("u_user"), "shop/users.json", 3, 2, ("email",)),))
    (remedy,) = plan(found, CUT, assess(found, CUT)).remedies
    made, *_, filled, _ = remedy.sketch.splitlines()
    assert made.endswith("in the database it has, by a class of its own, without what runs on the other's rows")
    assert filled.endswith(
        "one replay of all rows fills the copy; rows that are loaded count, too (raw: shop/users.json:3)"
    )


def test_a_long_row_of_which_nobody_knows_what_is_read_is_told_by_its_key() -> None:
    text = "table u_user in shop.users: id primary, a, b, c, d, e, password\nread shop.orders:f u_user"
    assert sketches(text)["table.read"] == ["GET  /users/user/{id} -> {id, a, b, c, d, e}"]
    assert sketches(text.replace(", e", ", e, f"))["table.read"] == [
        "GET  /users/user/{id} -> {id, ...}",
        "  which columns of a row orders needs, its code does not tell",
    ]


def test_a_copy_holds_the_keys_to_what_its_reader_has() -> None:
    text = f"""
    {USERS}
    table orders_order in shop.orders: id primary
    fk u_user.org_id -> orders_order [cascade]
    read shop.orders:f u_user [loop]
    column shop.orders:f u_user.email
    """
    assert "event users.u_user.changed {id, email, org_id}" in sketches(text)["table.read"]


def test_an_answer_holds_the_keys_that_its_readers_queries_go_along() -> None:
    text = f"""
    {USERS}
    table orders_order in shop.orders: id primary
    fk u_user.org_id -> orders_order [cascade]
    read shop.orders:f u_user
    column shop.orders:f u_user.email
    """
    assert sketches(text)["table.read"][0] == "GET  /users/user/{id} -> {id, email}"
    joined = f"{text}query shop.orders:g u_user, orders_order [join u_user.org_id]"
    assert sketches(joined)["table.read"][0] == "GET  /users/user/{id} -> {id, email, org_id}"


def test_an_answer_holds_what_templates_show_of_the_row() -> None:
    text = f"""
    {USERS}
    read shop.orders:f u_user
    column shop.orders:f u_user.email
    page shop/orders/templates/order.html in shop.orders [shows user.org, user.name, users.password]
    page shop/rest/templates/rest.html in shop.rest [shows user.password]
    """
    assert sketches(text)["table.read"][0] == "GET  /users/user/{id} -> {id, email, org_id}"
    twice = f"{text}table o_user in shop.orders: id primary"
    assert sketches(twice)["table.read"][0] == "GET  /users/user/{id} -> {id, email}", "of which class is `user`?"


def test_who_asks_for_rows_that_an_earlier_step_tells_of_is_told_so() -> None:
    text = f"""
    module shop.orders 9000
    {USERS}
    read shop.orders:f u_user [loop]
    column shop.orders:f u_user.email
    read shop.mail:g u_user
    column shop.mail:g u_user.email
    """
    found = facts(text)
    made = {one.id: one.sketch for one in plan(found, CUT, assess(found, CUT)).remedies}
    told = "  users.u_user.changed goes out since step 1: a copy that hears of it, too, would ask nobody"
    assert told in made["table.read:mail->users:u_user"].splitlines()


def test_a_function_of_a_row_leaves_for_where_the_rows_are_copied() -> None:
    text = f"""
    {USERS}
    def shop.users:display_name(user)
    column shop.users:display_name u_user.full_name
    use shop.orders:f -> shop.users:display_name [call]
    column shop.orders:f u_user.email
    read shop.orders:f u_user""".replace("email, password", "email, full_name, password")
    asked = sketches(text)
    assert asked["call"][0] == "GET  /users/display-name {user_id} -> ..."
    assert asked["table.read"][0] == "GET  /users/user/{id} -> {id, email}"
    copied = sketches(f"{text} [loop]")
    assert copied["call"][:1] == ["library: shop.users.display_name (2 lines, no table)"]
    assert copied["call"][-1] == "  it is handed rows of the copy of u_user that orders keeps"
    assert "event users.u_user.changed {id, email, full_name}" in copied["table.read"]
    reads = f"{text} [loop]\nread shop.users:display_name u_user"
    assert sketches(reads)["call"][0].startswith("GET  /users/display-name"), "it comes to a table itself"


def test_what_sql_text_reads_nobody_knows() -> None:
    text = f"{USERS}read shop.orders:f u_user [sql]\ncolumn shop.orders:f u_user.email"
    assert sketches(text)["table.read"] == ["GET  /users/user/{id} -> {id, email, org_id}"]


@pytest.mark.parametrize(
    ("uses", "command"),
    [
        ("column shop.orders:f u_user.email set", "PATCH /users/user/{id} {email} -> id"),
        ("column shop.orders:f u_user new\ncolumn shop.orders:f u_user.email new", "POST /users/user {email} -> id"),
        ("column shop.orders:f u_user gone", "DELETE /users/user/{id}"),
        ("", "POST /users/user/f {email, org_id} -> id"),
    ],
)
def test_a_command_does_what_the_writer_does_with_the_columns_that_it_gives(uses: str, command: str) -> None:
    uses = uses.replace(" set", " [set]").replace(" new", " [new]").replace(" gone", " [gone]")
    assert sketches(f"{USERS}write shop.orders:f u_user\n{uses}")["table.write"][0] == command


def test_an_event_carries_what_its_receiver_reads_of_the_rows_that_it_is_given() -> None:
    text = f"""
    {USERS}
    def shop.mail:welcome(user, kind)
    use shop.users:join -> shop.mail:welcome [unused]
    write shop.mail:welcome mail_letter
    column shop.mail:welcome u_user.email
    """
    assert sketches(text)["call.notify"][0] == "command mail.welcome {user {id, email}, kind}"
    assert sketches(f"{text}read shop.mail:welcome u_user")["call.notify"][0] == "command mail.welcome {user_id, kind}"
    copied = sketches(f"{text}read shop.mail:digest u_user [loop]")
    assert copied["call.notify"][0] == "command mail.welcome {user_id, kind}", "mail keeps a copy"


@pytest.mark.parametrize(
    ("answer", "place", "told"),
    [
        (
            "letter",
            "join",
            ["mail runs shop.mail:send itself, once it has run write: what that gives, users has no more"],
        ),
        (
            "letter | None",
            "join",
            ["mail runs shop.mail:send itself, once it has run write: what that gives, users has no more"],
        ),
        ("int", "join", ["command mail.send {letter_id}"]),
        ("letter", "other", ["command mail.send {letter_id}"]),
    ],
)
def test_a_row_that_a_message_has_its_owner_make_nobody_else_can_send(answer: str, place: str, told: list[str]) -> None:
    text = f"""
    {USERS}
    table mail_letter in shop.mail: id primary, to
    def shop.mail:write(to) -> {answer}
    def shop.mail:send(letter)
    write shop.mail:write mail_letter
    write shop.mail:send mail_letter
    atomic shop.users:join u_user, mail_letter
    write shop.users:join u_user
    call shop.users:join -> shop.mail:write
    use shop.users:join -> shop.mail:write
    use shop.users:{place} -> shop.mail:send [unused]
    """
    found = facts(text)
    found = replace(
        found,
        tables=tuple(replace(one, model="Letter" if one.table.name == "mail_letter" else "") for one in found.tables),
    )
    one = next(one for one in plan(found, CUT, assess(found, CUT)).remedies if one.id.startswith("call.notify"))
    assert one.sketch.splitlines()[:1] == told


def test_a_task_is_asked_for_what_its_function_takes() -> None:
    text = """
    def shop.mail:remind(letter_ids: list[int])
    use shop.users:join -> shop.mail:remind.delay
    write shop.mail:remind mail_letter
    """
    assert sketches(text)["call"][0] == "POST /mail/remind/delay {letter_ids: list[int]} -> ..."


def test_an_event_of_what_takes_nothing_carries_nothing() -> None:
    text = "def shop.mail:flush()\nuse shop.users:join -> shop.mail:flush [unused]\nwrite shop.mail:flush mail_letter"
    assert sketches(text)["call.notify"][0] == "command mail.flush {}"


def test_what_acts_by_its_name_is_not_got() -> None:
    text = "def shop.mail:emit_letter(kind)\nuse shop.users:join -> shop.mail:emit_letter\nread shop.mail:g mail_letter"
    assert sketches(text)["call"][0].startswith("POST /mail/emit-letter")


def test_a_signals_event_carries_what_receivers_read_by_the_row_and_how_it_came() -> None:
    text = f"""
    {USERS}
    table u_profile in shop.users: id primary, user_id, bio
    def shop.mail:welcome(sender, instance, created, raw=False, **kwargs)
    wire signal shop.mail -> shop.users : Profile
    column shop.mail:welcome u_profile.user_id
    column shop.mail:welcome u_user.email
    """
    lines = text.splitlines()
    definition = next(line for line in lines if " def " in line)
    lines.remove(definition)
    lines.insert(len(lines) - 3, definition)  # the receiver stands below its decorator
    cut = partition("users: shop.users | u_user u_profile\nmail: shop.mail | mail_letter")
    event = sketches("\n".join(lines), cut)["wiring.signal"][0]
    assert event == "event users.u_profile.changed {id, user_id, u_user.email, created, raw}"


def test_a_transactions_event_carries_what_the_owner_is_given_or_what_is_written_in_its_place() -> None:
    text = """
    table u_user in shop.users: id primary, email, org_id
    atomic shop.orders:place orders_order, u_user
    write shop.orders:place orders_order
    write shop.orders:place u_user
    column shop.orders:place u_user.email [set]
    """
    # a scope spans the three lines below its own
    assert "relay sends event orders.place.done {id, email}; users writes u_user" in "\n".join(
        sketches(text)["transaction"]
    )


PARENT = """
    def class shop.users:User
    def class shop.users:Admin < shop.users.User
    table u_user in shop.users: id primary, email
    table u_admin in shop.users: id primary, rights
    column shop.orders:f u_user.email
    column shop.orders:f u_admin.rights
"""
FAMILY = partition("orders: shop.orders | orders_order\nusers: shop.users | u_user u_admin")


def test_rows_that_go_on_in_another_table_are_asked_for_once() -> None:
    found = facts(f"{PARENT}\nread shop.orders:f u_admin\nread shop.orders:f u_user\nread shop.orders:f u_user")
    child = next(one for one in found.accesses if one.table.name == "u_admin")
    rows = [replace(one, line=child.line) if one.line == child.line + 1 else one for one in found.accesses]
    cut = replace(found, accesses=columns(Access, rows[:2]))
    sketched = {one.id: one.sketch for one in plan(cut, FAMILY, assess(cut, FAMILY)).remedies}
    assert sketched["table.read:orders->users:u_admin"] == "GET  /users/admin/{id} -> {id, rights, email}"
    assert sketched["table.read:orders->users:u_user"] == (
        "  rows of u_admin go on in u_user: what deals with them deals with their part here"
    )
    both = replace(found, accesses=columns(Access, rows))
    sketched = {one.id: one.sketch for one in plan(both, FAMILY, assess(both, FAMILY)).remedies}
    assert sketched["table.read:orders->users:u_user"].startswith("GET  /users/user/{id} -> {id, email}")


def test_a_join_with_what_is_copied_stays_as_it_is() -> None:
    text = f"""
    {USERS}
    table orders_order in shop.orders: id primary, user_id
    fk orders_order.user_id -> u_user [cascade]
    query shop.orders:f orders_order, u_user [join orders_order.user_id]
    read shop.orders:f u_user"""
    assert len(sketches(text)["join"]) == 3
    assert sketches(f"{text} [loop]")["join"] == [
        "the query joins the copy of u_user that orders keeps for its other reads, and stays as it is"
    ]


def test_what_a_signals_event_carries_is_not_asked_for() -> None:
    text = f"""
    {USERS}
    table u_profile in shop.users: id primary, user_id, bio
    wire signal shop.mail -> shop.users : Profile
    def shop.mail:welcome(sender, instance, **kwargs)
    read shop.mail:welcome u_user [relation]
    """
    cut = partition("users: shop.users | u_user u_profile\nmail: shop.mail | mail_letter")
    assert sketches(text, cut)["table.read"] == [
        "at shop/mail.py:7 the event of u_profile carries what is read, and nothing is asked"
    ]
    found = facts(text)
    (read,) = (one for one in plan(found, cut, assess(found, cut)).remedies if one.id.startswith("table.read"))
    assert read.options[0].kind is RemedyKind.DELETE
    asked = sketches(f"{text}\nread shop.mail:other u_user", cut)["table.read"]
    assert asked[0].startswith("GET  /users/user/{id}") and "carries what is read" in asked[-1]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("", "user_id"),
        ("table b_book in shop.books: id primary, user\ntable c_card in shop.books: id primary, user", "user"),
        ("table b_book in shop.books: id primary, user_id\nfk b_book.user_id -> u_user [cascade]", "user_id"),
    ],
)
def test_a_word_that_columns_hold_as_a_value_is_no_row(more: str, told: str) -> None:
    text = f"{USERS}def shop.mail:welcome(user)\nuse shop.users:join -> shop.mail:welcome [unused]\n{more}\n"
    text += "write shop.mail:welcome mail_letter"
    assert sketches(text)["call.notify"][0] == f"command mail.welcome {{{told}}}"


def test_a_signal_of_a_relations_rows_and_their_copy_are_one_event() -> None:
    found = facts("""
        table u_user in shop.users: id primary
        table u_user_roles in shop.users: id primary, user_id, role_id
        wire signal shop.orders -> shop.users : User.roles.through
        read shop.orders:a u_user_roles
        read shop.orders:b u_user_roles
        read shop.orders:c u_user_roles
        read shop.orders:d u_user_roles
        read shop.orders:e u_user_roles
    """)
    tables = tuple(
        replace(one, model={"u_user_roles": "User.roles"}.get(str(one.table), one.model)) for one in found.tables
    )
    found = replace(found, tables=tables)
    cut = partition("orders: shop.orders | orders_order\nusers: shop.users | u_user u_user_roles")
    told = {one.id.partition(":")[0]: one.sketch.splitlines() for one in plan(found, cut, assess(found, cut)).remedies}
    assert told["wiring.signal"][:2] == [
        "event users.u_user_roles.changed {id, user_id, role_id}",
        "  users makes its row of the outbox with the row",
    ]
    assert told["wiring.signal"][2] == "  the copy of u_user_roles is kept up to date by the same"
    assert told["table.read"][1].startswith("event users.u_user_roles.changed {")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (" -> QuerySet[Letter]", "[{id, to}], its rows: what callers narrow them by is passed, too"),
        (" -> models.QuerySet", "[{...}], its rows: what callers narrow them by is passed, too"),
        (" -> Letter", "{id, to}"),
        (" -> list[Letter] | None", "list[{id, to}] | None"),
        (" -> LetterBox", "LetterBox"),
    ],
)
def test_a_query_that_is_only_made_is_answered_by_its_rows(answer: str, told: str) -> None:
    found = facts(f"""
        table mail_letter in shop.mail: id primary, to
        def shop.mail:get_late(){answer}
        use shop.users:join -> shop.mail:get_late
        read shop.mail:get_late mail_letter
    """)
    tables = tuple(replace(one, model="Letter") for one in found.tables)
    found = replace(found, tables=tables)
    (remedy,) = (one for one in plan(found, CUT, assess(found, CUT)).remedies if one.id.startswith("call"))
    assert remedy.sketch.splitlines()[0] == f"GET  /mail/get-late {{}} -> {told}"


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        (
            "",
            [
                "GET  /mail/box/full {size} -> [{id, name}], its rows: what callers narrow them by is passed, too",
                "  Letter.objects.filter: goes away with the remedies of its table",
            ],
        ),
        (
            "read shop.users:join mail_box",
            [
                "Box.objects.full, Letter.objects.filter: go away with the remedies of their tables; "
                "users keeps ids in place of rows"
            ],
        ),
    ],
)
def test_a_class_goes_away_where_its_own_table_has_a_remedy(fact: str, told: list[str]) -> None:
    found = facts(f"""
        table mail_letter in shop.mail: id primary, to
        table mail_box in shop.mail: id primary, name
        def shop.mail:Boxes.full(self, size) -> QuerySet
        use shop.users:join -> shop.mail:Box.objects.full
        use shop.users:join -> shop.mail:Letter.objects.filter
        call shop.users:join -> shop.mail:Boxes.full [rows shop.mail:Box]
        read shop.users:join mail_letter
        read shop.mail:Boxes.full mail_box
        {fact}
    """)
    models = {"mail_letter": "Letter", "mail_box": "Box"}
    found = replace(found, tables=tuple(replace(one, model=models[one.table.name]) for one in found.tables))
    cut = partition("users: shop.users\nmail: shop.mail | mail_letter mail_box")
    remedies = {one.id.partition(":")[0]: one for one in plan(found, cut, assess(found, cut)).remedies}
    assert remedies["call.model"].sketch.splitlines() == told


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("find(name) -> User | parent", "GET  /users/find {name} -> {id, email}"),
        ("User.objects.first_of(name) -> Self | None", "GET  /users/user/first-of {name} -> {id, email} | None"),
        (
            "User.objects.late(name) -> QuerySet",
            "GET  /users/user/late {name} -> [{id, email}], its rows: what callers narrow them by is passed, too",
        ),
    ],
)
def test_an_answer_is_what_its_reader_reads_of_the_rows(answer: str, told: str) -> None:
    name = answer.partition("(")[0]
    text = f"""
    {USERS}
    fk u_user.parent_id -> u_user [cascade]
    def shop.users:{answer}
    read shop.users:{name} u_user
    use shop.orders:f -> shop.users:{name} [call]
    column shop.orders:f u_user.email
    """
    assert told in next(lines for kind, lines in sketches(text).items() if kind.startswith("call"))
