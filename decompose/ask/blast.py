"""Question: what does the change at hand probably touch too, and what is missing from it? Relations -> Blast."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..model.blast import Affected, Blast
from ..model.counts import count, listed
from ..model.facts import Facts
from ..model.judgements import Partition
from ..model.names import Module, Table
from ..model.owners import owners_of
from ..model.relations import Relations
from .likely import WORTH_SAYING, Likely, Model, likely
from .missing import missing
from .tables import tables_within
from .touched import Lines, touched

__all__ = ["blast"]

_LISTED = 20  # modules
_TOO_FEW = 30  # changes
_LONGEST_CHAIN = 4  # modules, both ends counted: through more of them everything imports everything
_PROOFS = 3
_KNOWS = 3  # changes of a module, below which their authors do not yet know it
_ASKED = 5  # people who made most changes
_WORTH_ASKING = 0.1  # of the changes


def blast(
    relations: Relations,
    partition: Partition,
    model: Model,
    subject: str,
    files: Sequence[str],
    authors: Sequence[str] = (),
    lines: Lines | None = None,
) -> Blast:
    """Rank what the change of `files` (paths in the repository) is likely to reach, by what was known before it.

    `model` is that of `relations`, as `learn.fit` gives it. The change's own `authors` are not people to ask. With
    `lines` it uses only the tables that the definitions there use; without, those that its modules use.
    """
    facts = relations.facts
    number = {fact.path: i for i, fact in enumerate(facts.modules)}
    changed = [number[path] for path in files if path in number]
    seeds = [item for item in changed if model.is_source(item)]
    found = [one for one in likely(model, seeds, _LISTED) if one.probability >= WORTH_SAYING]
    sure = {facts.modules[item].module: 1.0 for item in seeds}
    chances = {facts.modules[one.module].module: one.probability for one in found} | sure
    tables, broad = tables_within(facts, partition, chances, touched(facts, sorted(sure), lines))
    return Blast(
        subject=subject,
        changed=tuple(facts.modules[item].module for item in changed),
        beside=tuple(facts.modules[item].module for item in changed if not model.is_source(item)),
        unknown=tuple(path for path in files if path not in number and path.endswith(".py")),
        modules=tuple(_affected(relations, one) for one in found),
        tables=tuple(tables),
        boundaries=tuple(_boundaries(partition, chances)),
        people=tuple(_people(relations, changed, chances, authors)),
        missing=missing(facts, files),
        importers=_importers(relations, sorted(sure)),
        notes=(*broad, *_notes(relations, model, seeds)),
        reading=() if facts.history.shallow else facts.history.notes,
    )


def _importers(relations: Relations, changed: Iterable[Module]) -> int:
    names = {module.name for module in changed}
    found = {down for name in sorted(names) for down in relations.imports.find_downstream_modules(name)}
    return len(found - names)


def _affected(relations: Relations, found: Likely) -> Affected:
    modules = relations.facts.modules
    module, seed = modules[found.module].module, modules[found.seed].module
    common = sorted(set(relations.changes.of(found.module)).intersection(relations.changes.of(found.seed)))
    commits = relations.facts.history.commits
    proofs = tuple(commits[relations.changes.commits[change]].sha for change in common[:_PROOFS])
    reasons = tuple(_reasons(relations, found, module, seed, len(common)))
    return Affected(module.name, found.probability, reasons, proofs)


def _reasons(relations: Relations, found: Likely, module: Module, seed: Module, together: int) -> Iterator[str]:
    """The evidence in words: what history says, then what the code says; the seed has its name once, then is "it"."""
    it = seed.name
    if together:
        yield f"changed in {together} of the {count(relations.changes.count(found.seed), 'change')} of {it}"
        it = "it"
    chain = relations.imports.find_shortest_chain(module.name, seed.name) or ()
    if 2 <= len(chain) <= _LONGEST_CHAIN:
        yield f"imports {it}" if len(chain) == 2 else f"imports {it} through {' → '.join(chain[1:-1])}"
        it = "it"
    if relations.imports.direct_import_exists(importer=seed.name, imported=module.name):
        yield f"is imported by {it}"
        it = "it"
    shared = sorted(table.name for table in _used(relations.facts, module) & _used(relations.facts, seed))
    if shared:
        yield f"shares {listed(shared, 1)} with {it}"
        it = "it"
    if it == seed.name:
        yield f"lies near {it} or is named like it"


def _used(facts: Facts, module: Module) -> frozenset[Table]:
    declared = {fact.table for fact in facts.tables if fact.module == module}
    return frozenset(declared.union(access.table for access in facts.accesses if access.module == module))


def _boundaries(partition: Partition, chances: Mapping[Module, float]) -> Iterator[Affected]:
    found = []
    for fact in partition.boundaries:
        inside = sorted(((chances[m], m.name) for m in fact.modules if m in chances), key=lambda one: (-one[0], one[1]))
        if inside:
            changed = [name for chance, name in inside if chance == 1.0]
            reason = f"changed: {listed(changed)}" if changed else f"likely: {listed([name for _, name in inside])}"
            found.append(Affected(fact.boundary.name, inside[0][0], (reason,)))
    yield from sorted(found, key=lambda one: (-one.probability, one.name))


def _people(
    relations: Relations, changed: Sequence[int], chances: Mapping[Module, float], authors: Sequence[str]
) -> Iterator[Affected]:
    """Code owners of what is changed or likely, and those who know most of it: the share of its changes by weight."""
    facts, changes = relations.facts, relations.changes
    best: dict[str, tuple[float, str]] = {}
    for fact in facts.modules:
        for owner in owners_of(fact.path, facts.owners) if fact.module in chances else ():
            if chances[fact.module] > best.get(owner, (0.0, ""))[0]:
                best[owner] = chances[fact.module], f"owns {fact.module}"
    known = [item for item in changed if changes.count(item) >= _KNOWS]
    weights: dict[str, float] = defaultdict(float)
    most: dict[str, Counter[int]] = defaultdict(Counter)
    for change in sorted({change for item in known for change in changes.of(item)}):
        commit = facts.history.commits[changes.commits[change]]
        for person in (commit.author, *commit.coauthors):
            weights[person] += changes.weights[change]
            most[person].update(set(changes[change]).intersection(known))
    total = sum(weights.values())
    for person in sorted(weights, key=lambda name: (-weights[name], name))[:_ASKED]:
        share = weights[person] / total
        if share >= _WORTH_ASKING and share > best.get(person, (0.0, ""))[0] and person not in authors:
            best[person] = share, _why_asked(facts, share, most[person], known)
    for person, (chance, reason) in sorted(best.items(), key=lambda one: (-one[1][0], one[0])):
        yield Affected(person, chance, (reason,))


def _why_asked(facts: Facts, share: float, times: Counter[int], known: Sequence[int]) -> str:
    first = min(times, key=lambda item: (-times[item], item))
    name = str(facts.modules[first].module)
    return f"made {share:.0%} of the changes of " + (
        name if len(known) == 1 else f"these {len(known)} modules, most of them of {name}"
    )


def _notes(relations: Relations, model: Model, seeds: Sequence[int]) -> Iterator[str]:
    facts, counted = relations.facts, len(relations.changes)
    if counted < _TOO_FEW:
        few = count(counted, "commit changes", "commits change")
        yield f"{few} source modules: too few to learn from, so that only the code speaks"
    elif not model.fitted:
        yield "too few changes touch several modules to fit weights; those of other projects are used"
    elif seeds:
        yield (
            "a module's percentage is how often one with evidence like its own changed too "
            f"in the last {model.fitted} changes of several modules here"
        )
    for item in seeds:
        if not relations.changes.count(item):
            yield f"{facts.modules[item].module} was never changed by a commit that counts: its code alone speaks"
    if facts.history.shallow:  # what is cut off weakens every figure
        yield from facts.history.notes
