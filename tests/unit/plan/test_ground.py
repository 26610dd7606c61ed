"""Where the first commit puts an outbox and its relay, by what the project does already."""

from decompose.model.facts import Evidence
from decompose.model.names import Boundary
from decompose.plan.ground import Ground, ground
from tests.builders import facts, partition

CUT = partition(
    "orders: shop.orders.models shop.orders.views | o_order\nmail: shop.mail.models shop.mail.tasks | m_mail"
)
DJANGO = """
    module shop.orders.migrations.0001_initial 9 migration
    table o_order in shop.orders.models: id primary
    table m_mail in shop.mail.models: id primary
"""
OTHER = Evidence("shop/settings.py", 90)  # a list of something else that names one part
SETTINGS = {
    Boundary("orders"): (Evidence("shop/settings.py", 7), Evidence("shop/settings.py", 9)),
    Boundary("mail"): (OTHER,),
}


def found(text: str) -> Ground:
    return ground(facts(text), CUT, SETTINGS)


def test_a_project_of_apps_gets_one_more_with_a_command_for_the_relay() -> None:
    made = found(DJANGO)
    assert (made.name, made.tables) == ("shop.outbox", "shop/outbox/models.py")
    assert made.relay == "shop/outbox/management/commands/relay_messages.py"
    assert ", shop.outbox in INSTALLED_APPS, at shop/settings.py:9, and its migration" in made.made()
    assert made.hears(Boundary("orders")) == "orders in shop/orders/models.py"


def test_the_relay_is_a_task_where_the_program_has_a_queue() -> None:
    made = found(f"{DJANGO}\n    entry task shop.mail.tasks:send")
    assert made.relay == "shop/outbox/tasks.py"
    assert made.sends().startswith("a task in shop/outbox/tasks.py, as send is (shop/mail/tasks.py:6), in a queue")


def test_the_relay_is_scheduled_where_most_tasks_are_and_not_like_one_with_a_queue_of_its_own() -> None:
    text = """
    entry task shop.mail.tasks:send [named shop.mail.tasks.send]
    entry task shop.mail.tasks:sweep [named shop.mail.tasks.sweep]
    wire string shop.queues -> shop.mail.tasks : shop.mail.tasks.send
    wire string shop.beat -> shop.mail.tasks : shop.mail.tasks.send
    wire string shop.beat -> shop.mail.tasks : shop.mail.tasks.sweep
    """
    sends = found(f"{DJANGO}{text}").sends()
    assert "as sweep is (shop/mail/tasks.py:7), in a queue that nothing slow fills" in sends
    assert sends.endswith("every few seconds, by a line beside shop/beat.py:10")


def test_a_name_that_is_taken_is_left_alone() -> None:
    assert found(f"{DJANGO}\n    module shop.outbox 9").name == "shop.message_outbox"


def test_one_file_of_tables_gets_a_neighbour() -> None:
    made = found("module alembic.versions.a1 9 migration\ntable o_order in shop.db.schema: id primary")
    assert (made.name, made.tables, made.relay) == ("shop.db.outbox", "shop/db/outbox.py", "shop/db/outbox.py")
    assert made.made().endswith(", and a migration beside those in alembic/versions")


def test_tests_stand_where_most_of_them_do() -> None:
    beside = "module shop.orders.tests.test_a 9 test\nmodule shop.mail.tests.test_b 9 test\nmodule shop.orders.x\n"
    assert found(f"{DJANGO}\n{beside}").tests == "shop/outbox/tests/test_outbox.py"
    assert found(f"{DJANGO}\nmodule tests.unit.test_a 9 test").tests == "tests/unit/test_outbox.py"
    assert not found(DJANGO).tests


def test_nothing_is_said_where_no_table_is_declared() -> None:
    made = found("module shop.orders.views 9")
    assert made.made().startswith("a class Message (number, counted up")
    assert made.sends() == "a command, run by one process of its own"
    assert made.hears(Boundary("orders")) == "orders beside its code"
