"""What is wired without an import: one test a way of wiring."""

import pytest

from decompose.extract.file import Says
from decompose.extract.resolve import index
from decompose.extract.symbols import symbols
from decompose.extract.uses import definitions
from decompose.extract.wires import wires
from decompose.model.facts import EntryPoint, Wire
from tests.trees import files

SHOP = """
--- shop/__init__.py
--- shop/orders/__init__.py
--- shop/orders/models.py
class Order: ...
--- shop/orders/tasks.py
from celery import shared_task
@shared_task
def pay(order): ...
--- shop/orders/urls.py
--- shop/orders/signals.py
from django.dispatch import Signal
placed = Signal()
--- shop/orders/send.py
from .signals import placed
def go():
    placed.send(None)
--- shop/ledger/__init__.py
--- shop/ledger/apps.py
from django.apps import AppConfig
class LedgerConfig(AppConfig):
    label = "books"
--- shop/ledger/models.py
class Entry: ...
--- shop/ledger/management/commands/close.py
class Command(BaseCommand):
    def handle(self): ...
--- shop/views.py
def home(request): ...
class Pay:
    def get(self): ...
    def _log(self): ...
"""
PATHS = ["shop/orders/templates/orders/pay.html"]


def wired(text: str) -> tuple[list[Wire], list[EntryPoint]]:
    said: list[Says] = files(f"{SHOP}--- shop/api.py\n{text}\n")
    found = index(said)
    names = symbols(said, found)
    defined = [
        one for place, one_said in zip(found.places, said, strict=True) for one in definitions(place, one_said, names)
    ]
    made, entries, _ = wires({one.path: one.wiring for one in said}, found, names, PATHS, defined)
    return [one for one in made if one.source.name == "shop.api"], entries


def read(text: str) -> tuple[list[str], list[str]]:
    made, entries = wired(text)
    return (
        [f"{one.kind} {one.target} {one.line}" for one in made],
        [f"{one.kind} {one.module}:{one.function}" for one in entries],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('x = models.ForeignKey("orders.Order")', "foreign_key shop.orders.models 1"),
        ('x = models.ManyToManyField(to="orders.Order")', "foreign_key shop.orders.models 1"),
        ('x = models.ForeignKey("books.Entry")', "foreign_key shop.ledger.models 1"),
        ('x = models.ForeignKey("self")', None),
        ('x = models.ForeignKey("orders.Nothing")', None),
        ('def f():\n    return apps.get_model("orders", "Order")', "get_model shop.orders.models 2"),
        ('get_model("orders.Order")', "get_model shop.orders.models 1"),
        ('Order = swapper.load_model("orders", "Order")', "get_model shop.orders.models 1"),
        ('model = joblib.load_model("orders.pickle")', None),
        ('@receiver(post_save, sender="orders.Order")\ndef f(): ...', "signal shop.orders.models 1"),
        ("from shop.orders.models import Order\npost_save.connect(f, sender=Order)", "signal shop.orders.models 2"),
        ("from shop.orders.models import Order\npost_save.connect(f, Order)", "signal shop.orders.models 2"),
        ("from shop.orders.models import Order\n@heard(post_save, Order)\ndef f(): ...", "signal shop.orders.models 2"),
        ("from shop.orders.models import Order\n@heard(sent, Order)\ndef f(): ...", None),
        ("from shop.orders.models import Order\nbus.connect(f, Order)", None),
        ("from shop.orders.signals import placed\n@receiver(placed)\ndef f(): ...", "signal shop.orders.send 2"),
        (
            'from shop.orders.models import Order\n@event.listens_for(Order, "x")\ndef f(): ...',
            "signal shop.orders.models 2",
        ),
        ("from shop.orders import tasks\ntasks.pay.delay(1)", "task shop.orders.tasks 2"),
        ("from shop.orders.tasks import pay\nqueue.enqueue(pay, 1)", "task shop.orders.tasks 2"),
        ('app.send_task("shop.orders.tasks.pay")', "task shop.orders.tasks 1"),
        ('app.conf.update({"a": {"task": "shop.orders.tasks.pay"}})', "task shop.orders.tasks 1"),
        ('app.conf.update({\n"a": {"at": 3,\n"task": "shop.orders.tasks.pay"}})', "task shop.orders.tasks 3"),
        ('x = include("shop.orders.urls")', "url shop.orders.urls 1"),
        ('config.include(".orders.urls")', "url shop.orders.urls 1"),
        ('config.include("..orders.urls")', None),
        ('config.include("...orders.urls")', None),
        ('x = path("", "shop.views.home")', "url shop.views 1"),
        ('call_command("close")', "command shop.ledger.management.commands.close 1"),
        ('render(request, "orders/pay.html")', "template shop.orders 1"),
        ('class V:\n    template_name = "orders/pay.html"', "template shop.orders 2"),
        ('import_string("shop.orders.tasks.pay")', "string shop.orders.tasks 1"),
        ('LOADERS = ["shop.orders.tasks:pay"]', "string shop.orders.tasks 1"),
        ('LOADERS = (\n    "json.loads",\n    "shop.orders.tasks:pay",\n)', "string shop.orders.tasks 3"),
        ('JOBS = {\n  "a": {\n    "run": "shop.orders.tasks.pay"}\n}', "string shop.orders.tasks 3"),
        ('def f(note):\n    if hasattr(note, "_log"): note._log()', "method shop.views 2"),
        ('def f(self):\n    return hasattr(self, "_log")', None),
        ('def f(note):\n    return hasattr(note, "home")', None),  # no method
        ('class Own:\n    def _log(self): ...\nx = hasattr(note, "_log")', None),  # it may be its own
        ('x = environ["shop.orders.tasks"]', None),
        ('x = "shop.orders.nothing.at.all"', None),
        ('x = "not.ours"', None),
        ('getLogger("shop")', None),
    ],
)
def test_wires(text: str, expected: str | None) -> None:
    assert read(text)[0] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ('@receiver(signals.post_delete, sender="orders.Order")\ndef f(): ...', ["post_delete"]),
        ('@receiver([post_save, pre_delete], sender="orders.Order")\ndef f(): ...', ["post_save", "pre_delete"]),
        ("from shop.orders.models import Order\npost_save.connect(f, sender=Order)", ["post_save"]),
        ('from shop.orders.models import Order\nevent.listen(Order, "after_delete", f)', ["after_delete"]),
        (
            "from shop.orders.models import Order\n@heard([post_save, m2m_changed], Order)\ndef f(): ...",
            ["m2m_changed", "post_save"],
        ),
    ],
)
def test_a_wire_of_rows_says_what_is_heard_of_them(text: str, heard: list[str]) -> None:
    assert [one.signal for one in wired(text)[0]] == heard


