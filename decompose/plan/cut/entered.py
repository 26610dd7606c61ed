"""Where the outside world comes in, and who that is: Facts + homes -> the entries of a boundary as sentences."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...model.counts import count, listed
from ...model.facts import Address, EntryPoint, Evidence, Facts, Setting, WireKind
from ...model.names import Boundary, Module
from ..context.migrations import migrates
from ..context.named import lines
from ..context.travel import top

__all__ = ["Login", "addressed", "entered", "login"]

_KINDS = {
    "request": ("request", "requests"),
    "task": ("task", "tasks"),
    "command": ("command", "commands"),
    "script": ("script", "scripts"),
}


@dataclass(frozen=True, slots=True)
class Login:
    """Where settings name the `route` to the login and whose page `answers`, the `key` that signs sessions, the
    class of `user`, and what keeps `sessions`, if not Django's default; `django` is whose they are."""

    route: Setting | None
    answers: Boundary | None
    key: Setting | None
    user: Setting | None
    sessions: Setting | None
    django: bool

    def session(self) -> str:
        """What a store of sessions that both read stands on, as far as the settings tell."""
        key = f", with the same SECRET_KEY ({self.key.file}:{self.key.line})" if self.key else ""
        if self.user is None:
            return f"{self._kept()}{key}"
        at = f"AUTH_USER_MODEL at {self.user.file}:{self.user.line}"
        return f"{self._kept()}{key}, whose users are rows of {self.user.value} ({at})"

    def _kept(self) -> str:
        """Where sessions are, of Django: its default is a table, which no other database has."""
        if not self.django:
            return ""
        one, engine = self.sessions, self.sessions.value.rpartition(".")[2] if self.sessions else ""
        said = f"SESSION_ENGINE at {one.file}:{one.line}" if one else "the settings name no SESSION_ENGINE"
        if engine in _ELSEWHERE:
            return f" ({_ELSEWHERE[engine]}: {said})"
        return f" (django_session, which stays in the monolith's database, by a router, or a cache of both: {said})"


_ELSEWHERE = {"cache": "the cache", "file": "files", "signed_cookies": "the cookie itself"}


def login(facts: Facts, home: Mapping[Module, Boundary]) -> Login:
    """Looked up once for all boundaries."""
    links = {(one.file, one.line): home.get(one.target) for one in facts.wires if one.kind is WireKind.LINK}
    named = (one for one in facts.settings if one.name == "LOGIN_URL" and (one.file, one.line) in links)
    route = next(named, None)
    first = {one.name: one for one in reversed(facts.settings)}
    answers = links[route.file, route.line] if route else None
    key, django = first.get("SECRET_KEY"), "SECRET_KEY" in first and migrates(facts) == "django"
    return Login(route, answers, key, first.get("AUTH_USER_MODEL"), first.get("SESSION_ENGINE"), django)


def entered(
    me: Boundary,
    entries: Sequence[tuple[EntryPoint, str]],
    login: Login,
    logins: Sequence[Evidence],
    rights: Sequence[tuple[str, Evidence]] = (),
    addresses: Sequence[Address] = (),
) -> Iterator[str]:
    """Where the outside world comes in, which has to find the new process: by `addresses`, of its requests."""
    for kind, (one, many) in _KINDS.items():
        outer = [(entry, file) for entry, file in entries if not entry.function.rpartition(".")[2].startswith("_")]
        found: dict[tuple[str, str], int] = {}
        for entry, file in outer:
            if entry.kind == kind:  # the methods of a view answer one request
                found.setdefault((file, top(entry.function)), entry.line)
        if found:
            named = [f"{name} at {file}:{line}" for (file, name), line in found.items()]
            what = "route to it" if kind == "request" else "run there"
            where = f", at {_paths(addresses)}" if kind == "request" and addresses else ""
            yield f"{what} {count(len(found), one, many)}{where}: {listed(named, 6)}"
    asked = [f"{file}:{entry.line}" for entry, file in entries if entry.kind == "request"]
    if asked:
        yield (
            f"who is logged in, the new process has to learn, too, before it answers ({asked[0]}{_asks(logins)}): by a "
            f"session store that both read{login.session()}, or by a token that the monolith signs"
        )
    if asked and login.django:
        yield (
            "a copy of users that sessions are to name has is_active, or who may log in no more is let in; and their "
            "class no get_session_auth_hash, which Django compares with the session at each request, to end it for the "
            "monolith, too, where they differ; or the copy has the password column, which the outbox then holds, too"
        )
    if asked and rights:
        yield (
            f"what that user may do its code asks, too: {_may(rights)}; a copy of users that has a name alone answers "
            "no to all: the token says it, or what grants it is copied as well (is_superuser and is_staff with the "
            "users, auth_user_user_permissions, auth_user_groups and auth_group_permissions), with permissions by "
            "their names, for each database numbers its own"
        )
    if asked and (path := login.route) and login.answers != me:
        yield (
            f"who is not logged in is sent to {path.value} by the name of a route that it has not (LOGIN_URL at "
            f"{path.file}:{path.line}): a path takes its place there"
        )


def addressed(facts: Facts, home: Mapping[Module, Boundary]) -> Mapping[Boundary, tuple[Address, ...]]:
    """By boundary the paths at which others say that it answers, or, where nobody does, it says so itself."""
    found: defaultdict[Boundary, list[Address]] = defaultdict(list)
    own: defaultdict[Boundary, list[Address]] = defaultdict(list)
    for one in facts.addresses:
        if (owner := home.get(one.answers)) is not None:
            (own if home.get(one.module) == owner else found)[owner].append(one)
    return {owner: tuple(found.get(owner) or own[owner]) for owner in sorted({*found, *own})}


def _paths(addresses: Sequence[Address]) -> str:
    """ "orders/ (shop/urls.py:3), pay/ (shop/urls.py:4)": each path with the first line that gives it."""
    first = {one.path: f"{one.file}:{one.line}" for one in reversed(addresses)}
    paths = dict.fromkeys(one.path for one in addresses)
    return listed([f"{path or '/'} ({first[path]})" for path in paths], _PATHS)


_PATHS = 12  # whoever sets up the gateway needs them all


def _may(rights: Sequence[tuple[str, Evidence]]) -> str:
    found: dict[str, list[Evidence]] = {}
    for name, at in rights:
        found.setdefault(name, []).append(at)
    return "; ".join(f"{name} at {lines(found[name])}" for name in found)


def _asks(logins: Sequence[Evidence]) -> str:
    return f"; for request.user first at {logins[0].file}:{logins[0].line}" if logins else ""
