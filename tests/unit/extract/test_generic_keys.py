"""Rows that point to a row of any table, by its type and its id: generic relations and keys of Django."""

from tests.accesses import DJANGO, found

NOTES = """
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.db import models

class AnyKey(GenericForeignKey):
    pass

class Note(models.Model):
    object_id = models.PositiveIntegerField()
    about = GenericForeignKey()

class Mark(models.Model):
    row_id = models.PositiveIntegerField()
    about = AnyKey("content_type", "row_id")

class Noted(models.Model):
    notes = GenericRelation(Note)
    class Meta:
        abstract = True

class Page(Noted):
    marks = GenericRelation(Mark, object_id_field="row_id")

class Sheet(Noted):
    pass

class Short(Page):
    class Meta:
        proxy = True
"""


def test_who_says_that_rows_of_another_table_are_its_own_is_told_of_each_table() -> None:
    keys = found({"shop.models": DJANGO, "notes.models": NOTES}).generic_keys
    assert [(one.table.name, one.column, str(one.to_table or ""), one.file, one.line) for one in keys] == [
        ("notes_mark", "row_id", "", "notes/models.py", 14),
        ("notes_mark", "row_id", "notes_page", "notes/models.py", 22),
        ("notes_note", "object_id", "", "notes/models.py", 10),
        ("notes_note", "object_id", "notes_page", "notes/models.py", 17),
        ("notes_note", "object_id", "notes_sheet", "notes/models.py", 17),
    ]
