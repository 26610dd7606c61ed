"""What there is to do at a cut beside the remedies: who, which entries, which places, which data."""

from dataclasses import replace

import pytest

from decompose.assess import assess
from decompose.model.columns import columns
from decompose.model.facts import Column, Fixture, ModuleKind, Origin, Unresolved
from decompose.model.names import Module, Table
from decompose.plan import plan
from decompose.plan.cut.folders import folders
from tests.builders import facts, partition

CUT = partition("""
    notes: shop.notes shop.notes.models shop.mail | notes_note
    cart:  shop.cart             | cart_cart
    tools: shop.tools
""")
CODE = """
module shop.notes 2000
module shop.mail 1000
module shop.cart 9000
module shop.tools 3000
module shop.clock 10
module shop.urls 10
module shop.tests.test_notes 50 test
table notes_note in shop.notes: id primary
table cart_cart in shop.cart: id primary
import shop.notes -> shop.clock
import shop.urls -> shop.notes
import shop.tests.test_notes -> shop.notes
module shop.tests.test_cart 50 test
import shop.tests.test_cart -> shop.mail
module shop.notes.models 1
commit ann 3 shop/templates/notes/a.html shop/templates/notes/b.html shop/templates/base.html
wire url shop.urls -> shop.mail : shop.mail
entry request shop.notes:inbox
entry request shop.mail:send
entry task shop.mail:flush
use shop.cart:pay -> shop.notes:tell [call]
write shop.notes:tell notes_note
write shop.cart:pay cart_cart
use shop.cart:pay -> shop.tools:round [call]
use shop.mail:send -> shop.cart:pay [call]
use shop.tools:round -> shop.cart:pay [call]
def class shop.mail:Backend
def class shop.mail:MailConfig < django.apps.AppConfig
wire setting shop.urls -> shop.mail : shop.mail.Backend
wire setting shop.urls -> shop.mail : shop.mail.MailConfig
wire setting shop.urls -> shop.mail : shop.mail.flush
"""


def cuts() -> dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    found = replace(
        facts(CODE),
        owners={
            "*": ("@all",),
            "/shop/notes*": ("@notes",),
            "/shop/notes/": ("@notes",),
            "/shop/mail.py": ("@notes", "@ops"),
        },
    )
    modules = {fact.module.name: fact.module for fact in found.modules}
    cut = replace(
        CUT,
        kernel_modules=(modules["shop.clock"],),
        roots=(modules["shop.urls"],),
        followers=((modules["shop.tests.test_notes"], CUT.boundaries[1].boundary),),
    )
    return {
        step.boundary.name: (step.first, step.cut, step.after) for step in plan(found, cut, assess(found, cut)).steps
    }


def test_a_service_is_cut_out_with_its_people_entries_places_and_data() -> None:
    first, told, after = cuts()["notes"]
    line = {text: at for at, text in enumerate(CODE.splitlines(), 1)}
    backend = line["wire setting shop.urls -> shop.mail : shop.mail.Backend"]
    assert first == (
        "agree with the owners by CODEOWNERS, most seams first: @notes and @ops for notes, @all for cart",
        "start inside the monolith, where each step can be undone: decompose carve notes shows its 3 modules as one "
        "package with a public face, and --apply commits it; imports that it cannot follow it names, to be read before "
        "--allow-unfollowed passes over them; paths and lines are others then, so either that comes first and the "
        "program is analysed again, or last, right before the cut",
        f"the program's settings name shop.mail.Backend (shop/urls.py:{backend}"
        "), which all of it then uses: put that into a library which both install, or something else in its place",
        "until the cut who asks an API calls a function of its owner's, and sends HTTP from then on",
    )
    assert told == (
        "what it uses of the shared kernel goes along as a library: shop.clock",
        "1 module of tests goes along: shop/tests/test_notes.py",
        f"tests that stay import it, and get its face or a stand-in instead: shop/tests/test_cart.py:"
        f"{line['import shop.tests.test_cart -> shop.mail']}",
        "what is no Python and lies beside its modules or is called like them goes along: shop/templates/notes (2 "
        "files)",
        f"route to it 2 requests: send at shop/mail.py:{line['entry request shop.mail:send']}, "
        f"inbox at shop/notes.py:{line['entry request shop.notes:inbox']}",
        f"run there 1 task: flush at shop/mail.py:{line['entry task shop.mail:flush']}",
        f"who is logged in, the new process has to learn, too, before it answers (shop/mail.py:"
        f"{line['entry request shop.mail:send']}): by a session store that both read, or by a token that the monolith "
        "signs",
        f"have one switch decide who answers, the monolith or the new process, where the program is put together: "
        f"shop/urls.py:{line['import shop.urls -> shop.notes']}, "
        f"{line['wire url shop.urls -> shop.mail : shop.mail']}, "
        f"{line['wire setting shop.urls -> shop.mail : shop.mail.flush']}",
        "only the monolith (for cart) may call its API, and only it may call the monolith's for cart: with a token or "
        "a certificate for each caller, a time that it waits and what it does without an answer, and no route from "
        "outside",
    )
    assert after == (
        "when it has run for one release and nothing went back, delete its 3 modules from the monolith, with the "
        f"switch, and take it out of what the settings install: shop/urls.py:{backend + 1}",
        "give it a database of its own with notes_note: copy the rows with their ids, let the copy follow the changes "
        "until counts and checksums agree, then have the service read it there, then write it there, with new ids "
        "above all that were copied, and stop the copy; drop the monolith's once nothing asks for it there",
    )


