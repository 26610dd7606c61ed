"""Who owns each table, explained and challenged: Facts + Partition + Places -> Ownership."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set

from ..model.counts import count
from ..model.facts import Access, Evidence, Facts, ModuleKind, Op, Origin, TableFact, UseKind, Via
from ..model.judgements import Claim, Ownership, Partition, TableUse
from ..model.names import Boundary, Module, Table
from .calls import ONE_OF
from .meant import meant
from .places import Places
from .reach import Place
from .writers import heirs

__all__ = ["WEIGHTS", "ownership"]

# A line that writes says more about the owner than one that reads, and the declaration more than either.
WEIGHTS: Mapping[str, float] = {"declares": 5.0, "writes": 3.0, "reads": 1.0}

_BYSTANDERS = frozenset({ModuleKind.TEST, ModuleKind.MIGRATION})


def ownership(facts: Facts, partition: Partition, places: Places) -> tuple[Ownership, ...]:
    """One entry for each table that the packages declare, and each that a boundary owns and uses; sorted by table."""
    bystanders = {fact.module for fact in facts.modules if fact.kind in _BYSTANDERS}
    inside = [one for one in facts.accesses if one.module not in bystanders]
    accesses = _by_table(inside)
    below = _below(facts, accesses)
    aimed = _by_table(one for one in _of_few(meant(inside, facts.tables)) if not _inherited(one, below, places))
    asking = _asking(facts, places)
    kernel = frozenset(partition.kernel_tables)
    named = {(use.used, use.name.partition(".")[0]) for use in facts.uses if use.module not in bystanders}
    rows = {(fact.module, fact.model): fact.table for fact in facts.tables}
    naming, near = _naming(facts, places, bystanders), _near(accesses, places, below)
    migrations = {fact.path for fact in facts.modules if fact.kind is ModuleKind.MIGRATION}
    keyed = {key.to_table for key in facts.foreign_keys if accesses[key.table]}  # by rows of tables that are used
    return tuple(
        _judge(
            fact,
            accesses[fact.table],
            aimed[fact.table],
            frozenset()
            .union(*(asking[one.module, _first(one.function)] for one in accesses[fact.table]))
            .union(naming[fact.module, fact.model], near[fact.table]),
            fact.table in kernel,
            places,
            # its class is named, or it may be some class's that only a running program makes
            doubt=(fact.module, fact.model) in named
            or fact.table in keyed
            or bool(accesses.get(rows.get((fact.module, _whose(fact)), fact.table)))  # a form of its model may write it
            or (not fact.model and fact.file in migrations),
        )
        for fact in facts.tables
        if fact.origin is Origin.OWN or (fact.table in places.of and accesses[fact.table])
    )


def _whose(fact: TableFact) -> str:
    return _first(fact.model)  # Order.tags, a field between two tables: "Order"


def _first(name: str) -> str:
    return name.partition(".")[0]


def _asking(facts: Facts, places: Places) -> defaultdict[tuple[Module, str], frozenset[Boundary]]:
    """Who calls or names each function or class: it may ask for what that reads."""
    found: defaultdict[tuple[Module, str], frozenset[Boundary]] = defaultdict(frozenset)
    for use in facts.uses:
        if use.module in places.of and use.kind in (UseKind.CALL, UseKind.REFERENCE):
            found[use.used, _first(use.name)] |= {places.of[use.module]}
    return found


def _naming(
    facts: Facts, places: Places, bystanders: Set[Module]
) -> defaultdict[tuple[Module | None, str], frozenset[Boundary]]:
    """Whose modules name each class outside of the module that declares it: `model = Order` in a view."""
    found: defaultdict[tuple[Module | None, str], frozenset[Boundary]] = defaultdict(frozenset)
    for use in facts.uses:
        if use.module in places.of and use.module != use.used and use.module not in bystanders:
            found[use.used, _first(use.name)] |= {places.of[use.module]}
    return found


_Below = Mapping[Place, Set[Table]]
"""Class of which a line stands -> the tables of the classes that inherit from it, its own among them."""


def _below(facts: Facts, accesses: Mapping[Table, Iterable[Access]]) -> _Below:
    bases = {(fact.module, fact.model): fact.table for fact in facts.tables if fact.model}
    places = {_class(one) for table in accesses for one in accesses[table]}
    return {
        place: {bases[heir] for heir in heirs(facts.definitions, [place]) if heir in bases}
        for place in places & {(one.module, one.name) for one in facts.definitions if one.kind == "class"}
    }


def _class(access: Access) -> Place:
    return access.module, _first(access.function)


def _inherited(access: Access, below: _Below, places: Places) -> bool:
    # class Synced(models.Model): def save(self): super().save()      which the owner's class does, by its base
    away = places.of.get(access.module) != places.of.get(access.table)
    return away and access.op is Op.WRITE and access.table in below.get(_class(access), ())


def _near(
    accesses: Mapping[Table, Iterable[Access]], places: Places, below: _Below
) -> defaultdict[Table, frozenset[Boundary]]:
    """Who uses each table by a line that uses any of many, and whose rows' class does so by a base: self.save()"""
    found: defaultdict[Table, frozenset[Boundary]] = defaultdict(frozenset)
    for table in accesses:
        for one in accesses[table]:
            if one.via is not Via.CASCADE and one.module in places.of:
                inherited = table in below.get(_class(one), ())
                found[table] |= {places.of[table if inherited and table in places.of else one.module]}
    return found


