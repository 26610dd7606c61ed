"""What there is to do once the new process runs, in the order of work: its code and its data leave the monolith."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...model.counts import listed
from ...model.facts import Facts
from ...model.judgements import BoundaryFact, Form, Partition
from ...model.names import Boundary

__all__ = ["Data", "data", "then"]

_NAMED = 6

_NUMBERED = frozenset({"auth_permission", "django_content_type"})  # by each database for itself

_FILES = re.compile(r"(File|Image)Field$").search


@dataclass(frozen=True, slots=True)
class Data:
    """Columns of the tables that rows alone do not hold: `numbered` ones point to what each database numbers anew,
    `files` name files of a store. `everywhere` are tables that it uses and that each service has."""

    numbered: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    everywhere: tuple[str, ...] = ()


def data(facts: Facts, partition: Partition) -> Mapping[Boundary, Data]:
    """What moves with the tables of each boundary beside their rows."""
    home = {table: fact.boundary for fact in partition.boundaries for table in fact.tables}
    of = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    shared = {fact.table for fact in facts.tables if fact.everywhere and fact.table.name not in _NUMBERED}
    used = {(of.get(one.module), one.table.name) for one in facts.accesses if one.table in shared}
    used |= {(home.get(key.table), key.to_table.name) for key in facts.foreign_keys if key.to_table in shared}
    keys = [key for key in facts.foreign_keys if key.to_table.name in _NUMBERED and key.table in home]
    named = [(fact.table, one.name) for fact in facts.tables for one in fact.columns if _FILES(one.type)]
    return {
        fact.boundary: Data(
            tuple(sorted({f"{key.table}.{key.column}" for key in keys if home[key.table] == fact.boundary})),
            tuple(f"{table}.{column}" for table, column in named if home.get(table) == fact.boundary),
            tuple(sorted(name for boundary, name in used if boundary == fact.boundary)),
        )
        for fact in partition.boundaries
    }


def then(fact: BoundaryFact, form: Form, data: Data, installed: str, kept: Sequence[str]) -> Iterator[str]:
    """Nobody goes back any more, and its data leave; `installed` says where settings name it.

    `kept` is what it has beside its tables: copies of those of others, an outbox.
    """
    if form is Form.LIBRARY:
        return
    its = "its module" if len(fact.modules) == 1 else f"its {len(fact.modules):,} modules"
    out = f", and take it out of what the settings install: {installed}" if installed else ""
    yield f"when it has run for one release and nothing went back, delete {its} from the monolith, with the switch{out}"
    if data.numbered:
        yield (
            f"have names (app.model) take the place of the numbers in {listed(data.numbered, _NAMED)}: each database "
            "numbers its types and permissions anew"
        )
    tables = fact.tables
    parts = [*filter(None, [listed([table.name for table in tables], _NAMED)]), *kept]
    if parts:
        them = "it" if len(tables) == 1 and not kept else "them"
        held = " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
        rest = f"; drop the monolith's once nothing asks for {them} there" if tables else ""
        yield (
            f"give it a database of its own with {held}: copy the rows with their ids, let the copy follow the changes "
            f"until counts and checksums agree, then have the service read {them} there, then write {them} there, with "
            f"new ids above all that were copied, and stop the copy{rest}"
        )
    if data.everywhere:
        yield (
            f"{listed(data.everywhere, _NAMED)}, which it uses, the framework makes in each database: the rows that it "
            "asks for are made there anew, and none are copied"
        )
    if data.files:
        yield (
            f"the files of {listed(data.files, _NAMED)} go along to a store of its own, or both keep the one, and one "
            "of them alone deletes from it"
        )