def test_what_rows_point_to_by_numbers_of_their_database_and_in_a_store_moves_with_them() -> None:
    found = facts(CODE + "fk notes_note.kind_id -> django_content_type [cascade]")
    image = (Column("scan", "ImageField"), Column("text", "TextField"))
    found = replace(
        found,
        tables=tuple(replace(one, columns=image) if one.table.name == "notes_note" else one for one in found.tables),
    )
    steps = {step.boundary.name: step.after for step in plan(found, CUT, assess(found, CUT)).steps}
    assert steps["notes"][1] == (
        "have names (app.model) take the place of the numbers in notes_note.kind_id: each database numbers its types "
        "and permissions anew"
    )
    assert steps["notes"][3] == (
        "the files of notes_note.scan go along to a store of its own, or both keep the one, and one of them alone "
        "deletes from it"
    )
    assert len(steps["notes"]) == 4 and not any("files" in one or "numbers" in one for one in steps["cart"])


@pytest.mark.parametrize(
    ("engines", "is_file"), [("", False), ("sqlite3", True), ("postgresql", False), ("sqlite3 mysql", False)]
)
def test_what_lies_in_a_file_has_no_roles_and_is_opened_where_it_is(engines: str, is_file: bool) -> None:
    found = facts(CODE + "\n".join(f"setting DATABASES.ENGINE = django.db.backends.{one}" for one in engines.split()))
    step = next(one for one in plan(found, CUT, assess(found, CUT)).steps if one.boundary.name == "notes")
    at = f"shop/settings.py:{len(CODE.splitlines()) + 1}"
    assert any(f"both run where the monolith's file is: SQLite ({at}) is" in one for one in step.cut) == is_file
    assert (
        any("lie in no file of the monolith's" in one and "SQLite has no roles" in one for one in step.signs) == is_file
    )
    assert any("the database role of the monolith has no right" in one for one in step.signs) != is_file


def test_a_step_goes_back_by_what_its_cut_left_there() -> None:
    text = CODE + "fk cart_cart.note_id -> notes_note [cascade]"
    found = facts(text)
    step = next(one for one in plan(found, CUT, assess(found, CUT)).steps if one.boundary.name == "notes")
    assert step.rollback[0].startswith(
        "keep the modules of notes in the monolith for one release; the switch of the cut"
    )
    assert step.rollback[2] == (
        "the key that went before the cut may stay away; before it returns, no row may point to one that is gone"
    )


def test_rows_that_point_to_whatever_table_are_a_risk_on_both_sides() -> None:
    found = facts(CODE + "generic notes_note.object_id -> any")
    risks = {step.boundary.name: step.risks for step in plan(found, CUT, assess(found, CUT)).steps}
    at = f"shop/models.py:{len(CODE.splitlines()) + 1}"
    assert risks["notes"][-1] == (
        f"rows of notes_note point to rows of any table by a type and an id, the first at {at}: those of others it has "
        "to ask their owners for"
    )
    assert risks["cart"][-1] == (
        f"rows of notes_note may point to its rows, by a type and an id, the first at {at}: it has to be asked for "
        "them, and to say when they are deleted"
    )
    assert not any("by a type" in one for one in risks["tools"]), "it owns no rows"


