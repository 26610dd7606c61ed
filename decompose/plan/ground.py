"""What messages stand on, by a project's conventions: Facts + Partition -> Ground, the files of the first commit."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import basename, dirname, join

from ..model.facts import Evidence, Facts, ModuleFact, ModuleKind, Origin
from ..model.judgements import Partition
from ..model.names import Boundary, Module
from .context.migrations import migrates

__all__ = ["Ground", "ground"]

_MOST = 0.8
"""The share of what is declared that a package has to hold: a plug-in or an example aside changes no convention."""

_MODELS = "models"

_FREE = ("outbox", "message_outbox", "relayed_messages")


@dataclass(frozen=True, slots=True)
class Ground:
    """Where an outbox and its relay go. `name` is that of the package, or of the module if `tables` is its file;
    `relay` and `tests` are files, "" where no convention is known; `queue` is a task that the program has, and
    `schedule` the line that has it run time and again.

    `ids` are, by boundary, the files in which its tables are declared, or would be, and whether they are there.
    """

    name: str = ""
    tables: str = ""
    relay: str = ""
    tests: str = ""
    django: bool = False
    migrations: str = ""  # where those of Alembic stand
    installed: Evidence | None = None
    queue: tuple[str, Evidence] | None = None
    schedule: Evidence | None = None
    ids: Mapping[Boundary, tuple[str, bool]] = field(default_factory=dict)

    def made(self) -> str:
        """The table of messages, where it stands and how it comes into the database."""
        where = f" in {self.tables}" if self.tables else ""
        columns = (
            "number, counted up, the primary key; id uuid, unique; type text; payload json; made_at; sent_at with an "
            "index, empty until it is sent; tries"
        )
        return f"a class Message{where} ({columns}){self._migrated()}"

    def _migrated(self) -> str:
        if self.django and self.name:
            label = self.name.rpartition(".")[2]
            at = f", at {self.installed.file}:{self.installed.line}" if self.installed else ""
            return f", {self.name} in INSTALLED_APPS{at}, and its migration by makemigrations {label}"
        return f", and a migration beside those in {self.migrations}" if self.migrations else ""

    def sends(self) -> str:
        """What the relay is: of the kind that the program has already."""
        where = f" in {self.relay}" if self.relay else ""
        if self.queue:
            name, at = self.queue
            like = f"as {name} is ({at.file}:{at.line})"
            beat = f", by a line beside {self.schedule.file}:{self.schedule.line}" if self.schedule else ""
            return f"a task{where}, {like}, in a queue that nothing slow fills, every few seconds{beat}"
        kind = "a management command" if self.django else "a command"
        return f"{kind}{where}, run by one process of its own"

    def hears(self, boundary: Boundary) -> str:
        """Where a boundary keeps the ids of what it has had."""
        file, stands = self.ids.get(boundary, ("", False))
        return f"{boundary} in {file}{'' if stands else ', which is new'}" if file else f"{boundary} beside its code"


def ground(facts: Facts, partition: Partition, installed: Mapping[Boundary, Sequence[Evidence]]) -> Ground:
    """Looked up once; `installed` are the lines at which settings name parts of the program."""
    modules = {fact.module: fact for fact in facts.modules}
    declared = Counter(
        one.module for one in facts.tables if one.module in modules and one.origin is Origin.OWN and one.model
    )
    django = migrates(facts) == "django"
    name, folder, apart = _home(declared, modules, django)
    module = f"{folder}/{name.rpartition('.')[2]}".lstrip("/")
    job, schedule = _job(facts, modules)
    return Ground(
        name=name,
        tables=(f"{module}/models.py" if apart else f"{module}.py") if name else "",
        relay=_relay(module, apart, django, bool(job)) if name else "",
        tests=_tests(facts, module) if name else "",
        django=django,
        migrations=_migrations(facts) if migrates(facts) == "alembic" else "",
        installed=_line(installed) if django else None,
        queue=job,
        schedule=schedule,
        ids=dict(_ids(partition, declared, modules, django)),
    )


def _home(declared: Iterable[Module], modules: Mapping[Module, ModuleFact], django: bool) -> tuple[str, str, bool]:
    """A free name beside what declares tables, its folder, and whether it is a package with models of its own."""
    apps = {one: _app(one) for one in declared}
    apart = bool(apps) and (django or len({app for one, app in apps.items() if app != one.name}) > 1)
    holders = {
        one: tuple(app.split(".")[:-1]) if apart else _package(modules[one]) for one, app in sorted(apps.items())
    }
    if not holders:
        return "", "", False
    around = _common(holders.values())
    inside = next(one for one, holder in holders.items() if holder[: len(around)] == around)
    folder = _up(dirname(modules[inside].path), len(_package(modules[inside])) - len(around))
    taken = {one.name for one in modules}
    free = (".".join([*around, last]) for last in _FREE)
    return next((name for name in free if name not in taken), ""), folder, apart


def _app(module: Module) -> str:
    """ "shop.orders" of "shop.orders.models.lines"; a module's own name where none is called so."""
    before, found, _ = f"{module.name}.".partition(f".{_MODELS}.")
    return before if found else module.name


