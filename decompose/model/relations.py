"""What stages 3, 5 and the questions all need to know about the facts, worked out once."""

from dataclasses import dataclass, field
from typing import Protocol

from .changes import Changes, CoChange
from .facts import Facts

__all__ = ["ImportGraph", "Relations"]


class ImportGraph(Protocol):
    """The part of `grimp.ImportGraph` that later stages use: closures, chains and cycle breakers on module names."""

    def find_modules_directly_imported_by(self, module: str) -> set[str]: ...
    def find_modules_that_directly_import(self, module: str) -> set[str]: ...
    def find_upstream_modules(self, module: str, as_package: bool = False) -> set[str]: ...
    def find_downstream_modules(self, module: str, as_package: bool = False) -> set[str]: ...
    def find_shortest_chain(
        self, importer: str, imported: str, as_packages: bool = False
    ) -> tuple[str, ...] | None: ...
    def direct_import_exists(self, *, importer: str, imported: str, as_packages: bool = False) -> bool: ...
    def nominate_cycle_breakers(self, package: str) -> set[tuple[str, str]]: ...


@dataclass(frozen=True, slots=True)
class Relations:
    """The facts as graphs and changes. `imports` holds every module; an edge is an import that runs, lazy or not."""

    facts: Facts
    imports: ImportGraph
    changes: Changes = field(default_factory=Changes)  # of modules, numbered as `facts.modules`
    app_changes: Changes = field(default_factory=Changes)  # a template or another asset touches the package it lies in
    cochange: CoChange = field(default_factory=CoChange)
    table_cochange: CoChange = field(default_factory=CoChange)  # of tables, numbered as `facts.tables`
