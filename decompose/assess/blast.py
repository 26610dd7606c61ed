"""Stage 5: Relations + Partition -> BlastRadius. What changes reached so far, who made them, and what hides in them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..model.blast import COLLISION_DAYS, BlastRadius, Collision, Coupled, Hotspot, Knowledge, Radius, Spread
from ..model.changes import Changes, CoChange, Pair
from ..model.collisions import Meeting, meetings
from ..model.containment import containment, difference, groups_in, packages, proposed
from ..model.counts import count
from ..model.facts import Facts
from ..model.judgements import Partition
from ..model.names import Boundary, Module, Table
from ..model.owners import owners_of
from ..model.relations import Relations

__all__ = ["BlastOptions", "blast_radius", "hotspots", "rests_on"]


@dataclass(frozen=True, slots=True)
class BlastOptions:
    """`days` within which two people's changes of one module collide; how many `proofs` and `rows` are listed."""

    days: int = COLLISION_DAYS
    proofs: int = 5
    rows: int = 30


DEFAULT = BlastOptions()


def blast_radius(
    relations: Relations, partition: Partition, between: CoChange, options: BlastOptions = DEFAULT
) -> BlastRadius:
    """`between` is the co-change of the boundaries, in the order of `partition.boundaries`."""
    facts, changes = relations.facts, relations.changes
    ours = proposed(facts, partition)
    layout = packages(facts, groups_in(ours))
    hidden = tuple(_hidden(relations, partition, options))
    collisions = tuple(_collisions(facts, changes.largest, options))[: options.rows]
    names = [fact.boundary for fact in partition.boundaries]
    return BlastRadius(
        changes=len(changes),
        largest=changes.largest,
        left_out=changes.left_out,
        kinds=changes.kinds,
        today=containment("packages of today", changes, layout),
        proposed=containment("proposed boundaries", changes, ours),
        gain=difference(changes, ours, layout),
        radii=tuple(_radii(relations, partition)),
        hotspots=hotspots(facts, changes, options),
        hidden=hidden,
        boundaries=_beyond(between, names.__getitem__, facts, options),
        tables=_beyond(relations.table_cochange, lambda t: facts.tables[t].table, facts, options),
        collisions=collisions,
        knowledge=tuple(_knowledge(facts, changes, partition)),
        silence=tuple(_silence(relations, hidden, collisions, options)),
    )


def rests_on(facts: Facts, partition: Partition) -> tuple[object, ...]:
    """All that `blast_radius` depends on beside what changed together, but for the hotspots: no line of code."""
    imports = sorted({(one.importer, one.imported, one.kind) for one in facts.imports})
    wires = sorted({(one.source, one.target) for one in facts.wires if one.binds})
    held = [(one.boundary, one.modules) for one in partition.boundaries]
    return imports, wires, facts.owners, held, partition.kernel_modules, partition.roots


def hotspots(facts: Facts, changes: Changes, options: BlastOptions = DEFAULT) -> tuple[Hotspot, ...]:
    """The modules that change often and are long, by the product of both."""
    products = [changes.count(item) * fact.lines for item, fact in enumerate(facts.modules)]
    total = sum(products) or 1
    ranked = sorted((item for item in range(len(products)) if products[item]), key=lambda item: (-products[item], item))
    return tuple(
        Hotspot(
            facts.modules[item].module, changes.count(item), facts.modules[item].lines, round(products[item] / total, 4)
        )
        for item in ranked[: options.rows]
    )


# ---- how far changes reach


_Reach = list[tuple[int, int, int, int]]
"""Of each change of one subject how many modules, boundaries, tables and people it reached."""


