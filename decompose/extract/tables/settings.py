"""Stage 1, whole project: Machine -> what the settings say of databases, broker and login, as they are written."""

import re
from collections.abc import Iterable, Iterator

from ...model.facts import ModuleKind, Setting
from ..code import Assign, Call, Const, Dict, Either, Expr, Item
from ..infer import Machine
from .django.meta import assignments

__all__ = ["settings"]

_TOLD = ("ENGINE", "ATOMIC_REQUESTS")

# Of these the line is told, and no value: it may be a secret.
_NAMED = frozenset(
    "SECRET_KEY EMAIL_BACKEND EMAIL_HOST CACHES STORAGES DEFAULT_FILE_STORAGE MEDIA_ROOT LOCALE_PATHS".split()
)

_OF_LIBRARIES = re.compile(r"^((AWS|AZURE|CORS|GS)_[A-Z_0-9]+|MEDIA_URL|REST_FRAMEWORK)$")

_BROKER = re.compile(r"^((CELERY_)?BROKER(_URL)?|broker_url|RQ_(REDIS_URL|QUEUES)|DRAMATIQ_BROKER|HUEY)$")

_EAGER = re.compile(r"^(CELERY_)?(TASK_)?ALWAYS_EAGER$|^task_always_eager$")

_SCHEME = re.compile(r"([a-z]\w*)(?:\+\w+)?://")


def settings(machine: Machine) -> tuple[Setting, ...]:
    """The engines of `DATABASES`, `ATOMIC_REQUESTS` there or, to no effect, outside of it, the address of the
    broker that tasks go by, whether they run where they are called, and what logins, mail, caches, files, APIs stand
    on; tests aside.
    """
    found = {
        Setting(name, value, scope.source.path, line)
        for scope in machine.program.scopes
        if scope.source.kind is not ModuleKind.TEST and not scope.source.library
        for node in assignments(scope.body)
        if node.value is not None
        for name, value, line in _said(node, node.value)
    }
    return tuple(sorted(found, key=lambda one: (one.file, one.line, one.name, one.value)))


def _said(node: Assign, value: Expr) -> Iterator[tuple[str, str, int]]:
    match node.targets[0]:
        case "DATABASES":
            # DATABASES = {"default": {"ENGINE": "..."}}     DATABASES = {"default": dj_database_url.config()}
            for _, one, line in _entries(value, node.line):
                yield from _database(one, line)
        case Item("DATABASES", _):  # DATABASES["default"] = {...}
            yield from _database(value, node.line)
        case Item(Item("DATABASES", _), Const(key)) if key in _TOLD:  # DATABASES["default"]["ENGINE"] = "..."
            yield from ((f"DATABASES.{key}", text, node.line) for text in _texts(value))
        case str(name) if name in _NAMED or _OF_LIBRARIES.search(name):
            yield name, "", node.line
        case "ATOMIC_REQUESTS" | "LOGIN_URL" | "AUTH_USER_MODEL" | "SESSION_ENGINE" as name:
            yield from ((name, text, node.line) for text in _texts(value))
        case str(name) if _BROKER.search(name):
            # CELERY_BROKER_URL = os.environ.get("BROKER", "redis://..."): its scheme, "" where the environment says;
            # RQ_QUEUES = {...} is Redis in any case
            found = [scheme[1] for text in _texts(value) if (scheme := _SCHEME.match(text))]
            yield from (
                ("BROKER_URL", scheme, node.line) for scheme in found or ["redis" if name.startswith("RQ_") else ""]
            )
        case str(name) if _EAGER.search(name) and value != Const(False):
            yield "ALWAYS_EAGER", "True" if value == Const(True) else "", node.line


def _entries(value: Expr, line: int) -> Iterator[tuple[Expr | None, Expr, int]]:
    """The keys and values of a dictionary, each with its line."""
    if isinstance(value, Dict):
        yield from zip(value.keys, value.values, value.lines or (line,) * len(value.keys), strict=True)


def _database(value: Expr, line: int) -> Iterator[tuple[str, str, int]]:
    if isinstance(value, Dict):
        for key, one, at in _entries(value, line):
            if isinstance(key, Const) and key.value in _TOLD:
                yield from ((f"DATABASES.{key.value}", text, at) for text in _texts(one))
    elif isinstance(value, Call):  # env.db("DATABASE_URL", default="postgres://..."): of the address its scheme alone
        for text in (text for one in (*value.args, *(one for _, one in value.keywords)) for text in _texts(one)):
            if scheme := _SCHEME.match(text):
                yield "DATABASES.ENGINE", scheme[1], line


def _texts(value: Expr) -> Iterator[str]:
    """What a value is by its text: a constant, one of several, or what a call falls back to (`default=`, the last)."""
    match value:
        case Const(constant):
            yield str(constant)
        case Either(items):
            for one in items:
                yield from _texts(one)
        case Call(_, args, keywords):
            yield from _fallback(args, dict(keywords).get("default"))


def _fallback(args: Iterable[Expr], default: Expr | None) -> Iterator[str]:
    # config("ATOMIC_REQUESTS", default=True)      os.environ.get("DB_ENGINE", "sqlite3")
    positional = [*args][1:]
    last = default if default is not None else positional[-1] if positional else None
    if isinstance(last, Const):
        yield str(last.value)