@pytest.mark.parametrize(
    ("file", "goes"),
    [
        (
            "migrations.0001_initial",
            "its migrations in shop/notes/migrations depend on those of cart, which it has not: begin with one that "
            "makes its tables as they are, without keys, and fake that one where they are (migrate --fake)",
        ),
        ("alembic.versions.1a2b", "1 migration goes along: in shop/notes/alembic/versions"),
    ],
)
def test_migrations_that_depend_on_those_of_others_begin_anew(file: str, goes: str) -> None:
    text = f"""
    module shop.notes.{file} 9 migration
    fk notes_note.cart_id -> cart_cart [cascade]
    fk cart_cart.note_id -> notes_note [cascade]
    """
    found = facts(CODE + text)
    (module,) = (fact.module for fact in found.modules if fact.kind is ModuleKind.MIGRATION)
    cut = replace(CUT, followers=((module, CUT.boundaries[1].boundary),))
    step = next(one for one in plan(found, cut, assess(found, cut)).steps if one.boundary.name == "notes")
    assert [one for one in step.cut if "migration" in one] == [goes]
    assert [one for one in step.after if "migrations" in one] == [
        "squash the migrations of cart: they depend on those of notes, which go with its modules"
    ] * ("0001" in file)


def test_migrations_of_all_tables_together_stay_and_squash_nothing() -> None:
    text = """
    module shop.migrations.0001_initial 9 migration
    fk cart_cart.note_id -> notes_note [cascade]
    """
    found = facts(CODE + text)
    step = next(one for one in plan(found, CUT, assess(found, CUT)).steps if one.boundary.name == "notes")
    assert [one for one in step.cut if "migrations" in one] == [
        "the migrations that made its tables stay: begin with one that makes them as they are, and have it pass for "
        "done where they are"
    ]
    assert not any("squash" in one for one in step.after)


def test_tables_that_each_database_has_do_not_move() -> None:
    text = "\ntable django_site in :\ntable django_content_type in :\nread shop.notes:tell django_site\n"
    found = facts(f"{CODE}{text}read shop.notes:tell django_content_type")
    tables = tuple(one if one.module else replace(one, origin=Origin.FRAMEWORK) for one in found.tables)
    found = replace(found, tables=tables)
    steps = {step.boundary.name: step.after for step in plan(found, CUT, assess(found, CUT)).steps}
    assert [one for one in steps["notes"] if "django_" in one] == [
        "django_site, which it uses, the framework makes in each database: the rows that it asks for are made there "
        "anew, and none are copied"
    ]
    assert not any("django_" in one for one in steps["cart"])


def test_the_shared_kernel_goes_along_with_all_that_it_imports_and_says_what_it_lacks() -> None:
    text = """
    import shop.clock -> shop.zones
    import shop.zones -> shop.days
    import shop.days -> shop.cart
    import shop.days -> shop.tools [type]
    import shop.zones -> shop.clock
    import shop.spare -> shop.tools
    """
    found = facts(CODE + text)
    modules = {fact.module.name: fact.module for fact in found.modules}
    kernel = tuple(modules[f"shop.{name}"] for name in ("clock", "days", "spare", "zones"))
    made = plan(found, cut := replace(CUT, kernel_modules=kernel), assess(found, cut))
    step = next(one for one in made.steps if one.boundary.name == "notes")
    assert step.cut[:2] == (
        "what it uses of the shared kernel goes along as a library: shop.clock, with what that imports of it: "
        "shop.days, shop.zones",
        "that library imports 1 module of boundaries, and cannot be installed alone before they are part of it or "
        f"handed to it: shop.cart at shop/days.py:{len(CODE.splitlines()) + 4}",
    )


def test_static_files_that_are_called_like_a_package_of_it_go_along() -> None:
    text = """
    module shop.notes.views 9
    commit ann 3 shop/static/js/notes.js shop/static/css/_notes.css shop/static/js/cart.js shop/data/notes.txt
    """
    cut = partition("notes: shop.notes.models shop.notes.views shop.mail\ncart: shop.cart\ntools: shop.tools")
    found = facts(CODE.replace("import shop.notes -> shop.clock", "") + text)
    beside = folders(found, {module: fact.boundary for fact in cut.boundaries for module in fact.modules})
    told = {owner.name: dict(found) for owner, found in beside.items()}
    assert told == {"notes": {"shop/templates/notes": 2, "shop/static/js/notes.js": 1, "shop/static/css/_notes.css": 1}}