def _radii(relations: Relations, partition: Partition) -> Iterator[Radius]:
    facts = relations.facts
    home = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    tables = _tables(facts)
    owners = _owners(facts, relations.changes)
    reached: dict[Module | Boundary | Table, _Reach] = defaultdict(list)
    # by module: itself, its boundary, its tables; each as what is known of all changes that reach it
    modules = [reached[fact.module] for fact in facts.modules]
    parts = [reached[home[fact.module]] if fact.module in home else None for fact in facts.modules]
    held = [[reached[table] for table in tables.get(fact.module, ())] for fact in facts.modules]
    for touched in relations.changes:
        boundaries = {id(part): part for item in touched if (part := parts[item]) is not None}
        used = {id(table): table for item in touched for table in held[item]}
        people = {owner for item in touched for owner in owners[item]}
        sizes = len(touched), len(boundaries), len(used), len(people)
        for item in touched:
            modules[item].append(sizes)
        for subject in (*boundaries.values(), *used.values()):
            subject.append(sizes)
    for named, reach in sorted(reached.items(), key=lambda item: (type(item[0]).__name__, item[0].name)):
        if reach:
            spreads = map(_spread, zip(*reach, strict=True))
            yield Radius(type(named).__name__.lower(), named, len(reach), *spreads)


def _spread(values: Sequence[int]) -> Spread:
    ordered = sorted(values)
    half = len(ordered) // 2
    median = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return Spread(round(sum(ordered) / len(ordered), 4), median, ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)])


def _tables(facts: Facts) -> dict[Module, frozenset[Table]]:
    """For each module the tables that it declares or uses."""
    found: dict[Module, set[Table]] = defaultdict(set)
    for fact in facts.tables:
        if fact.module:
            found[fact.module].add(fact.table)
    for access in facts.accesses:
        found[access.module].add(access.table)
    return {module: frozenset(tables) for module, tables in found.items()}


def _owners(facts: Facts, changes: Changes) -> Sequence[tuple[str, ...]]:
    """For each module its code owners; where it has none, the person who changed it most."""
    authors, pool = facts.history.commits.codes("author")
    people = pool or ()
    codes = {person: code for code, person in enumerate(people)}
    found = []
    for item, fact in enumerate(facts.modules):
        named = owners_of(fact.path, facts.owners)
        if not named and changes.count(item):
            counted = Counter(authors[changes.commits[change]] for change in changes.of(item))
            named = (min((people[code] for code in counted), key=lambda one: (-counted[codes[one]], one)),)
        found.append(named)
    return found


# ---- what changes together


def _hidden(relations: Relations, partition: Partition, options: BlastOptions) -> Iterator[Coupled]:
    """Modules that change together beyond chance with no import path, no common table and no wiring between them.

    Those that the proposal would part come first, and of them those that change together most.
    """
    facts, tables = relations.facts, _tables(relations.facts)
    home = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    homes = [home.get(fact.module) for fact in facts.modules]
    pairs = relations.cochange.beyond_chance()
    wired = {frozenset((wire.source, wire.target)) for wire in facts.wires if wire.binds}
    for pair in sorted(pairs, key=lambda pair: (homes[pair.a] == homes[pair.b], -pair.weight, pair.a, pair.b)):
        a, b = facts.modules[pair.a].module, facts.modules[pair.b].module
        if tables.get(a, frozenset()) & tables.get(b, frozenset()) or frozenset((a, b)) in wired:
            continue
        if not _import_path(relations, a, b):
            yield _coupled(relations.cochange, pair, (a, b), facts, options)


def _import_path(relations: Relations, a: Module, b: Module) -> bool:
    find = relations.imports.find_shortest_chain
    return bool(find(a.name, b.name) or find(b.name, a.name))


def _beyond(
    found: CoChange, name: Callable[[int], Module | Boundary | Table], facts: Facts, options: BlastOptions
) -> tuple[Coupled, ...]:
    """The pairs beyond chance, those that change together most first."""
    pairs = sorted(found.beyond_chance(), key=lambda pair: (-pair.weight, pair.a, pair.b))
    return tuple(_coupled(found, pair, (name(pair.a), name(pair.b)), facts, options) for pair in pairs[: options.rows])


