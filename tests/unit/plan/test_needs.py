"""What the process around moving code gives it: settings, what is set on requests, who is logged in."""

from dataclasses import replace

import pytest

from decompose.assess import assess
from decompose.plan import plan
from tests.builders import facts, partition

CUT = partition("""
    mail:   shop.mail | m_mail
    orders: shop.orders | o_order
    kernel: shop.text
    roots:  shop.settings
""")
CODE = """
    module shop.mail 9000
    module shop.orders 9000
    import shop.mail -> shop.text : clean
    table m_mail in shop.mail: id primary
    write shop.mail:send m_mail
    table o_order in shop.orders: id primary
    write shop.orders:place o_order
    entry request shop.mail:inbox
    {}
"""
DJANGO = "\n    module shop.mail.migrations.0001_initial 9 migration"
READS = "the new process needs what the code that goes along reads: "
SHOWS = "what its pages show of what context processors of others give all pages, it needs, too: "
AROUND = "middleware of others stands around each of its requests "
SITES = "pages of which other sites may ask it "
DOES = "what Django does for it by settings it needs, too, as the monolith has it: "


def cut(more: str) -> list[str]:
    found = facts(CODE.format(more))
    steps = plan(found, CUT, assess(found, CUT)).steps
    return [line for step in steps if step.boundary.name == "mail" for line in step.cut]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("given setting shop.mail SENDER", f"{READS}1 setting by name: SENDER (shop/mail.py:10)"),
        ("given setting shop.text SAFE", f"{READS}1 setting by name: SAFE (shop/text.py:10)"),
        (
            "given request shop.mail codes shop/mid.py",
            f"{READS}what middleware sets on each request, by that or one of its own: request.codes "
            "(shop/mail.py:10, set at shop/mid.py:10)",
        ),
        (
            "page shop/mail/templates/a.html in shop.mail\n"
            "wire setting shop.settings -> shop.orders : shop.orders.context_processors.basket",
            f"{SHOWS}shop.orders.context_processors.basket (shop/settings.py:11)",
        ),
        (
            'given behind shop.text mail\ngiven behind shop.mail cache\nsetting CACHES = ""',
            f"{DOES}the cache (first at shop/mail.py:11) by CACHES (shop/settings.py:12), mail (first at "
            "shop/text.py:10) by EMAIL_HOST and the like (which no settings that were read name: Django's defaults)",
        ),
        (
            "given behind shop.mail files\ngiven behind shop.mail rest\nsetting REST_FRAMEWORK = a\nsetting GS_A = a\n"
            "setting AWS_SES_A = a\nsetting MEDIA_ROOT = a",
            f"{DOES}uploaded files (first at shop/mail.py:10) by STORAGES and MEDIA_ROOT (shop/settings.py:15), its "
            "API (first at shop/mail.py:11) by REST_FRAMEWORK, with the tables by which that knows callers (tokens) "
            "(shop/settings.py:12); GS_A (first at "
            "shop/settings.py:13) say where files are kept",
        ),
        (
            "setting CORS_B = a\nsetting CORS_A = a",
            f"{SITES}CORS_A, CORS_B (first at shop/settings.py:10) say, and may do so by its own paths",
        ),
        (
            "wire setting shop.settings -> shop.orders : shop.orders.middleware.Carts\n"
            "wire setting shop.settings -> shop.orders : shop.orders.baskets.Baskets\n"
            "wire setting shop.settings -> shop.mail : shop.mail.middleware.Boxes",
            f"{AROUND}(shop/settings.py:10 to 11), and comes along where they need it: shop.orders.middleware.Carts, "
            "shop.orders.baskets.Baskets",
        ),
        (
            "wire setting shop.settings -> shop.orders : shop.orders.middleware.Carts\n"
            "wire setting shop.settings -> shop.mail : shop.mail.middleware.Boxes\n"
            "wire setting shop.settings -> shop.text : shop.text.middleware.Safe",
            f"{AROUND}(shop/settings.py:10 to 12), and comes along where they need it: shop.orders.middleware.Carts, "
            "shop.text.middleware.Safe",
        ),
        ("given setting shop.orders SENDER", ""),
        ("given setting shop.mail AUTH_USER_MODEL", ""),
        ("wire setting shop.settings -> shop.orders : shop.orders.context_processors.basket", ""),
    ],
)
def test_a_cut_names_what_its_code_reads_of_the_process(more: str, told: str) -> None:
    assert [line for line in cut(more) if line.startswith((READS, SHOWS, AROUND, DOES, SITES))] == (
        [told] if told else []
    )


