"""A caller waits for a call whose result it drops: for errors, for what the call changes, or before it deletes."""

from pathlib import Path
from textwrap import dedent

import pytest

from decompose.extract import ExtractOptions, extract


def waited(folder: Path, caller: str, **modules: str) -> list[bool]:
    """For each call of the module `caller` to another whose result is dropped: does it wait?"""
    for name, text in {**modules, "caller": caller}.items():
        (folder / f"{name}.py").write_text(dedent(text))
    found = extract(folder, ExtractOptions())
    return [use.result_used for use in found.uses if use.module.name == "caller" and use.kind.value == "call"]


NOTES = """
    from store import keep, wipe, refuse
    def tell(order): keep(order)
    def forget(order): wipe(order)
    def ask(order): refuse(order)
    def try_to(order):
        try:
            refuse(order)
        except Exception:
            pass
    def show(order): print(order)
"""
STORE = """
    class Refused(Exception): ...
    def keep(order):
        order.seen = True
        order.save()
    def wipe(order): order.delete()
    def refuse(order):
        if order.late:
            raise Refused
        if not order:
            raise ValueError(order)
"""


@pytest.mark.parametrize(
    ("body", "waits"),
    [
        ("notes.tell(order)", False),
        ("notes.tell(order)\n    return order.seen", True),
        ("print(order)\n    notes.tell(order)", False),
        ("notes.tell(order.first)\n    return order", True),
        ("if other:\n        notes.tell(order)\n    else:\n        other = order", False),
        ("def later():\n        notes.tell(order)\n        return order\n    return later", True),
        ("notes.show(order)\n    return order", False),
        ("notes.show(order)\n    order.delete()", True),
        ("notes.show(other)\n    order.delete()", False),
        ("notes.show(order=order)\n    db.session.delete(order)", True),
        ("notes.show(order)\n    notes.forget(order)", True),
        ("notes.forget(order)", True),
        ("notes.ask(order)", True),
        ("notes.try_to(order)", False),
    ],
)
def test_who_waits(tmp_path: Path, body: str, waits: bool) -> None:
    caller = f"import notes\ndef f(order, other, db):\n    {body}\n"
    assert waited(tmp_path, caller, notes=NOTES, store=STORE)[0] == waits


def test_methods_are_followed_within_their_class(tmp_path: Path) -> None:
    notes = """
        class Notes:
            @classmethod
            def tell(cls, order): cls._keep(order)
            @classmethod
            def _keep(cls, order): order.seen = 1; order.save()
    """
    caller = "from notes import Notes\ndef f(order):\n    Notes.tell(order){}\n"
    assert waited(tmp_path, caller.format("\n    return order"), notes=notes) == [True]
    assert waited(tmp_path, caller.format(""), notes=notes) == [False]


def test_functions_that_call_each_other_end(tmp_path: Path) -> None:
    notes = "def a(order): b(order)\ndef b(order): a(order)\n"
    assert waited(tmp_path, "import notes\ndef f(order):\n    notes.a(order)\n", notes=notes) == [False]
