"""Stage 7: Document -> PlantUML with the C4 model's macros: boundaries as containers, their tables as databases."""

from ..model.counts import count
from .diagrams import stems
from .document import Document
from .escape import plantuml
from .views import Crossing, crossings, cut, lines_by_boundary, strongest

__all__ = ["plantuml_c4"]

_NODES, _TABLES = 40, 8


def plantuml_c4(document: Document) -> str:
    """A container diagram; needs the C4 library that comes with PlantUML."""
    weights = lines_by_boundary(document)
    names = sorted(sorted(weights, key=lambda name: (-weights[name].lines, name))[:_NODES])
    ids = {name: "b_" + stem.replace("-", "_") for name, stem in stems(names).items()}
    tables = {row["name"]: row["tables"] for row in document["boundaries"]}
    inside = [one for one in crossings(document) if one.source in ids and one.target in ids]
    drawn = strongest(inside, 2 * len(names))
    lines = ["@startuml", "!include <C4/C4_Container>", "LAYOUT_LEFT_RIGHT()"]
    lines.append(f"System_Boundary(monolith, {plantuml(document['project']['name'])}) {{")
    for name in names:
        size = f"{count(weights[name].modules, 'module')}, {count(weights[name].lines, 'line')}"
        lines.append(f'  Container({ids[name]}, {plantuml(name)}, "Python", {plantuml(size)})')
        if tables[name]:
            held = ", ".join(cut(tables[name], _TABLES, "{} more"))
            lines.append(f'  ContainerDb({ids[name]}_data, {plantuml(f"{name}: tables")}, "SQL", {plantuml(held)})')
    lines.append("}")
    lines += [f'Rel({ids[name]}, {ids[name]}_data, "owns")' for name in names if tables[name]]
    lines += [f"Rel({ids[one.source]}, {ids[one.target]}, {plantuml(_counts(one))})" for one in drawn]
    hidden = len(inside) - len(drawn)
    lines += [f"' {count(hidden, 'weaker connection')} not drawn"] if hidden else []
    return "\n".join([*lines, "@enduml", ""])


def _counts(one: Crossing) -> str:
    """ "3 in code, 1 in data", of which none is nought."""
    return ", ".join(f"{number} in {where}" for number, where in ((one.code, "code"), (one.data, "data")) if number)
