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
    def put(order): order.save()
    def put_later(order): put(order)
    def deep(request):
        order = request.order
        order.seen = True
        order.save()
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
        ("notes.show(order)\n    order.refresh_from_db()", True),
        ("notes.show(order)\n    db.refresh(order)", True),
        ("notes.show(order)\n    other.refresh_from_db()", False),
        ("notes.show(order)\n    order.delete()", True),
        ("notes.show(other)\n    order.delete()", False),
        ("notes.show(order)\n    super().delete_model(db, order)", True),
        ("notes.show(other)\n    super().delete_model(db, order)", False),
        ("notes.show(order)\n    super().save_model(db, order)", False),
        ("notes.show(order=order)\n    db.session.delete(order)", True),
        ("notes.show(order)\n    notes.forget(order)", True),
        ("notes.forget(order)", True),
        ("notes.ask(order)", True),
        ("notes.try_to(order)", False),
        ("notes.show([order])\n    order.delete()", True),
        ("notes.show(order.first)\n    order.first.delete()", True),
        ("notes.show(order.first)\n    order.last.delete()", False),
        ("other = order.first\n    notes.show(other)\n    db.delete(order.first)", True),
        ("notes.show(lambda: order)", True),
        ("notes.show(partial(print, order))", True),
        ("load = partial(print, order)\n    notes.show(load)", True),
        ("notes.show(helper)", True),
        ("loader = Loader(order)\n    notes.show(loader.load)", True),
        ("loader = Loader(other)\n    print(loader)\n    loader = Loader(order)\n    notes.show(loader.load)", True),
        ("loader = Loader(order)\n    notes.show(loader.size)", False),
        ("loader = make(order)\n    notes.show(loader.load)", False),
        ("notes.put(order)", True),
        ("notes.put_later(order)", True),
        ("request = make(order)\n    notes.deep(request)\n    return order", True),
        ("request = make(other)\n    notes.deep(request)\n    return order", False),
        ("request = make(order)\n    notes.tell(request)\n    return order", False),
    ],
)
def test_who_waits(tmp_path: Path, body: str, waits: bool) -> None:
    loader = "class Loader:\n    @cache\n    def load(self): ...\n    @property\n    def size(self): ...\n"
    caller = f"import notes\ndef f(order, other, db):\n    {body}\ndef helper(): ...\n{loader}"
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


@pytest.mark.parametrize(
    ("above", "waits"),
    [
        ("def g(order):\n    f(order)\n    return order", True),
        ("def g(order):\n    f(order)", False),
        ("def g(order):\n    f(order.first)\n    order.first.delete()", True),
        ("def g(order, other):\n    f(other)\n    return order", False),
    ],
)
def test_what_the_callers_of_a_caller_go_on_with(tmp_path: Path, above: str, waits: bool) -> None:
    caller = f"import notes\ndef f(order):\n    notes.tell(order)\n{above}\n"
    assert waited(tmp_path, caller, notes=NOTES, store=STORE) == [waits]


def test_a_class_calls_the_methods_that_a_class_below_it_defines(tmp_path: Path) -> None:
    base = """
        class Deleting:
            def run(self, order):
                self.before(order)
                order.delete()
            def before(self, order): ...
    """
    caller = """
        import notes
        from base import Deleting
        class DeleteOrder(Deleting):
            def before(self, order): notes.show([order])
            def after(self, order): notes.show([order])
    """
    calls = waited(tmp_path, caller, notes=NOTES, store=STORE, base=base)
    assert calls == [True, False]


def test_who_imports_a_caller_is_known(tmp_path: Path) -> None:
    caller = "import notes\ndef f(order): notes.tell(order)\n"
    view = "from caller import f\ndef show(order):\n    f(order)\n    return {}\n"
    for shown, waits in (("order", True), ("None", False)):
        assert waited(tmp_path, caller, notes=NOTES, store=STORE, view=view.format(shown)) == [waits]
