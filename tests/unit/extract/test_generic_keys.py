"""Rows that point to a row of any table, by its type and its id: generic relations and keys of Django."""

from decompose.model.facts import How
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


def test_a_row_behind_a_type_and_an_id_is_of_no_table_that_code_tells() -> None:
    text = """
from notes.models import Mark, Note
def one(note: Note):
    if note.about:
        return note.about.title
def loaded():
    for mark in Mark.objects.prefetch_related("about"):
        mark.about.title
"""
    done = found({"shop.models": DJANGO, "notes.models": NOTES, "app": text})
    behind = [(one.table.name, one.column, one.line) for one in done.columns if one.how is How.BEHIND]
    assert behind == [
        ("notes_note", "object_id", 4),
        ("notes_note", "object_id", 5),
        ("notes_mark", "row_id", 7),
        ("notes_mark", "row_id", 8),
    ]
    assert [(one.kind, one.line, one.text) for one in done.unresolved] == [
        ("any_row", 4, "Note.about: a row of whatever table its type names"),
        ("any_row", 7, "Mark.about: a row of whatever table its type names"),
    ]
    assert {one.table.name for one in done.accesses if one.module.name == "app"} == {"notes_mark"}
