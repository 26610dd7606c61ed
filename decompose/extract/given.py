"""Stage 1, whole project: FileCode -> Given, what a module reads of the process around it."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..model.facts import Evidence, Given, WireKind
from .code import Assign, Attr, FileCode
from .file import Says
from .lasting import LASTING, lasts, waiting
from .resolve import Place
from .symbols import Symbols

__all__ = ["given"]

# What every request has, whoever sets it anew.
_STANDARD = frozenset(
    """
    COOKIES FILES GET META POST body content_params content_type encoding headers method path path_info
    resolver_match scheme session upload_handlers urlconf
    """.split()
)

_RIGHTS = frozenset({"is_staff", "is_superuser"})

_SETTINGS = "django.conf.settings."

# What begins the names of that which Django reads settings for, behind whoever uses it.
_BEHIND = {
    "django.core.mail.": "mail",
    "django.core.cache.": "cache",
    "django.views.decorators.cache.cache_page": "cache",
    "django.core.files.storage.": "files",
    "django.db.models.FileField": "files",
    "django.db.models.ImageField": "files",
}
_NAMES = (
    frozenset(
        """
    EmailMessage EmailMultiAlternatives FileField ImageField cache cache_page caches default_storage mail_admins
    mail_managers send_mail send_mass_mail storages
    """.split()
    )
    | LASTING
)


def given(place: Place, said: Says, names: Symbols, sets: Mapping[str, Evidence], answers: bool) -> Iterator[Given]:
    """What one module reads, in the order of its lines; `sets` is what middleware sets on requests.

    `answers`: it answers requests, so that `request` is one.
    """
    found, wait = set[Given](), waiting(said.code)
    for mention in said.code.mentions:
        chain = mention.chain
        if ("." in chain or chain in _NAMES) and (meant := names.find(place, chain)) and meant.place is None:
            name = meant.name.removeprefix(_SETTINGS).partition(".")[0]
            if meant.name.startswith(_SETTINGS) and name.isupper():
                found.add(Given(place.module, "setting", name, place.path, mention.line))
            if meant.name.startswith("django."):
                behind = (what for begins, what in _BEHIND.items() if meant.name.startswith(begins))
                found.update(Given(place.module, "behind", what, place.path, mention.line) for what in behind)
            if mention.line not in wait and (what := lasts(meant.name)):
                found.add(Given(place.module, "lasting", what, place.path, mention.line))
    found.update(
        Given(place.module, "behind", "rest", place.path, one.line)
        for one in said.imports
        if one.module.partition(".")[0] == "rest_framework" and not one.level
    )
    found.update(
        Given(place.module, hint.how, hint.text, place.path, hint.line)
        for hint in said.wiring.hints
        if hint.how in ("right", "fallback")
    )
    found.update(
        Given(place.module, "lasting", "task", place.path, hint.line)
        for hint in said.wiring.hints
        if hint.kind is WireKind.TASK and hint.function and hint.line not in wait
    )
    found.update(Given(place.module, "commit", "", place.path, line) for line in wait)
    for name, line in _of_requests(said.code) if answers else ():
        if name in _RIGHTS:
            found.add(Given(place.module, "right", name, place.path, line))
            continue
        by = sets.get(name) if name not in _STANDARD else None
        if name == "user" or (by and by.file != place.path):
            found.add(Given(place.module, "request", name, place.path, line, by))
    yield from sorted(found, key=lambda one: (one.line, one.kind, one.name))


def _of_requests(code: FileCode) -> Iterator[tuple[str, int]]:
    """ "codes" of request.codes and self.request.codes, where they are read; is_superuser of whoever's"""
    pending: list[Any] = [code.body]
    while pending:
        node = pending.pop()
        if isinstance(node, Attr) and (node.name in _RIGHTS or _is_request(node.base)):
            yield node.name, node.line
        parts = node
        if isinstance(node, Assign):  # request.codes = ... sets it
            parts = (
                node.value,
                *(one for one in node.targets if not (isinstance(one, Attr) and _is_set(one))),
            )
        pending += [part for part in parts if isinstance(part, tuple)]


def _is_set(target: Attr) -> bool:
    return target.name in _RIGHTS or _is_request(target.base)


def _is_request(node: object) -> bool:
    return node == "request" or (isinstance(node, Attr) and node.base == "self" and node.name == "request")