def _of_few(accesses: Iterable[Access]) -> list[Access]:
    """Without lines that read whichever of many tables a caller hands over."""
    accesses = list(accesses)
    read: defaultdict[tuple[str, int], set[Table]] = defaultdict(set)
    for one in accesses:
        if one.op is Op.READ and one.via is Via.ORM:
            read[one.file, one.line].add(one.table)
    return [one for one in accesses if one.op is Op.WRITE or len(read[one.file, one.line]) < ONE_OF]


def _by_table(accesses: Iterable[Access]) -> defaultdict[Table, list[Access]]:
    found: defaultdict[Table, list[Access]] = defaultdict(list)
    for access in accesses:
        found[access.table].append(access)
    return found


def _judge(
    fact: TableFact,
    accesses: Sequence[Access],
    aimed: Sequence[Access],
    asking: frozenset[Boundary],
    shared: bool,
    places: Places,
    doubt: bool,
) -> Ownership:
    """`aimed` are those of `accesses` whose lines mean the table; who is `asking` names functions that come to it."""
    owner = places.of.get(fact.table)
    declared_in = places.of.get(fact.module) if fact.module else None
    uses = _uses(aimed, places)
    claims = _claims(uses, declared_in)
    # Order.tags: its field is what names it; by somebody else's function the owner uses it all the same
    named = "." not in fact.model and bool(aimed) and owner not in asking and declared_in is not None
    idle = not accesses and not doubt
    claim = Claim.SHARED if shared else Claim.UNUSED if idle else _claim(owner, uses, named)
    return Ownership(
        table=fact.table,
        owner=owner,
        claim=claim,
        declared_in=declared_in,
        uses=uses,
        confidence=round(claims[owner] / sum(claims.values()), 3) if owner in claims else 0.0,
        challenger=next((boundary for boundary in claims if boundary != owner), None),
        reasons=_reasons(owner, claim, declared_in, uses, only_along=bool(accesses) and not aimed),
        evidence=_evidence(fact, aimed, owner, places),
    )


def _uses(accesses: Sequence[Access], places: Places) -> tuple[TableUse, ...]:
    counts = Counter((places.of[access.module], access.op) for access in accesses if access.module in places.of)
    return tuple(
        TableUse(boundary, counts[boundary, Op.READ], counts[boundary, Op.WRITE])
        for boundary in sorted({boundary for boundary, _ in counts})
    )


def _claims(uses: Sequence[TableUse], declared_in: Boundary | None) -> dict[Boundary, float]:
    """Each boundary's claim, the strongest first."""
    claims = {use.boundary: WEIGHTS["writes"] * use.writes + WEIGHTS["reads"] * use.reads for use in uses}
    if declared_in:
        claims[declared_in] = claims.get(declared_in, 0.0) + WEIGHTS["declares"]
    return dict(sorted(claims.items(), key=lambda item: (-item[1], item[0])))


def _claim(owner: Boundary | None, uses: Sequence[TableUse], named: bool) -> Claim:
    if uses and owner and named and all(use.boundary != owner for use in uses):
        return Claim.OUTSIDE_ONLY
    if any(use.writes for use in uses if use.boundary != owner):
        return Claim.CONTESTED
    return Claim.CLEAR


def _reasons(
    owner: Boundary | None, claim: Claim, declared_in: Boundary | None, uses: Sequence[TableUse], only_along: bool
) -> tuple[str, ...]:
    reasons = [f"{declared_in} declares it" if declared_in else "no boundary declares it"]
    reasons += [f"{use.boundary} {_done(use)}" for use in uses if use.reads or use.writes]
    if only_along:
        reasons.append("rows of it go with the rows that they point to, and no line outside tests means them")
    if claim is Claim.UNUSED:
        reasons.append("no line outside tests and migrations uses it, or names its class")
    if claim is Claim.OUTSIDE_ONLY:
        reasons.append(f"{owner} itself never uses it")
    return tuple(reasons)


def _evidence(
    fact: TableFact, accesses: Sequence[Access], owner: Boundary | None, places: Places
) -> tuple[Evidence, ...]:
    """The declaration, then every line by which somebody other than the owner writes."""
    outside = {
        Evidence(access.file, access.line, access.function)
        for access in accesses
        if access.op is Op.WRITE and places.of.get(access.module, owner) != owner
    }
    declared = [Evidence(fact.file, fact.line)] if fact.file else []
    return (*declared, *sorted(outside))


def _done(use: TableUse) -> str:
    """ "writes it on 2 lines and reads it on 1 line"."""
    done = (("writes", use.writes), ("reads", use.reads))
    return " and ".join(f"{verb} it on {count(lines, 'line')}" for verb, lines in done if lines)
