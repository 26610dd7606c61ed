"""Methods that lines call by their names on objects that they have at hand: on what, how surely, who waits."""

from pathlib import Path
from textwrap import dedent

import pytest

from decompose.extract import ExtractOptions, extract
from decompose.model.facts import Call
from tests.accesses import DJANGO, found

SHOP = """
class Told:
    def tell(self, what): ...
class Paid(models.QuerySet):
    def paid(self):
        return self.filter(paid=True)
class Bill(Told, models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="bills")
    objects = Paid.as_manager()
    def pay(self, how): ...
    def copied(self, other: "Bill"):
        other.pay("again")
class Letter(Told, models.Model):
    pass
class Gateway:
    def charge(self, bill): ...
class Dear(Gateway):
    def charge(self, bill): ...
    def refund(self, bill): ...
def gateway() -> Gateway: ...
"""
HEAD = "from shop.models import Bill, Letter, gateway\n"


def asked(body: str) -> set[str]:
    """ "function callee on class confidence" of the calls of the module `app`."""
    calls = found({"shop.models": DJANGO + SHOP.replace("\n", "\n    "), "app": HEAD + body}).calls
    return {
        f"{one.callee} {one.on} {'+'.join(name for _, name in one.classes)} {one.confidence}"
        for one in calls
        if one.on and one.module.name == "app"
    }


@pytest.mark.parametrize(
    ("body", "calls"),
    [
        ("def f(bill: Bill):\n    bill.pay('cash')", {"Bill.pay row Bill certain"}),
        ("def f(bill: Bill):\n    bill.tell('paid')", {"Told.tell row Bill certain"}),
        ("def f(bill: Bill | Letter):\n    bill.tell('paid')", {"Told.tell row Bill+Letter certain"}),
        (
            "def f(pk):\n    g(Bill.objects.get(pk=pk))\ndef g(bill):\n    bill.pay('cash')",
            {"Bill.pay row Bill likely"},
        ),
        (
            "def f(pk):\n    g(Bill.objects.get(pk=pk))\n    g(Letter())\ndef g(one):\n    one.tell('it')",
            {"Told.tell row Bill+Letter guess"},
        ),
        ("def f(customer):\n    customer.fetch_many().pay('cash')", set()),
        ("def f(bill: Bill):\n    bill.customer.bills.paid()", {"Paid.paid rows Bill certain"}),
        ("def f():\n    gateway().charge(None)", {"Gateway.charge object Gateway certain"}),
        ("def f():\n    gateway().refund(None)", {"Dear.refund object Dear guess"}),
        ("def f(bill: Bill):\n    run(bill.pay)", set()),
        ("class Mine(Bill):\n    def f(self, other: Bill):\n        self.pay('cash')\n        super().pay('x')", set()),
    ],
)
def test_a_method_is_called_on_what_types_tell(body: str, calls: set[str]) -> None:
    assert asked(body) == calls


def test_an_object_of_the_callers_own_class_is_as_good_as_self() -> None:
    calls = found({"shop.models": DJANGO + SHOP.replace("\n", "\n    ")}).calls
    assert not [one for one in calls if one.on]


VIEWS = """
class Edit:
    def get(self):
        self.form().keep(1)
class EditOne(Edit):
    def form(self) -> "One":
        return One()
class EditTwo(Edit):
    def form(self) -> "Two":
        return Two()
class One:
    def keep(self, what): ...
class Two:
    pass
"""


def test_what_some_of_the_classes_below_hand_it_is_a_guess() -> None:
    assert asked(VIEWS) == {"One.keep object One guess"}


BILL = """
    import mailer
    class Bill:
        def send(self): mailer.post(self.pk)
        def name(self): return self.first.strip() + self.last()
        def last(self): return self.label
        def shout(self): return mailer.loud(self)
        def close(self): self.closed = True
        def shut(self): self.close()
        def rename(self): self.label = mailer.post(1); self.save()
        def reopen(self): self.rename()
        def refuse(self): raise ValueError
"""
MAIL = "def post(pk): ...\ndef loud(bill): ...\n"


def called(folder: Path, method: str, text: str) -> Call:
    files = {"bills": BILL, "mailer": MAIL, "app": text}
    for name, content in files.items():
        (folder / f"{name}.py").write_text(dedent(content))
    calls = extract(folder, ExtractOptions()).calls
    return next(one for one in calls if one.module.name == "app" and one.callee == f"Bill.{method}")


@pytest.mark.parametrize(
    ("method", "awaited"), [("send", False), ("name", False), ("close", True), ("shut", True), ("refuse", True)]
)
def test_a_caller_waits_for_errors_and_for_what_changes_the_object(tmp_path: Path, method: str, awaited: bool) -> None:
    one = called(tmp_path, method, f"from bills import Bill\ndef f(bill: Bill):\n    bill.{method}()\n")
    assert (one.result_used, one.awaited, one.in_loop) == (False, awaited, False)


@pytest.mark.parametrize(
    ("body", "awaited"),
    [
        ("bill.rename()", False),
        ("bill.rename()\n    print(bill)", True),
        ("bill.reopen()\n    print(bill.label)", True),
        ("bill.send()\n    print(bill.label)", False),
        ("bill.rename()\n    print(bill.pk)", False),
        ("bill.rename()\n    print(other.label)", False),
        ("other.first.rename()\n    print(other.last)", False),
        ("other.first.rename()\n    if other:\n        print(other.first.label)", True),
        ("print(bill)\n    bill.rename()", False),
    ],
)
def test_a_caller_waits_for_what_it_goes_on_with(tmp_path: Path, body: str, awaited: bool) -> None:
    method = body.partition("(")[0].rpartition(".")[2] if "print(bill)\n    " not in body else "rename"
    heads = "from bills import Bill\nclass Other:\n    first: Bill\ndef f(bill: Bill, other: Other):\n    "
    assert called(tmp_path, method, heads + body + "\n").awaited is awaited


