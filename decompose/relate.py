"""Stage 2: Facts -> Relations, the graphs that later stages share."""

import grimp

from .model.facts import Facts, ImportKind
from .model.relations import Relations

__all__ = ["import_graph", "relate"]


def relate(facts: Facts) -> Relations:
    """Work out once what weigh, assess and the questions would otherwise each work out again."""
    return Relations(facts, import_graph(facts))


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