def test_what_is_imported_of_the_kernel_and_not_used_is_named_to_go_away() -> None:
    text = """
    import shop.notes -> shop.money : cents
    import shop.mail -> shop.days : today
    import shop.notes.models -> shop.hours : noon
    import shop.cart -> shop.notes.models : noon
    use shop.mail:send -> shop.days:today [call]
    """
    names = ("clock", "money", "days", "hours")
    found = facts(CODE + "".join(f"\nmodule shop.{name} 9" for name in names[1:]) + text)
    modules = {fact.module.name: fact.module for fact in found.modules}
    cut = replace(CUT, kernel_modules=tuple(modules[f"shop.{name}"] for name in names))
    step = next(one for one in plan(found, cut, assess(found, cut)).steps if one.boundary.name == "notes")
    assert step.cut[0] == (
        "what it uses of the shared kernel goes along as a library: shop.clock, shop.days, shop.hours; what it imports "
        f"and does not use goes away: shop.money at shop/notes.py:{len(CODE.splitlines()) + 5}"
    )


def test_the_methods_of_a_view_are_one_request_and_who_is_put_together_nowhere_has_a_switch_all_the_same() -> None:
    found = facts(CODE + "entry request shop.notes:Pay.get\nentry request shop.notes:Pay.post")
    told = next(one.cut for one in plan(found, CUT, assess(found, CUT)).steps if one.boundary.name == "notes")
    (routed,) = (one for one in told if one.startswith("route to it"))
    assert routed.startswith("route to it 3 requests: ")
    assert routed.endswith(f", Pay at shop/notes.py:{len(CODE.splitlines()) + 1}")
    assert told[-2] == (
        "have one switch decide who answers, the monolith or the new process, in front of both, and at what calls it"
    )


def test_a_library_is_installed_and_enters_no_database() -> None:
    _, told, after = cuts()["tools"]
    assert "pyproject.toml" in told[0] and not any("database" in one or "route" in one for one in (*told, *after))


def test_what_left_before_is_pointed_at_the_new_service() -> None:
    cut = partition("notes: shop.notes | notes_note\ncart: shop.cart | cart_cart\nrest: shop.rest | rest_rest")
    code = """
    module shop.notes 9000
    module shop.cart 9000
    module shop.rest 10
    table notes_note in shop.notes: id primary
    table cart_cart in shop.cart: id primary
    table rest_rest in shop.rest: id primary
    use shop.cart:pay -> shop.notes:tell [call]
    write shop.notes:tell notes_note
    """
    found = facts(code)
    first, second = [step for step in plan(found, cut, assess(found, cut)).steps if step.extract][:2]
    pointed = [one for one in second.cut if one.startswith("point ")]
    assert not [one for one in first.cut if one.startswith("point ")]
    assert (second.boundary.name == "notes") == bool(pointed)
    assert {first.boundary.name, second.boundary.name} == {"notes", "cart"}


def test_what_stays_is_not_cut() -> None:
    cut = partition("notes: shop.notes | notes_note\ncart: shop.cart | cart_cart")
    found = facts("module shop.notes 9\nmodule shop.cart 9\nuse shop.cart:pay -> shop.notes:tell [call]")
    assert not any(step.cut for step in plan(found, cut, assess(found, cut)).steps if not step.extract)


def test_fixtures_with_rows_of_its_tables_are_named_and_the_keys_that_they_give() -> None:
    text = "module shop.notes.migrations.0001_initial 9 migration\nfk notes_note.cart_id -> cart_cart [cascade]\n"
    rows = (
        Fixture(Table("cart_cart"), "shop/fixtures/demo.json", 2, 1, ("total",)),
        Fixture(Table("notes_note"), "shop/fixtures/demo.json", 5, 3, ("cart", "text")),
        Fixture(Table("notes_note"), "shop/fixtures/more.yaml", 1, 1, ("text",)),
    )
    found = replace(facts(CODE + text), fixtures=rows)
    made = plan(found, CUT, assess(found, CUT))
    (told,) = (one for step in made.steps if step.boundary.name == "notes" for one in step.cut if "fixtures" in one)
    assert told == (
        "fixtures hold rows of its tables, which are loaded into its own database by files of its own: "
        "shop/fixtures/demo.json:5 (3 rows of notes_note, beside those of cart), "
        "shop/fixtures/more.yaml:1 (1 row of notes_note)"
    )
    (key,) = (one.sketch for one in made.remedies if one.id.startswith("foreign_key"))
    assert "shop/fixtures/demo.json:5: rows of notes_note that are loaded from there give cart, cart_id from" in key


