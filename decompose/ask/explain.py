"""Question: a module, a table, or two of them, a boundary or a seam -> the evidence that put them where they are."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from ..errors import InputError
from ..model.facts import Facts, ModuleKind, Via
from ..model.judgements import Assessment, BoundaryFact, CouplingGraph, Partition, Tie
from ..model.relations import Relations

__all__ = ["Explanation", "explain", "set_aside", "why"]

KINDS = ("imports", "tables", "history", "names", "wiring")


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer: one sentence, and under each heading all the facts that it rests on, a line each, strongest first."""

    answer: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]


def explain(name: str, graph: CouplingGraph, partition: Partition, cost: Assessment) -> Explanation:
    """Why the module or table stands where it does, what the seam (by its id) is, or what a boundary holds.

    Raises InputError where there is none of that name.
    """
    seam = next((seam for seam in cost.seams if seam.id == name), None)
    if seam:
        sentence = f"{seam.kind} from {seam.from_module} ({seam.from_boundary}) to {seam.to} ({seam.to_boundary})"
        places = tuple(f"{at.file}:{at.line} {at.function}".rstrip() for at in seam.evidence)
        return Explanation(sentence, (("names", seam.names), ("where", places)))
    boundary = next((fact for fact in partition.boundaries if fact.boundary.name == name), None)
    if boundary and name not in _names(graph):
        return _held(boundary, partition, cost)
    node, homes = _node(name, graph), _homes(graph, partition)
    pull: dict[str, float] = defaultdict(float)
    near: list[tuple[float, int, Tie]] = []
    for tie in graph.ties:
        if node in (tie.a, tie.b):
            other = tie.b if tie.a == node else tie.a
            near.append((-tie.weight, other, tie))
            pull[homes.get(other, "no boundary")] += tie.weight
    home, total = homes[node], sum(pull.values())
    near.sort(key=lambda row: row[:2])
    shares = sorted(((-weight, place) for place, weight in pull.items()))
    return Explanation(
        _sentence(name, home, partition, pull, total),
        (
            ("where its ties go", tuple(f"{-weight / total:.0%} {place}" for weight, place in shares)),
            ("strongest ties inside", _told(graph, [row for row in near if homes.get(row[1]) == home])),
            ("strongest ties outside", _told(graph, [row for row in near if homes.get(row[1]) != home])),
            ("seams it takes part in", tuple(_seams(name, cost))),
        ),
    )


def _held(fact: BoundaryFact, partition: Partition, cost: Assessment) -> Explanation:
    """What a boundary holds, how sure that is, and what it has to do with others."""
    sure = {placed.module: placed for placed in partition.placements}
    out = Counter(seam.to_boundary.name for seam in cost.seams if seam.from_boundary == fact.boundary)
    back = Counter(seam.from_boundary.name for seam in cost.seams if seam.to_boundary == fact.boundary)
    placed = [(module, sure.get(module)) for module in fact.modules]
    return Explanation(
        f"{fact.boundary} is a boundary: {fact.why}",
        (
            ("modules", tuple(f"{m}" + (f" ({one.confidence:.0%} of the runs)" if one else "") for m, one in placed)),
            ("tables", tuple(table.name for table in fact.tables)),
            ("seams to others", tuple(f"{n} to {other}" for other, n in _most(out))),
            ("seams of others", tuple(f"{n} of {other}" for other, n in _most(back))),
        ),
    )


def _most(found: Counter[str]) -> list[tuple[str, int]]:
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def why(one: str, other: str, relations: Relations, graph: CouplingGraph, partition: Partition) -> Explanation:
    """What binds two modules or tables: their tie by kind of evidence, import chains, commits and tables in common."""
    facts = relations.facts
    a, b = _node(one, graph), _node(other, graph)
    if a == b:
        raise InputError(f"{one} is the same as {other}; give two names")
    homes = _homes(graph, partition)
    tie = next((tie for tie in graph.ties if {tie.a, tie.b} == {a, b}), None)
    weights = tuple(f"{kind} {getattr(tie, kind):.2f}" for kind in KINDS if tie and getattr(tie, kind))
    places = f"{one} is in {homes[a]}, {other} in {homes[b]}"
    answer = f"{places}; a tie of {tie.weight:.2f}" if tie else f"{places}; nothing ties them directly"
    return Explanation(
        answer,
        (
            ("evidence", weights),
            (f"imports of {one}", tuple(_chain(one, other, relations))),
            (f"imports of {other}", tuple(_chain(other, one, relations))),
            ("accesses", tuple(_accesses(one, other, facts))),
            ("tables in common", tuple(_tables(one, other, facts))),
            ("commits in common", tuple(_commits(one, other, facts))),
        ),
    )


def set_aside(name: str, facts: Facts, partition: Partition) -> Explanation | None:
    """Of a test, a migration or another module that is no source: what it imports, and where that stands."""
    fact = next((fact for fact in facts.modules if fact.module.name == name), None)
    if fact is None or fact.kind is ModuleKind.SOURCE:
        return None
    homes = {module: fact.boundary.name for fact in partition.boundaries for module in fact.modules}
    used = sorted({one.imported for one in facts.imports if one.importer.name == name})
    kind = fact.kind.value
    return Explanation(
        f"{name} is a module of the kind {kind}: it is in no boundary, and goes with what it imports",
        (("what it imports", tuple(f"{module} ({homes.get(module, 'no boundary')})" for module in used)),),
    )