def test_who_catches_the_errors_of_a_method_waits_for_it(tmp_path: Path) -> None:
    text = "from bills import Bill\ndef f(bills: list[Bill]):\n    {}:\n        {}\n"
    tries = text.format("try", "for bill in bills:\n            bill.send()\n    {}: pass")
    assert called(tmp_path, "send", tries.format("except ValueError")).result_used
    assert not called(tmp_path, "send", tries.format("finally")).result_used
    handler = "    try: pass\n    except ValueError: bills[0].send()\n"
    assert not called(tmp_path, "send", f"from bills import Bill\ndef f(bills: list[Bill]):\n{handler}").result_used


def test_a_method_that_is_called_before_its_loop_is_left_is_no_call_for_each_item(tmp_path: Path) -> None:
    text = (
        "from bills import Bill\ndef f(bills: list[Bill]):\n    for bill in bills:\n        bill.send()\n        {}\n"
    )
    assert [called(tmp_path, "send", text.format(end)).in_loop for end in ("break", "return", "pass")] == [
        False,
        False,
        True,
    ]


def test_whose_result_is_looked_at_is_not_dropped(tmp_path: Path) -> None:
    text = "from bills import Bill\ndef f(bills: list[Bill]):\n    for bill in bills:\n        print(bill.name())\n"
    one = called(tmp_path, "name", text)
    assert (one.result_used, one.awaited, one.in_loop) == (True, False, True)


@pytest.mark.parametrize(("method", "alone"), [("name", True), ("shout", False), ("shut", False), ("close", False)])
def test_a_method_of_a_row_that_hands_it_to_nobody_works_alone(tmp_path: Path, method: str, alone: bool) -> None:
    text = dedent(BILL).replace("class Bill:", "from django.db import models\nclass Bill(models.Model):")
    (tmp_path / "rows.py").write_text(text)
    (tmp_path / "mailer.py").write_text(MAIL)
    (tmp_path / "app.py").write_text(f"from rows import Bill\ndef f(bill: Bill):\n    return bill.{method}()\n")
    calls = extract(tmp_path, ExtractOptions()).calls
    assert [one.alone for one in calls if one.module.name == "app"] == [alone]


MAIL_SERVICE = """
    from zope.interface import Interface, implementer
    class IMailer(Interface):
        def send(what): ...
    @implementer(IMailer)
    class Smtp:
        def send(self, what): return post(what)
    def post(what): return what
"""


@pytest.mark.parametrize(
    "asks",
    [
        "request.find_service(IMailer).send('x')",
        "mailer = request.registry.queryUtility(IMailer, name='x')\n    mailer.send('x')",
        "view = View()\n    view.mailer.send('x')",
    ],
)
def test_who_is_asked_for_an_interface_provides_it(tmp_path: Path, asks: str) -> None:
    head = "from mail import IMailer\nclass View:\n    def __init__(self, request):\n"
    head += "        self.mailer = request.find_service(IMailer)\n"
    (tmp_path / "mail.py").write_text(dedent(MAIL_SERVICE))
    (tmp_path / "app.py").write_text(f"{head}def f(request):\n    {asks}\n")
    calls = extract(tmp_path, ExtractOptions()).calls
    (one,) = (one for one in calls if one.module.name == "app" and one.on)
    assert (one.on, one.callee, one.classes[0][1], one.awaited) == ("object", "IMailer.send", "IMailer", True)
    assert ("IMailer.send", "Smtp.send") in {(each.function, each.callee) for each in calls}


@pytest.mark.parametrize("asks", ["config.find_service_factory(IMailer)", "request.find_service(Smtp)"])
def test_a_factory_and_a_class_provide_nothing(tmp_path: Path, asks: str) -> None:
    (tmp_path / "mail.py").write_text(dedent(MAIL_SERVICE))
    (tmp_path / "app.py").write_text(f"from mail import IMailer, Smtp\ndef f(request, config):\n    {asks}.send('x')\n")
    assert not [
        one for one in extract(tmp_path, ExtractOptions()).calls if one.module.name == "app" and one.on == "object"
    ]


@pytest.mark.parametrize(
    ("found_there", "confidence"),
    [
        ("gateway = registry[bill]", "guess"),
        ("pass", "likely"),
        ("gateway = Dear()", "certain"),
    ],
)
def test_a_caller_says_little_of_what_others_leave_to_the_function(found_there: str, confidence: str) -> None:
    use = f"""from shop.models import Dear
def f(bill, registry):
    pay(bill, registry, Dear())
def pay(bill, registry, gateway=None):
    if gateway is None:
        {found_there}
    gateway.refund(bill)
"""
    assert f"Dear.refund object Dear {confidence}" in asked(use)


@pytest.mark.parametrize(("many", "there"), [("many=True", set()), ("bill", {"Shown.shown object Shown certain"})])
def test_a_serializer_of_many_is_an_object_of_the_library(many: str, there: set[str]) -> None:
    shown = "from rest_framework import serializers\nclass Shown(serializers.Serializer):\n    def shown(self): ...\n"
    assert asked(f"{shown}def f(bill):\n    Shown({many}).shown()\n") == there
