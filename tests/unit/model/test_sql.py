"""The SELECT of a view: which columns it has, and how its tables are joined."""

from decompose.model.names import Table
from decompose.model.sql import Schema, by_table, select
from tests.builders import facts

TREE = """
    table wiki_document in wiki.models: id primary, parent_id, locale
    table wiki_revision in wiki.models: id primary, document_id, creator_id nullable
    table auth_user in shop.users: id primary, name
    table wiki_tagged in wiki.models: id primary, document_id, tag_id
    table wiki_tag in wiki.models: id primary, name
    fk wiki_document.parent_id -> wiki_document
    fk wiki_revision.document_id -> wiki_document
    fk wiki_revision.creator_id -> auth_user
    fk wiki_tagged.document_id -> wiki_document
    fk wiki_tagged.tag_id -> wiki_tag
    query wiki.lists:shown wiki_document, wiki_revision, auth_user [join {}] [filter wiki_document.locale, wiki_tagged.]
""".format("wiki_document.parent_id, wiki_revision.document_id, wiki_revision.creator_id")


def view(*tables: str) -> list[str]:
    found = facts(TREE)
    schema = Schema({fact.table: fact for fact in found.tables}, by_table(found.foreign_keys))
    return list(select([Table(name) for name in tables], found.queries[0], schema))


def test_no_table_is_joined_to_itself_and_no_column_lacks_a_name() -> None:
    text = view("auth_user", "wiki_document", "wiki_revision")
    assert text == [
        "SELECT auth_user.id AS auth_user_id, wiki_document.id AS wiki_document_id, "
        "wiki_revision.id AS wiki_revision_id, wiki_document.parent_id, wiki_revision.document_id, "
        "wiki_revision.creator_id, wiki_document.locale",
        "FROM wiki_document",
        "LEFT JOIN wiki_revision ON wiki_revision.document_id = wiki_document.id",
        "LEFT JOIN auth_user ON wiki_revision.creator_id = auth_user.id",
        "-- its readers filter by wiki_document.locale",
    ]


def test_two_tables_are_joined_by_the_one_between_them() -> None:
    assert view("wiki_document", "wiki_tag")[1:4] == [
        "FROM wiki_document",
        "LEFT JOIN wiki_tagged ON wiki_tagged.document_id = wiki_document.id",
        "LEFT JOIN wiki_tag ON wiki_tagged.tag_id = wiki_tag.id",
    ]
