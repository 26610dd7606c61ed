"""Coupling graphs and facts drawn as text."""

import grimp

from decompose.model.columns import columns
from decompose.model.facts import Facts, Import, ImportKind, ModuleFact, ModuleKind, Project
from decompose.model.judgements import CouplingGraph, Tie
from decompose.model.names import Module
from decompose.model.relations import Relations

__all__ = ["graph", "importing"]


def graph(text: str) -> CouplingGraph:
    """`graph("a-b:3 b-c:1 d")`: modules and the weights of their ties; `d` has none."""
    ends = [token.partition(":") for token in text.split()]
    names = sorted({name for pair, _, _ in ends for name in pair.split("-")})
    index = {name: i for i, name in enumerate(names)}
    ties = []
    for pair, _, weight in ends:
        if "-" in pair:
            a, b = sorted(index[name] for name in pair.split("-"))
            ties.append(Tie(a, b, float(weight or 1), imports=float(weight or 1)))
    return CouplingGraph(
        tuple(Module(name) for name in names), ties=columns(Tie, sorted(ties, key=lambda t: (t.a, t.b)))
    )


def importing(text: str) -> Relations:
    """`importing("shop.a>shop.b:x,y shop.c")`: modules, and which names of which other they import."""
    ends = [token.partition(">") for token in text.split()]
    imports = []
    names = set()
    for importer, _, target in ends:
        imported, _, taken = target.partition(":")
        names |= {importer, imported} - {""}
        if imported:
            used = tuple(sorted(filter(None, taken.split(","))))
            path = importer.replace(".", "/") + ".py"
            imports.append(Import(Module(importer), Module(imported), ImportKind.RUNTIME, used, path, 1))
    modules = (
        ModuleFact(Module(name), name.replace(".", "/") + ".py", ModuleKind.SOURCE, 10) for name in sorted(names)
    )
    facts = Facts(Project("drawn"), modules=tuple(modules), imports=columns(Import, imports))
    return Relations(facts, grimp.ImportGraph())
