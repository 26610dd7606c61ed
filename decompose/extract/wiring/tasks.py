"""Background jobs: Celery, RQ, Dramatiq, Huey. A caller depends on the task; a task is an entry point."""

from collections.abc import Iterator

from ...model.facts import WireKind
from ..code import Call, Dict, Function
from .hint import Entry, Hint, Site, argument, chain, constant, looks_at

__all__ = ["schedules", "tasks"]

_SENDS = frozenset(
    {"delay", "apply_async", "s", "si", "signature", "send_with_options", "schedule", "enqueue", "message"}
)
_BY_NAME = frozenset({"send_task", "signature"})  # app.send_task("shop.tasks.pay")
_ENQUEUES = {"enqueue": 0, "enqueue_call": 0, "enqueue_in": 1, "enqueue_at": 1}  # queue.enqueue(pay, order)
_DECLARES = frozenset({"task", "shared_task", "actor", "periodic_task", "db_task", "db_periodic_task", "job"})


@looks_at(Function, Call, called={*_SENDS, *_BY_NAME, *_ENQUEUES})
def tasks(site: Site) -> Iterator[Hint | Entry]:
    """pay.delay(1)   app.send_task("shop.pay")   queue.enqueue(pay, 1)   @shared_task def pay"""
    if isinstance(site.node, Function):
        if declared := [one for one in site.node.decorators if _declares(one)]:
            yield Entry("task", site.node.name, site.function, site.line, any(map(_is_named, declared)))
    elif isinstance(site.node, Call):
        owner, _, called = chain(site.node.func).rpartition(".")
        if called in _SENDS and owner:
            yield Hint(WireKind.TASK, "name", owner, site.function, site.line)
        if called in _BY_NAME and (text := constant(argument(site.node, 0, "name"))):
            yield Hint(WireKind.TASK, "path", text, site.function, site.line)
        if called in _ENQUEUES:
            job = argument(site.node, _ENQUEUES[called], "func", "f")
            yield from _job(chain(job), constant(job), site)


def _declares(decorator: object) -> bool:
    # @shared_task      @app.task(bind=True)      @dramatiq.actor      @huey.task()      @shared_task_with_retry
    name = chain(decorator.func if isinstance(decorator, Call) else decorator)  # type: ignore[arg-type]  # an Expr
    last = name.rpartition(".")[2]
    return last in _DECLARES or last.startswith("shared_task_")


def _is_named(decorator: object) -> bool:
    # Celery's, without name="...": @shared_task      @app.task(bind=True)
    owner, _, last = chain(decorator.func if isinstance(decorator, Call) else decorator).rpartition(".")  # type: ignore[arg-type]
    if isinstance(decorator, Call) and argument(decorator, -1, "name") is not None:
        return False
    return last.startswith("shared_task") or (last == "task" and owner not in ("", "huey"))


def _job(name: str, text: str, site: Site) -> Iterator[Hint]:
    if name:
        yield Hint(WireKind.TASK, "name", name, site.function, site.line)
    elif text:
        yield Hint(WireKind.TASK, "path", text, site.function, site.line)


@looks_at(Call)
def schedules(site: Site) -> Iterator[Hint]:
    """configure({"nightly": {"task": "shop.tasks.pay", "schedule": ...}})"""
    assert isinstance(site.node, Call)
    for value in (*site.node.args, *(value for _, value in site.node.keywords)):
        if isinstance(value, Dict):
            yield from _scheduled(value, site)


def _scheduled(value: Dict, site: Site) -> Iterator[Hint]:
    lines = value.lines or (site.line,) * len(value.keys)
    for key, item, line in zip(value.keys, value.values, lines, strict=True):
        if isinstance(item, Dict):
            yield from _scheduled(item, site._replace(line=line))
        elif key is not None and constant(key) == "task" and constant(item):
            yield Hint(WireKind.TASK, "path", constant(item), site.function, line)
