"""Stage 1: what definitions leave behind in a database once all have run: tables and the columns of indexes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeAlias

from .inventory import Inventory

__all__ = ["Index", "Schema"]

Enter: TypeAlias = Callable[[Inventory, str], None]
"""Enters the table by the name that it has in the end."""


class Index(NamedTuple):
    """The column that an index of `table` leads with."""

    table: str
    column: str


@dataclass(slots=True)
class Schema:
    """Definitions are applied in their order; `enter` adds to the inventory what it does not know by itself."""

    tables: dict[str, Enter] = field(default_factory=dict)
    indexes: dict[tuple[str, str], Index] = field(default_factory=dict)  # by table and name

    def create(self, name: str, enter: Enter) -> None:
        self.tables[name] = enter

    def drop(self, name: str) -> None:
        self.tables.pop(name, None)
        self.indexes = {key: index for key, index in self.indexes.items() if index.table != name}

    def rename(self, old: str, new: str) -> None:
        if old in self.tables:
            self.tables[new] = self.tables.pop(old)
        self.indexes = {
            key: index._replace(table=new) if index.table == old else index for key, index in self.indexes.items()
        }

    def add_index(self, table: str, name: str, column: str) -> None:
        self.indexes[table, name] = Index(table, column)

    def drop_index(self, name: str) -> None:
        self.indexes = {key: index for key, index in self.indexes.items() if not name or key[1] != name}

    def rename_column(self, table: str, old: str, new: str) -> None:
        """The column is called `new`, or is gone where that is empty."""
        self.indexes = {
            key: index._replace(column=new) if index == (table, old) else index
            for key, index in self.indexes.items()
            if new or index != (table, old)
        }

    def enter(self, inventory: Inventory) -> None:
        for name, enter in sorted(self.tables.items(), key=lambda one: one[0]):
            if inventory.named(name) is None:
                enter(inventory, name)
        for index in self.indexes.values():
            entry = inventory.named(index.table)
            column = entry.columns.get(index.column) if entry else None
            if entry is not None and column is not None:
                entry.columns[column.name] = replace(column, indexed=True)
