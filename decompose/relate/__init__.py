"""Stage 2: Facts -> Relations, the graphs that later stages share."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import grimp

from ..model.changes import Changes, CoChange
from ..model.facts import Facts, ImportKind
from ..model.relations import Relations
from .changes import ChangeOptions, changes, regroup
from .cochange import CoChangeOptions, cochange

__all__ = [
    "ChangeOptions",
    "CoChangeOptions",
    "RelateOptions",
    "changes",
    "cochange",
    "import_graph",
    "past",
    "regroup",
    "relate",
    "together",
]


@dataclass(frozen=True, slots=True)
class RelateOptions:
    """What counts as a change, and when a pair's co-change is beyond chance."""

    changes: ChangeOptions = field(default_factory=ChangeOptions)
    cochange: CoChangeOptions = field(default_factory=CoChangeOptions)


DEFAULT = RelateOptions()


def relate(facts: Facts, options: RelateOptions = DEFAULT) -> Relations:
    """Work out once what weigh, assess and the questions would otherwise each work out again."""
    return Relations(facts, import_graph(facts), *together(facts, options))


def together(facts: Facts, options: RelateOptions = DEFAULT) -> tuple[Changes, Changes, CoChange, CoChange]:
    """What changed together: modules, then modules with the assets around them, and their pairs; pairs of tables."""
    counted = changes(facts, options.changes)
    of_tables = regroup(counted, _tables(facts), len(facts.tables), counted.largest)
    assets = changes(facts, options.changes, assets=True)
    return counted, assets, cochange(counted, options.cochange), cochange(of_tables, options.cochange)


def past(facts: Facts) -> tuple[object, ...]:
    """All that `together` depends on: no line of code, so that it can be found again after most edits."""
    modules = [(fact.module, fact.path, fact.kind) for fact in facts.modules]
    return facts.history, modules, [fact.table for fact in facts.tables], _tables(facts)


def _tables(facts: Facts) -> Sequence[Sequence[int]]:
    """For each module the numbers of the tables that it declares or uses."""
    module = {fact.module: i for i, fact in enumerate(facts.modules)}
    table = {fact.table: i for i, fact in enumerate(facts.tables)}
    found: list[set[int]] = [set() for _ in facts.modules]
    declared = [(fact.module, fact.table) for fact in facts.tables if fact.module]
    for user, used in declared + [(access.module, access.table) for access in facts.accesses]:
        if user in module and used in table:
            found[module[user]].add(table[used])
    return [sorted(tables) for tables in found]


def import_graph(facts: Facts) -> grimp.ImportGraph:
    """grimp's graph filled with our edges: what runs, lazy imports included, type-only ones left out."""
    graph = grimp.ImportGraph()
    for fact in facts.modules:
        graph.add_module(fact.module.name)
    for one in facts.imports:
        if one.kind is not ImportKind.TYPE:
            graph.add_import(
                importer=one.importer.name, imported=one.imported.name, line_number=one.line, line_contents=""
            )
    return graph