def _coupled(
    found: CoChange,
    pair: Pair,
    names: tuple[Module | Boundary | Table, Module | Boundary | Table],
    facts: Facts,
    options: BlastOptions,
) -> Coupled:
    common = sorted(set(found.changes.of(pair.a)).intersection(found.changes.of(pair.b)))
    proofs = tuple(facts.history.commits[found.changes.commits[change]].sha for change in common[: options.proofs])
    return Coupled(
        a=names[0],
        b=names[1],
        support=pair.support,
        weight=round(pair.weight, 4),
        expected=round(pair.expected, 4),
        p=pair.p,
        lift=round(found.lift(pair), 4),
        confidence=found.confidence(pair),
        commits=proofs,
    )


# ---- people


def _collisions(facts: Facts, largest: int, options: BlastOptions) -> Iterable[Collision]:
    """Modules that two people changed within some days of each other, twice or more often."""
    met: dict[Module, list[Meeting]] = defaultdict(list)
    for one in meetings(facts, largest, options.days):
        met[one.module].append(one)
    often = sorted(((module, found) for module, found in met.items() if len(found) > 1), key=_most)
    for module, found in often:
        people = tuple(sorted({person for one in found for person in (one.newer, one.older)}))
        proofs = tuple(one.sha for one in found[: options.proofs])
        yield Collision(module, people, len(found), options.days, proofs)


def _most(item: tuple[Module, list[Meeting]]) -> tuple[int, Module]:
    return -len(item[1]), item[0]


def _knowledge(facts: Facts, changes: Changes, partition: Partition) -> Iterator[Knowledge]:
    number = {fact.module: i for i, fact in enumerate(facts.modules)}
    for fact in sorted(partition.boundaries, key=lambda fact: fact.boundary):
        items = [number[module] for module in fact.modules if module in number]
        weights: dict[str, float] = defaultdict(float)
        for change in sorted({change for item in items for change in changes.of(item)}):
            commit = facts.history.commits[changes.commits[change]]
            for person in (commit.author, *commit.coauthors):
                weights[person] += changes.weights[change]
        total = sum(weights.values())
        shares = tuple((person, round(weights[person] / total, 4)) for person in sorted(weights, key=_heavier(weights)))
        named = {owner for item in items for owner in owners_of(facts.modules[item].path, facts.owners)}
        owners = tuple(sorted(named))
        yield Knowledge(fact.boundary, shares[:5], len(shares), owners, _verdict(shares, owners))


def _heavier(weights: dict[str, float]) -> Callable[[str], tuple[float, str]]:
    return lambda person: (-weights[person], person)


def _verdict(shares: Sequence[tuple[str, float]], owners: Sequence[str]) -> str:
    most = shares[0][1] if shares else 0.0
    if most >= 2 / 3:
        return "one person"
    return "nobody" if most < 1 / 6 and not owners else "shared"


# ---- why nothing was found


def _silence(
    relations: Relations, hidden: Sequence[Coupled], collisions: Sequence[Collision], options: BlastOptions
) -> Iterator[str]:
    found, facts = relations.cochange, relations.facts
    counted = len(relations.changes)
    several = sum(1 for touched in relations.changes if len(touched) > 1)
    if counted < 50:
        few = count(counted, "commit changes", "commits change")
        yield f"{few} source modules: too few to conclude anything from them"
    if not hidden:
        beyond = len(found.beyond_chance())
        yield (
            f"no hidden coupling: {count(several, 'change touches', 'changes touch')} several modules, "
            f"{count(len(found.pairs), 'pair')} changed together {found.least} times or more, "
            f"{beyond} of them beyond chance, and between the modules of each of these "
            "there is an import path, a common table or wiring"
        )
    if not collisions:
        people = len(set(facts.history.commits.codes("author")[0]))
        yield (
            f"no collisions: {people} people, and no module that two of them changed more than once within "
            f"{options.days} days of each other"
        )