def test_settings_that_its_pages_show_and_texts_that_are_translated_are_needed_too() -> None:
    found = facts(CODE.format("page shop/mail/templates/a.html in shop.mail\n    setting LOCALE_PATHS = x"))
    shows = ("settings.SENDER", "settings.sender", "mail.SENDER")
    found = replace(found, pages=tuple(replace(one, shows=shows) for one in found.pages))
    steps = {step.boundary.name: step.cut for step in plan(found, CUT, assess(found, CUT)).steps if step.extract}
    assert f"{READS}1 setting by name: SENDER (shop/mail/templates/a.html)" in steps["mail"]
    texts = "the texts that its code and pages have translated go along with LOCALE_PATHS (shop/settings.py:11)"
    assert texts in steps["mail"]


def test_middleware_and_processors_that_come_to_tables_of_others_are_named() -> None:
    more = """page shop/mail/templates/a.html in shop.mail
    wire setting shop.settings -> shop.orders : shop.orders.middleware.Carts
    wire setting shop.settings -> shop.orders : shop.orders.context_processors.basket
    module shop.orders.middleware 9
    call shop.orders.middleware:Carts.__call__ -> shop.orders:find
    read shop.orders:find o_order
    read shop.orders.middleware:Other.__call__ o_order"""
    (told,) = (line for line in cut(more) if "come to tables of others" in line)
    assert told.startswith(
        "of these come to tables of others, which a database of its own will not have: Carts (o_order);"
    )
    assert not any("come to tables" in line for line in cut(more.replace("read shop.orders:find o_order", "")))


def test_who_is_logged_in_is_known_by_the_key_and_the_class_of_users() -> None:
    more = """setting SECRET_KEY = x
    setting AUTH_USER_MODEL = shop.User
    given request shop.mail user"""
    (told,) = (line for line in cut(more + DJANGO) if line.startswith("who is logged in"))
    assert told.endswith(
        "(shop/mail.py:9; for request.user first at shop/mail.py:12): by a session store that both read "
        "(django_session, which stays in the monolith's database, by a router, or a cache of both: the settings name "
        "no SESSION_ENGINE), with the same SECRET_KEY (shop/settings.py:10), whose users are rows of shop.User "
        "(AUTH_USER_MODEL at shop/settings.py:11), or by a token that the monolith signs"
    )


@pytest.mark.parametrize(
    ("engine", "told"),
    [
        ("cache", "(the cache: SESSION_ENGINE at shop/settings.py:11)"),
        ("cached_db", "(django_session, which stays in the monolith's database, by a router, or a cache of both: "),
        ("signed_cookies", "(the cookie itself: "),
    ],
)
def test_where_sessions_are_the_settings_say(engine: str, told: str) -> None:
    more = f"setting SECRET_KEY = x\n    setting SESSION_ENGINE = django.contrib.sessions.backends.{engine}"
    assert any(f"by a session store that both read {told}" in line for line in cut(more + DJANGO))
    assert any("by a session store that both read, with the same" in line for line in cut(more)), "Flask has a key, too"


def test_a_copy_of_users_that_sessions_name_says_who_may_log_in() -> None:
    more = """table o_order in shop.orders: id primary, email, is_active, password
    read shop.mail:send o_order [loop]
    column shop.mail:send o_order.email"""
    key = "\n    setting SECRET_KEY = x\n    setting AUTH_USER_MODEL = shop.User"

    def payload(text: str) -> str:
        found = facts(CODE.format(text))
        found = replace(
            found,
            tables=tuple(replace(one, model="User") if "order" in str(one.table) else one for one in found.tables),
        )
        (copy,) = (one for one in plan(found, CUT, assess(found, CUT)).remedies if one.id.startswith("table.read:mail"))
        return next(line for line in copy.sketch.splitlines() if ".changed" in line).partition(".changed ")[2]

    assert payload(more) == "{id, email}"
    assert payload(more + key + DJANGO) == "{id, email, is_active}"
    assert payload(more + key) == "{id, email}"
    assert payload(more + key.replace("shop.User", "shop.Person") + DJANGO) == "{id, email}"


def test_what_a_user_may_do_and_what_a_copy_of_users_lacks_is_told() -> None:
    more = """setting SECRET_KEY = x
    given right shop.mail has_perm
    given right shop.mail is_superuser
    given right shop.mail has_perm"""
    session, rights = (line for line in cut(more + DJANGO) if "copy of users" in line)
    assert session.startswith("a copy of users that sessions are to name has is_active, or who may log in no more")
    assert rights.startswith(
        "what that user may do its code asks, too: has_perm at shop/mail.py:11, 13; is_superuser at shop/mail.py:12; a "
        "copy of users that has a name alone answers no to all"
    )
    assert len([line for line in cut(more) if "copy of users" in line]) == 1, "that of Django alone is compared"
    assert not [line for line in cut("") if "copy of users" in line]
