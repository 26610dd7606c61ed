"""Stage 2: Facts -> Relations, the graphs that later stages share."""

from dataclasses import dataclass, field

import grimp

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
    "regroup",
    "relate",
]


@dataclass(frozen=True, slots=True)
class RelateOptions:
    """What counts as a change, and when a pair's co-change is beyond chance."""

    changes: ChangeOptions = field(default_factory=ChangeOptions)
    cochange: CoChangeOptions = field(default_factory=CoChangeOptions)


DEFAULT = RelateOptions()


def relate(facts: Facts, options: RelateOptions = DEFAULT) -> Relations:
    """Work out once what weigh, assess and the questions would otherwise each work out again."""
    counted = changes(facts, options.changes)
    return Relations(
        facts=facts,
        imports=import_graph(facts),
        changes=counted,
        app_changes=changes(facts, options.changes, assets=True),
        cochange=cochange(counted, options.cochange),
    )


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
