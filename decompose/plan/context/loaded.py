"""Which fixtures, files of rows that are loaded, a cut changes: Facts + Partition -> files by boundary and by key."""

from collections import defaultdict
from collections.abc import Mapping

from ...model.counts import count, listed
from ...model.facts import Evidence, Facts, Fixture
from ...model.judgements import Partition
from ...model.names import Boundary, Table

__all__ = ["giving", "loaded"]

_NAMED = 3  # tables or boundaries of one file


def loaded(facts: Facts, partition: Partition) -> Mapping[Boundary, tuple[str, ...]]:
    """For each boundary the files that hold rows of its tables, with what else they hold."""
    owners = {table: fact.boundary for fact in partition.boundaries for table in fact.tables}
    files: defaultdict[str, list[Fixture]] = defaultdict(list)
    for one in facts.fixtures:
        files[one.file].append(one)
    found: defaultdict[Boundary, list[str]] = defaultdict(list)
    for file, held in files.items():
        others = sorted({owners[one.table] for one in held if one.table in owners})
        for boundary in others:
            mine = [one for one in held if owners.get(one.table) == boundary]
            tables = listed(sorted({one.table.name for one in mine}), _NAMED)
            beside = listed([one.name for one in others if one != boundary], _NAMED)
            rest = f", beside those of {beside}" if beside else ""
            found[boundary].append(
                f"{file}:{mine[0].line} ({count(sum(one.rows for one in mine), 'row')} of {tables}{rest})"
            )
    return {boundary: tuple(found[boundary]) for boundary in sorted(found)}


def giving(facts: Facts) -> Mapping[tuple[Table, str], tuple[Evidence, ...]]:
    """Where rows are loaded that give a key by its field, "organisation": 3 of organisation_id, or, as "", any row."""
    keys: defaultdict[Table, set[str]] = defaultdict(set)
    for key in facts.foreign_keys:
        keys[key.table].add(key.column)
    found: defaultdict[tuple[Table, str], set[Evidence]] = defaultdict(set)
    for one in facts.fixtures:
        found[one.table, ""].add(Evidence(one.file, one.line))
        for column in keys[one.table]:
            if column.removesuffix("_id") in one.fields:
                found[one.table, column].add(Evidence(one.file, one.line))
    return {key: tuple(sorted(found[key])) for key in sorted(found)}
