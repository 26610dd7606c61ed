"""Names as classes, so that `Module("orders") != Table("orders")`."""

from typing import NamedTuple

__all__ = ["Boundary", "Module", "Table"]


class Module(NamedTuple):
    """A module's unique name: dotted, or `root:dotted` where two roots of one repository hold the same dotted name."""

    name: str
    of: str = "module"  # a table of this name is another name

    def __str__(self) -> str:
        return self.name


class Table(NamedTuple):
    """A database table's name, as the database knows it (`schema.table` where a schema is stated)."""

    name: str
    of: str = "table"

    def __str__(self) -> str:
        return self.name


class Boundary(NamedTuple):
    """A candidate service's name: short, from domain words, unique in one partition."""

    name: str
    of: str = "boundary"

    def __str__(self) -> str:
        return self.name