def _package(fact: ModuleFact) -> tuple[str, ...]:
    parts = fact.module.name.split(".")
    return tuple(parts if fact.is_package else parts[:-1])


def _common(paths: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The longest path below which `_MOST` of all lie."""
    whole = [tuple(path) for path in paths]
    found: tuple[str, ...] = ()
    while deeper := Counter(
        path[: len(found) + 1] for path in whole if len(path) > len(found) and path[: len(found)] == found
    ):
        most = max(deeper, key=lambda one: (deeper[one], one))
        if deeper[most] < _MOST * len(whole):
            break
        found = most
    return found


def _up(folder: str, levels: int) -> str:
    for _ in range(levels):
        folder = dirname(folder)
    return folder


def _relay(module: str, apart: bool, django: bool, queue: bool) -> str:
    if not apart:
        return f"{module}.py"
    if queue:
        return f"{module}/tasks.py"
    return f"{module}/management/commands/relay_messages.py" if django else f"{module}/relay.py"


def _job(facts: Facts, modules: Mapping[Module, ModuleFact]) -> tuple[tuple[str, Evidence] | None, Evidence | None]:
    """A task like the relay, with the line that schedules it, where the file that names most tasks as text does.

    One that is named elsewhere, too, may have a queue of its own.
    """
    tasks = {
        (one.module, one.name): (modules[one.module].path, one.line, one.function)
        for one in sorted(facts.entry_points, key=lambda one: one.name)
        if one.kind == "task" and one.module in modules and modules[one.module].kind is ModuleKind.SOURCE
    }
    files: defaultdict[str, dict[tuple[Module, str], Evidence]] = defaultdict(dict)
    for wire in sorted(facts.wires, key=lambda one: -one.line):
        known = wire.name and (wire.target, wire.name) in tasks and wire.source in modules
        if known and modules[wire.source].kind is ModuleKind.SOURCE:
            files[wire.file][wire.target, wire.name] = Evidence(wire.file, wire.line)
    most = max(sorted(files), key=lambda file: len(files[file]), default="")
    elsewhere = {task for file in files if file != most for task in files[file]}
    timed = min(files.get(most, {}), key=lambda one: (one in elsewhere, files[most][one]), default=None)
    chosen = timed or min(tasks, key=lambda one: tasks[one], default=None)
    if chosen is None:
        return None, None
    file, line, name = tasks[chosen]
    return (name, Evidence(file, line)), files[most][timed] if timed else None


def _tests(facts: Facts, module: str) -> str:
    """Beside the code, where most tests stand so, else where they all stand: "shop/outbox/tests/test_outbox.py"."""
    folders = [dirname(one.path) for one in facts.modules if one.kind is ModuleKind.TEST and _is_test(one.path)]
    code = {dirname(one.path) for one in facts.modules if one.kind is ModuleKind.SOURCE}
    beside = Counter(basename(one) for one in folders if dirname(one) in code and dirname(one))
    if not folders:
        return ""
    last, number = max(beside.items(), key=lambda one: (one[1], one[0]), default=("", 0))
    around = "/".join(_common(one.split("/") for one in folders))
    if 2 * number > len(folders) and last != basename(around):
        return f"{module}/{last}/test_outbox.py"
    return join(around, "test_outbox.py")


def _is_test(path: str) -> bool:
    return basename(path).startswith("test") and basename(path) != "tests.py"


def _migrations(facts: Facts) -> str:
    folders = Counter(dirname(one.path) for one in facts.modules if one.kind is ModuleKind.MIGRATION)
    return max(folders, key=lambda one: (folders[one], one), default="")


_GAP = 5
"""Lines between two entries, beyond which they stand in two lists."""


def _line(installed: Mapping[Boundary, Sequence[Evidence]]) -> Evidence | None:
    """The last line of the list that names most parts of the program: entries that stand near each other."""
    lists: list[list[Evidence]] = []
    for at in sorted({at for found in installed.values() for at in found}):
        near = lists and lists[-1][-1].file == at.file and at.line - lists[-1][-1].line <= _GAP
        if near:
            lists[-1].append(at)
        else:
            lists.append([at])
    return max(lists, key=len)[-1] if lists else None


def _ids(
    partition: Partition, declared: Mapping[Module, int], modules: Mapping[Module, ModuleFact], django: bool
) -> Iterator[tuple[Boundary, tuple[str, bool]]]:
    for fact in partition.boundaries:
        mine = {one: declared[one] for one in fact.modules if one in declared}
        packages = [modules[one] for one in fact.modules if one in modules and modules[one].is_package]
        if mine:
            yield fact.boundary, (modules[min(mine, key=lambda one: (-mine[one], one))].path, True)
        elif django and packages:
            path = f"{dirname(min(packages, key=lambda one: (len(one.path), one.path)).path)}/models.py"
            yield fact.boundary, (path, any(one.path == path for one in modules.values()))
