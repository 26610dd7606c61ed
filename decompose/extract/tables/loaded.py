"""Stage 1, whole project: rows that files load, by the names of models -> by their tables."""

from collections.abc import Iterable

from ...model.facts import Fixture
from ...model.names import Table
from ..fixtures import Loaded
from .inventory import Inventory

__all__ = ["fixtures_of", "name_fixtures"]


def name_fixtures(inventory: Inventory, loaded: Iterable[Loaded]) -> None:
    """Keep whose rows a file has by the names that `loaddata` takes: "demo", "demo.json"."""
    for one in loaded:
        label, _, name = one.model.partition(".")
        file = one.path.rpartition("fixtures/")[2]
        for asked in (file, file.rpartition(".")[0]):
            inventory.fixtures.setdefault(asked, {})[label, name] = None


def fixtures_of(inventory: Inventory, loaded: Iterable[Loaded]) -> tuple[Fixture, ...]:
    """Those of models that are known, in the order of files and lines."""
    found = []
    for one in loaded:
        label, _, name = one.model.partition(".")
        info = inventory.labels.get((label, name))
        tables = inventory.tables_of(info)[:1] if info else ()
        found += [Fixture(Table(table), one.path, one.line, one.rows, one.fields) for table in tables]
    return tuple(sorted(found, key=lambda one: (one.file, one.line, one.table)))