def test_what_tests_share_over_a_cut_and_names_of_classes_that_no_code_tells_are_named() -> None:
    text = """
    module shop.tests.factories 9 test
    import shop.tests.test_notes -> shop.tests.factories : CartFactory
    import shop.tests.test_cart -> shop.tests.test_notes : NoteFactory
    import shop.tests.test_cart -> shop.tests.factories : CartFactory
    import shop.tests.test_cart -> shop.tests.test_notes : late
    """
    found = facts(CODE + text)
    asks = [
        Unresolved("dynamic_model", module, path, line, "get_model")
        for module, path, line in (("shop.notes", "shop/notes.py", 8), ("shop.cart", "shop/dump.py", 7))
        for module in (Module(module),)
    ]
    found = replace(found, unresolved=columns(Unresolved, asks))
    cut = replace(CUT, followers=((Module("shop.tests.test_notes"), CUT.boundaries[1].boundary),))
    told = {step.boundary.name: step.cut for step in plan(found, cut, assess(found, cut)).steps}
    line = {text.strip(): at for at, text in enumerate((CODE + text).splitlines(), 1)}
    staying = line["import shop.tests.test_notes -> shop.tests.factories : CartFactory"]
    going = line["import shop.tests.test_cart -> shop.tests.test_notes : NoteFactory"]
    assert [one for one in told["notes"] if "tests (" in one or "neither" in one or "get_model" in one] == [
        "tests that go along use what stays of the tests (factories, base classes): they get a copy, or a library "
        f"has it: shop.tests.factories (shop/tests/test_notes.py:{staying})",
        "tests that stay use what goes along of the tests and works neither as a copy nor in a library there: "
        f"shop.tests.test_notes imports code of notes (shop/tests/test_cart.py:{going}, {going + 2}); factories of own "
        "rows, with ids, and of answers of APIs take its place",
        "classes are asked for by names that only a running program knows (get_model, model_class): "
        "shop/dump.py:7; those that are its own are then asked of it",
        "in it classes are asked for by names that only a running program knows (get_model, model_class): "
        "shop/notes.py:8; it lists those that these may be, and asks the owners for those of others",
    ]


def test_factories_that_make_rows_of_others_are_no_use_as_a_copy() -> None:
    text = """
    module shop.tests.factories 9 test
    import shop.tests.factories -> shop.cart
    import shop.tests.factories -> shop.notes
    import shop.tests.test_notes -> shop.tests.factories : CartFactory
    """
    found = facts(CODE + text)
    cut = replace(CUT, followers=((Module("shop.tests.test_notes"), CUT.boundaries[1].boundary),))
    told = next(step.cut for step in plan(found, cut, assess(found, cut)).steps if step.boundary.name == "notes")
    line = {text.strip(): at for at, text in enumerate((CODE + text).splitlines(), 1)}
    use = line["import shop.tests.test_notes -> shop.tests.factories : CartFactory"]
    (made,) = (one for one in told if "neither as a copy" in one)
    assert made == (
        "tests that go along use what stays of the tests and works neither as a copy nor in a library there: "
        f"shop.tests.factories imports code of cart (shop/tests/test_notes.py:{use}); factories of own rows, with ids, "
        "and of answers of APIs take its place"
    )
    assert not any("get a copy" in one for one in told)


def test_what_settings_name_an_app_by_is_an_entry_of_theirs_and_no_code_that_all_use() -> None:
    text = """
        def class shop.mail:MailConfig < django.apps.AppConfig
        wire setting shop.urls -> shop.mail : shop.mail.MailConfig
        read shop.mail:send mail_letter
    """
    found = facts(text)
    (urls,) = (fact.module for fact in found.modules if fact.module.name == "shop.urls")
    cut = replace(partition("mail: shop.mail | mail_letter\ncart: shop.cart | cart_cart"), roots=(urls,))
    step = next(one for one in plan(found, cut, assess(found, cut)).steps if one.boundary.name == "mail")
    assert not any("settings name" in told for told in step.first)
    assert step.after[0].endswith("and take it out of what the settings install: shop/urls.py:3")
