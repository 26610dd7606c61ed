"""Question: what does the change at hand probably touch too, and what is missing from it? Relations -> Blast."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import sqrt

from ..model.blast import Affected, Blast
from ..model.facts import Facts
from ..model.judgements import Partition
from ..model.names import Module, Table
from ..model.owners import owners_of
from ..model.relations import Relations
from .learn import fit
from .likely import Likely, Model, likely

__all__ = ["blast"]

_LISTED = 20  # modules
_WORTH_SAYING = 0.05  # a probability below is not listed
_TOO_FEW = 30  # changes
_MOST_FILES = 60  # of a commit that says what belongs together
_PROOFS = 3


def blast(relations: Relations, partition: Partition, subject: str, files: Sequence[str], seed: int = 0) -> Blast:
    """Rank what the change of `files` (paths in the repository) is likely to reach, by what was known before it."""
    facts = relations.facts
    number = {fact.path: i for i, fact in enumerate(facts.modules)}
    changed = [number[path] for path in files if path in number]
    model = fit(relations, seed=seed)
    seeds = [item for item in changed if model.is_source(item)]
    ranked = likely(model, seeds)
    found = [one for one in ranked[:_LISTED] if one.probability >= _WORTH_SAYING]
    modules = tuple(_affected(relations, one) for one in found)
    sure = {facts.modules[item].module: 1.0 for item in seeds}
    chances = {facts.modules[one.module].module: one.probability for one in found} | sure
    remote = {facts.modules[one.module].module: one.probability for one in ranked} | sure
    return Blast(
        subject=subject,
        changed=tuple(facts.modules[item].module for item in changed),
        unknown=tuple(path for path in files if path not in number and path.endswith(".py")),
        modules=modules,
        tables=tuple(_tables(facts, remote)),
        boundaries=tuple(_boundaries(partition, chances)),
        people=tuple(_people(relations, changed, chances)),
        missing=tuple(_missing(facts, files)),
        notes=tuple(_notes(relations, model, seeds)),
    )


def _affected(relations: Relations, found: Likely) -> Affected:
    modules = relations.facts.modules
    module, seed = modules[found.module].module, modules[found.seed].module
    common = sorted(set(relations.changes.of(found.module)).intersection(relations.changes.of(found.seed)))
    commits = relations.facts.history.commits
    proofs = tuple(commits[relations.changes.commits[change]].sha for change in common[:_PROOFS])
    return Affected(
        module.name, found.probability, tuple(_reasons(relations, found, module, seed, len(common))), proofs
    )


def _reasons(relations: Relations, found: Likely, module: Module, seed: Module, together: int) -> Iterator[str]:
    """The evidence in words: what history says, then what the code says."""
    if together:
        yield f"changed in {together} of the {relations.changes.count(found.seed)} changes of {seed}"
    chain = relations.imports.find_shortest_chain(module.name, seed.name)
    if chain:
        yield f"imports {seed}" if len(chain) == 2 else f"imports it through {' → '.join(chain)}"
    if relations.imports.direct_import_exists(importer=seed.name, imported=module.name):
        yield f"is imported by {seed}"
    shared = sorted(table.name for table in _used(relations.facts, module) & _used(relations.facts, seed))
    if shared:
        yield f"shares {_listed(shared)} with {seed}"
    if not together and not chain and not shared:
        yield f"lies or is named like {seed}"


def _used(facts: Facts, module: Module) -> frozenset[Table]:
    declared = {fact.table for fact in facts.tables if fact.module == module}
    return frozenset(declared.union(access.table for access in facts.accesses if access.module == module))


def _listed(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _tables(facts: Facts, chances: Mapping[Module, float]) -> Iterator[Affected]:
    """A table is touched when the module that declares it is; who of the change uses it is said with it."""
    users: dict[Table, set[Module]] = defaultdict(set)
    for access in facts.accesses:
        if chances.get(access.module) == 1.0:
            users[access.table].add(access.module)
    found = []
    for fact in facts.tables:
        chance = chances.get(fact.module, 0.0) if fact.module else 0.0
        reasons = [f"declared in {fact.module}"] if chance >= _WORTH_SAYING else []
        reasons += (
            [f"used by {_listed(sorted(module.name for module in users[fact.table]))}"] if users[fact.table] else []
        )
        if reasons:
            found.append(Affected(fact.table.name, chance, tuple(reasons)))
    yield from sorted(found, key=lambda one: (-one.probability, one.name))


def _boundaries(partition: Partition, chances: Mapping[Module, float]) -> Iterator[Affected]:
    found = []
    for fact in partition.boundaries:
        inside = sorted(((chances[m], m.name) for m in fact.modules if m in chances), key=lambda one: (-one[0], one[1]))
        if inside:
            changed = [name for chance, name in inside if chance == 1.0]
            reason = f"changed: {_listed(changed)}" if changed else f"likely: {_listed([name for _, name in inside])}"
            found.append(Affected(fact.boundary.name, inside[0][0], (reason,)))
    yield from sorted(found, key=lambda one: (-one.probability, one.name))


def _people(relations: Relations, changed: Iterable[int], chances: Mapping[Module, float]) -> Iterator[Affected]:
    """Code owners of what is changed or likely, and those who made a fifth or more of the changes of the changed."""
    facts, changes = relations.facts, relations.changes
    best: dict[str, tuple[float, str]] = {}
    for fact in facts.modules:
        for owner in owners_of(fact.path, facts.owners) if fact.module in chances else ():
            if chances[fact.module] > best.get(owner, (0.0, ""))[0]:
                best[owner] = chances[fact.module], f"owns {fact.module}"
    for item in changed:
        weights: dict[str, float] = defaultdict(float)
        for change in changes.of(item):
            weights[facts.history.commits[changes.commits[change]].author] += changes.weights[change]
        total = sum(weights.values())
        for person, weight in sorted(weights.items()):
            if weight >= total / 5 and weight / total > best.get(person, (0.0, ""))[0]:
                best[person] = (
                    weight / total,
                    f"made {weight / total:.0%} of the changes of {facts.modules[item].module}",
                )
    for person, (chance, reason) in sorted(best.items(), key=lambda one: (-one[1][0], one[0])):
        yield Affected(person, chance, (reason,))


def _missing(facts: Facts, files: Sequence[str]) -> Iterator[Affected]:
    """Python files, tests and migrations too, that changed nearly always with one of `files` and are not among them.

    Listed where the share of the changes of that file is above a half with 95 % certainty (Wilson 1927, lower bound),
    and at least half as much again as what the file's share of all commits is.
    """
    history = facts.history
    standing = {fact.path for fact in facts.modules}
    wanted = {i for i, path in enumerate(history.paths) if path in set(files)}
    sets = _commits_of(facts, wanted)
    total = len(history.commits)
    all_times = Counter(history.touches.codes("path")[0])
    best: dict[str, Affected] = {}
    for path in sorted(wanted):
        mine = [commit for commit, touched in sets.items() if path in touched]
        together = Counter(other for commit in mine for other in sets[commit])
        for other, times in sorted(together.items()):
            name, share = history.paths[other], times / len(mine)
            if (
                name in files
                or name not in standing
                or _certain(times, len(mine)) < 0.5
                or share < 1.5 * all_times[other] / total
            ):
                continue
            if name not in best or share > best[name].probability:
                proofs = [history.commits[commit].sha for commit in mine if other in sets[commit]]
                reason = f"changed in {times} of the {len(mine)} commits of {history.paths[path]}"
                best[name] = Affected(name, share, (reason,), tuple(proofs[:_PROOFS]))
    yield from sorted(best.values(), key=lambda one: (-one.probability, one.name))


def _commits_of(facts: Facts, wanted: set[int]) -> dict[int, set[int]]:
    """The commits that touch one of the files `wanted`, and what each touches; sweeping ones apart."""
    commits, _ = facts.history.touches.codes("commit")
    paths, _ = facts.history.touches.codes("path")
    chosen = {commit for commit, path in zip(commits, paths, strict=True) if path in wanted}
    sets: dict[int, set[int]] = defaultdict(set)
    for commit, path in zip(commits, paths, strict=True):
        if commit in chosen:
            sets[commit].add(path)
    return {commit: touched for commit, touched in sets.items() if len(touched) <= _MOST_FILES}


def _certain(times: int, of: int, z: float = 1.96) -> float:
    share, spread = times / of, z * z / of
    return (share + spread / 2 - z * sqrt(share * (1 - share) / of + spread / (4 * of))) / (1 + spread)


def _notes(relations: Relations, model: Model, seeds: Sequence[int]) -> Iterator[str]:
    facts, counted = relations.facts, len(relations.changes)
    if counted < _TOO_FEW:
        yield f"{counted} commits change source modules: too few to learn from, so that only the code speaks"
    elif not model.fitted:
        yield "too few changes touch several modules to fit weights; those of other projects are used"
    for item in seeds:
        if not relations.changes.count(item):
            yield f"{facts.modules[item].module} was never changed by a commit that counts: its code alone speaks"
    names = sorted(facts.modules[item].module.name for item in seeds)
    closure = {up for name in names for up in relations.imports.find_upstream_modules(name)}
    reach = {down for name in names for down in relations.imports.find_downstream_modules(name)} - set(names)
    if names:
        yield (
            f"{len(reach)} modules import the changed ones, directly or through others; they import "
            f"{len(closure - set(names))}"
        )
    yield from facts.history.notes
