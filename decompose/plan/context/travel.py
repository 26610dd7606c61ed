"""What could leave for a library without its module, or with all that it imports: Facts -> lines to carry."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from ...model.facts import Definition, Facts, Use, UseKind
from ...model.names import Module
from ...model.spread import spread
from .signatures import functions, parameters, takes_rows, words

__all__ = ["ACTS", "Baggage", "Named", "Packed", "baggage", "carried", "sizes", "top"]

TOO_HEAVY = 2_000
"""Lines beyond which nobody would carry a module and all that it imports into a library."""

HELPER = 50
"""Lines, with all that it uses, up to which a function that stands beside tables is a helper that may be carried."""

Named = tuple[Module, str]
"""A top-level function, class or constant."""


@dataclass(frozen=True, slots=True)
class Baggage:
    """A module and every module of a boundary that it imports, however far."""

    modules: tuple[Module, ...]
    lines: int


def baggage(
    facts: Facts, imports: Mapping[Module, set[Module]], lines: Mapping[Module, int], wanted: set[Module]
) -> dict[Module, Baggage]:
    """Of the modules `wanted` those that come to no table and are not too heavy, with what each brings along."""
    rooted = {access.module for access in facts.accesses} | {fact.module for fact in facts.tables if fact.module}
    found = ((module, _pack(module, imports, lines, rooted)) for module in sorted(wanted))
    return {module: bag for module, bag in found if bag}


def _pack(
    module: Module, imports: Mapping[Module, set[Module]], lines: Mapping[Module, int], rooted: set[Module]
) -> Baggage | None:
    packed: set[Module] = set()
    waiting, weight = [module], 0
    while waiting:
        one = waiting.pop()
        if one in packed:
            continue
        weight += lines.get(one, 0)
        if one in rooted or weight > TOO_HEAVY:
            return None
        packed.add(one)
        waiting.extend(imports.get(one, ()))
    return Baggage(tuple(sorted(packed)), weight)


Packed = dict[Named, frozenset[Named]]
"""Functions and classes, each with all that it uses."""


def carried(facts: Facts, wanted: Iterable[tuple[object, str]], rooted: Set[Named]) -> tuple[Packed, Packed]:
    """Of the functions and classes `wanted` those that leave without their modules, each with all that it uses; and
    the helpers that would, but that they are handed rows: `display_name(user)` leaves where the rows are, too.
    """
    models = {(fact.module, fact.model) for fact in facts.tables if fact.module}
    owners = {module for module, _ in models} | {access.module for access in facts.accesses}
    needs: defaultdict[Named, set[Named]] = defaultdict(set)
    defined = {(d.module, d.name) for d in facts.definitions if d.kind == "function"}
    classes = {(d.module, d.name) for d in facts.definitions if d.kind == "class"} - models
    for use in facts.uses:
        if use.kind is not UseKind.ANNOTATION and not _is_value(use, defined, classes):
            needs[use.module, top(use.function)].add((use.used, top(use.name)))
    for call in facts.calls:
        needs[call.module, top(call.function)].add((call.called, top(call.callee)))
    for own in facts.own_uses:
        needs[own.module, top(own.function)].add((own.module, own.name))
    lines = sizes(facts)
    # ContributionAreas.get_groups(): a class that comes to no table leaves with all its methods
    named = [(module, name) for module, name in wanted if isinstance(module, Module)]
    leaving = {one: (one[0], top(one[1])) if one in defined else one for one in named}
    chosen = set(leaving.values())
    mine = [d for d in facts.definitions if (d.module, d.name) in chosen]
    # a function beside tables is the domain's own, also where it asks none itself, but for a small helper
    helpers, of_rows = _helpers(facts, mine)
    held = {(d.module, d.name) for d in mine if _is_handed_what_runs(d.signature)}
    able = {(d.module, d.name) for d in mine if d.kind == "class" or d.module not in owners}
    able |= helpers | held
    users: defaultdict[Named, list[Named]] = defaultdict(list)
    for one, needed in needs.items():
        for other in needed:
            users[other].append(one)
    bound = spread(rooted | models, users)
    found, with_rows = Packed(), Packed()
    for one, whole in sorted(leaving.items()):
        alone = whole in able
        most = TOO_HEAVY if alone and (whole not in helpers - held or whole[0] not in owners) else HELPER
        packed = _packed(whole, needs, lines, most) if whole in (able | of_rows) - bound else None
        if packed is not None:
            (found if alone else with_rows)[one] = packed
    return found, with_rows


def _is_value(use: Use, functions: Set[Named], classes: Set[Named]) -> bool:
    """Orders.Index.name: of a class that is no table's, what it holds, which goes along as a constant."""
    named = use.kind in (UseKind.REFERENCE, UseKind.CONSTANT) and "." in use.name
    return named and (use.used, use.name) not in functions and (use.used, top(use.name)) in classes


def _packed(
    one: Named, needs: Mapping[Named, Set[Named]], lines: Mapping[Named, int], most: int
) -> frozenset[Named] | None:
    """What is defined of all that `one` needs, however far; None where that has more than `most` lines."""
    packed, waiting, weight = set[Named](), [one], 0
    while waiting:
        last = waiting.pop()
        if last in packed:
            continue
        packed.add(last)
        weight += lines.get(last, 0)
        if weight > most:
            return None
        waiting.extend(needs.get(last, ()))
    return frozenset(packed & lines.keys())


ACTS = re.compile(
    r"_*(acquire|broadcast|call|cancel|capture|charge|delete|dispatch|emit|enqueue|fetch|lock|notify|pay|post|publish|push"
    r"|refresh|refund|register|release|request|save|send|sync|trigger|upload)(_|$)"
)
"""What acts by its name, on a payment gateway or a lock, is no helper, though it comes to no table."""


_OPEN = re.compile(r"(\w+_)?(file|fileobj|file_obj|fp|session|stream)(:|$)")


def _is_handed_what_runs(signature: str) -> bool:
    """An open file, a session or a function is no part of a message: what is handed one works in its caller's process,
    however long.
    """
    return any(map(_OPEN.match, parameters(signature, ()))) or bool(functions(signature))


def _helpers(facts: Facts, among: Iterable[Definition]) -> tuple[set[Named], set[Named]]:
    """The functions that do nothing by their names: those that are handed no rows, and those that are."""
    models, values = frozenset(fact.model.lower() for fact in facts.tables if fact.model), words(facts)
    found: tuple[set[Named], set[Named]] = set(), set()
    for one in among:
        if one.kind == "function" and "." not in one.name and not ACTS.match(one.name):
            found[takes_rows(one.signature, models, values)].add((one.module, one.name))
    return found


def sizes(facts: Facts, wanted: Set[Named] | None = None) -> dict[Named, int]:
    """The lines of each definition, or of those `wanted`."""
    named = {(d.module, d.name): d.end_line - d.line + 1 for d in facts.definitions}
    return named if wanted is None else {one: named[one] for one in wanted}


def top(name: str) -> str:
    """ "Order.save" -> "Order"."""
    return name.partition(".")[0]