def _names(graph: CouplingGraph) -> list[str]:
    return [*(module.name for module in graph.modules), *(table.name for table in graph.tables)]


def _node(name: str, graph: CouplingGraph) -> int:
    names = _names(graph)
    if name in names:
        return names.index(name)
    close = [known for known in names if known.endswith(f".{name}") or name in known] or get_close_matches(name, names)
    hint = f"; did you mean {', '.join(close[:3])}?" if close else ""
    raise InputError(f"{name} is no module, table, boundary or seam of this program{hint}")


def _homes(graph: CouplingGraph, partition: Partition) -> Mapping[int, str]:
    places: dict[object, str] = {}
    for fact in partition.boundaries:
        places |= dict.fromkeys((*fact.modules, *fact.tables), fact.boundary.name)
    places |= dict.fromkeys((*partition.kernel_modules, *partition.kernel_tables), "the shared kernel")
    places |= dict.fromkeys(partition.roots, "the composition roots")
    return {i: places.get(node, "no boundary") for i, node in enumerate((*graph.modules, *graph.tables))}


def _sentence(name: str, home: str, partition: Partition, pull: Mapping[str, float], total: float) -> str:
    placed = next((placed for placed in partition.placements if placed.module.name == name), None)
    if not total:
        return f"{name} is in {home}; it has no ties" + ("" if placed else ", for it was set aside before clustering")
    sure = f", in {placed.confidence:.0%} of the runs" if placed else ""
    else_ = f"; it would go to {placed.next_best} next" if placed and placed.next_best else ""
    return f"{name} is in {home}{sure}: {pull.get(home, 0.0) / total:.0%} of its ties stay inside{else_}"


def _told(graph: CouplingGraph, near: list[tuple[float, int, Tie]]) -> tuple[str, ...]:
    names = _names(graph)
    return tuple(f"{tie.weight:.2f} {names[other]} ({_kinds(tie)}){_at(tie)}" for _, other, tie in near)


def _kinds(tie: Tie) -> str:
    return ", ".join(f"{kind} {getattr(tie, kind):.2f}" for kind in KINDS if getattr(tie, kind) >= 0.005)


def _at(tie: Tie) -> str:
    return f" {tie.file}:{tie.line}" if tie.file else ""


def _seams(name: str, cost: Assessment) -> Iterator[str]:
    touching = [seam for seam in cost.seams if name in (seam.from_module.name, seam.to.name)]
    for kind, n in sorted(Counter(seam.kind for seam in touching).items()):
        yield f"{n} {kind}, such as {next(seam.id for seam in touching if seam.kind == kind)}"


def _chain(one: str, other: str, relations: Relations) -> Iterator[str]:
    """The shortest chain of imports, each with its line; nothing for tables and where there is none."""
    modules = {fact.module.name for fact in relations.facts.modules}
    chain = relations.imports.find_shortest_chain(one, other) if {one, other} <= modules else None
    lines = {
        (fact.importer.name, fact.imported.name): (fact.file, fact.line) for fact in reversed(relations.facts.imports)
    }
    for importer, imported in zip(chain or (), (chain or ())[1:], strict=False):
        file, line = lines.get((importer, imported), ("", 0))
        yield f"{importer} imports {imported} ({file}:{line})"


_HOW = {
    Via.CASCADE: ", as a deletion takes it along",
    Via.SHARED: ", by a line of a base that many tables share",
}


def _accesses(one: str, other: str, facts: Facts) -> Iterator[str]:
    for access in sorted((*facts.accesses, *facts.shared), key=lambda access: (access.file, access.line)):
        if {access.module.name, access.table.name} == {one, other}:
            how = _HOW.get(access.via, "")
            yield f"{access.module} {access.op}s {access.table}{how} ({access.file}:{access.line})"


def _tables(one: str, other: str, facts: Facts) -> Iterator[str]:
    touched: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for access in facts.accesses:
        touched[access.module.name][access.table.name].add(f"{access.op}s")
    for table in sorted(touched[one].keys() & touched[other].keys()):
        mine, theirs = (" and ".join(sorted(touched[name][table])) for name in (one, other))
        yield f"{table}: {one} {mine}, {other} {theirs}"


def _commits(one: str, other: str, facts: Facts) -> Iterator[str]:
    paths = {fact.module.name: fact.path for fact in facts.modules}
    known = {path: i for i, path in enumerate(facts.history.paths)}
    wanted = {known.get(paths.get(name, "")) for name in (one, other)} - {None}
    changed: dict[int, set[int]] = defaultdict(set)
    for touch in facts.history.touches:
        if touch.path in wanted:
            changed[touch.commit].add(touch.path)
    shared = [commit for commit, files in sorted(changed.items()) if len(files) == 2]
    if shared:
        yield f"{len(shared)} of {len(changed)} that change either"
    for commit in shared:
        fact = facts.history.commits[commit]
        yield f"{fact.sha[:10]} {fact.subject}"