@pytest.mark.parametrize(
    "key",
    ['f"order:{pk}:card"', '"order:%s:card" % pk', '"order:" + pk + ":card"', '"order:{}:card".format(pk)'],
)
def test_modules_that_share_a_cache_key(key: str) -> None:
    other = '--- shop/billing.py\ndef f(pk):\n    key = f"order:{pk}:card"\n    cache.set(key, 1)'
    assert read(f"def f(pk):\n    return cache.get({key})\n{other}")[0] == ["cache_key shop.billing 2"]
    assert read(f'cache.get("other:{{}}")\n{other}')[0] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('from shop import views\nurlpatterns = [path("", views.home)]', "request shop.views:home"),
        ('from shop import views\nurlpatterns = [path("", login_required(views.home))]', "request shop.views:home"),
        ('@app.route("/")\ndef index(): ...', "request shop.api:index"),
        ('@router.get("/")\nasync def index(): ...', "request shop.api:index"),
        ("@view_config(route_name='x')\ndef index(): ...", "request shop.api:index"),
        ("class Index(MethodView):\n    def get(self): ...", "request shop.api:Index.get"),
        ("@cli.command()\ndef sync(): ...", "command shop.api:sync"),
        ("@shared_task_with_retry\ndef sync(): ...", "task shop.api:sync"),
        (
            "class Query(ObjectType):\n    def resolve_order(self, info, id): ...",
            "request shop.api:Query.resolve_order",
        ),
        ("class Query:\n    @strawberry.field\n    def order(self): ...", "request shop.api:Query.order"),
        ("class Query:\n    @strawberry_django.mutation()\n    def pay(self): ...", "request shop.api:Query.pay"),
        ("@query.field('order')\ndef find(obj, info): ...", "request shop.api:find"),
        ("def find(obj, info): ...\nquery.set_field('order', find)", "request shop.api:find"),
        ("def find(): ...\nclass Query:\n    order = strawberry.field(resolver=find)", "request shop.api:find"),
    ],
)
def test_entry_points(text: str, expected: str) -> None:
    always = {"task shop.orders.tasks:pay", "command shop.ledger.management.commands.close:Command.handle"}
    assert set(read(text)[1]) - always == {expected}


@pytest.mark.parametrize(
    "text",
    [
        "def resolve_order(root, info): ...",  # a helper: nobody but resolvers calls it
        "class Paths:\n    def resolve_link(self, path): ...",
        "@dataclasses.field\ndef order(): ...",
        "class Order:\n    lines = field(default_factory=list)",
    ],
)
def test_what_is_no_resolver(text: str) -> None:
    assert not [one for one in read(text)[1] if "shop.api" in one]


def test_a_class_whose_base_does_all_stands_for_itself_where_a_route_names_it() -> None:
    text = """
from django.urls import path
from rest_framework.generics import ListAPIView
class Base(ListAPIView): ...
class Orders(Base): ...
urlpatterns = [path("", Orders.as_view())]
"""
    assert [one for one in read(text)[1] if "shop.api" in one] == ["request shop.api:Orders"]


def test_a_class_stands_for_its_methods() -> None:
    entries = read('from shop import views\nurlpatterns = [path("", views.Pay.as_view())]')[1]
    assert [one for one in entries if "Pay" in one] == ["request shop.views:Pay.get", "request shop.views:Pay._log"]


@pytest.mark.parametrize(
    ("decorator", "named"),
    [
        ("@shared_task", "shop.api.pay"),
        ("@shared_task(bind=True)", "shop.api.pay"),
        ("@app.task", "shop.api.pay"),
        ('@app.task(name="pay")', ""),
        ("@shared_task(name=NAME)", ""),
        ("@dramatiq.actor", ""),
        ("@huey.task()", ""),
        ("@task", ""),
    ],
)
def test_celery_calls_a_task_after_its_module_where_code_gives_it_no_name(decorator: str, named: str) -> None:
    said = files(f"{SHOP}--- shop/api.py\n{decorator}\ndef pay(order): ...\n")
    found = index(said)
    names = symbols(said, found)
    defined = [one for place, each in zip(found.places, said, strict=True) for one in definitions(place, each, names)]
    _, entries, _ = wires({one.path: one.wiring for one in said}, found, names, [], defined)
    assert [one.name for one in entries if one.module.name == "shop.api"] == [named]
