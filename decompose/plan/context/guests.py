"""Who has to know whether a user may still log in: Facts + homes -> boundaries with the table of users."""

from collections.abc import Mapping

from ...model.facts import Facts
from ...model.names import Boundary, Module, Table
from .migrations import migrates

__all__ = ["ACTIVE", "guests"]

ACTIVE = "is_active"
"""The column by which Django's sessions and logins tell so."""


def guests(facts: Facts, home: Mapping[Module, Boundary]) -> frozenset[tuple[Boundary, Table]]:
    """Those that answer requests, where the settings sign sessions: a copy of users is what a session names then."""
    named = {one.name: one.value.rpartition(".")[2] for one in reversed(facts.settings)}
    if "SECRET_KEY" not in named or migrates(facts) != "django":
        return frozenset()
    model = named.get("AUTH_USER_MODEL", "User")
    users = [
        fact.table
        for fact in facts.tables
        if fact.model == model and {ACTIVE, "password"} <= {one.name for one in fact.columns}
    ]
    answer = {home[one.module] for one in facts.entry_points if one.kind == "request" and one.module in home}
    return frozenset((one, table) for one in answer for table in users)
