"""Names as classes, so that `Module("orders") != Table("orders")`."""

from dataclasses import dataclass

__all__ = ["Boundary", "Module", "Table"]


@dataclass(frozen=True, slots=True, order=True)
class Module:
    """A module's unique name: dotted, or `root:dotted` where two roots of one repository hold the same dotted name."""

    name: str

    def __hash__(self) -> int:
        return hash(self.name)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, order=True)
class Table:
    """A database table's name, as the database knows it (`schema.table` where a schema is stated)."""

    name: str

    def __hash__(self) -> int:
        return ~hash(self.name)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, order=True)
class Boundary:
    """A candidate service's name: short, from domain words, unique in one partition."""

    name: str

    def __hash__(self) -> int:
        return hash(self.name) ^ 1

    def __str__(self) -> str:
        return self.name
