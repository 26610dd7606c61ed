"""Stage 1, whole project: names in tests and migrations -> the keys that they go along from the other side."""

from collections import defaultdict

from ...model.facts import AskedBack
from ...model.names import Table
from ..infer import Machine
from ..program import ClassInfo
from .inventory import Inventory, inventory_of
from .mapping import Relation

__all__ = ["asked_back"]

_Keys = tuple[tuple[str, str], ...]


def asked_back(machine: Machine) -> tuple[AskedBack, ...]:
    """Where one of the classes that the file names has such a name, or one alone in the project; sorted."""
    scopes = [scope for scope in machine.program.scopes if scope.source.backward.asked]
    holders = _holders(inventory_of(machine)) if scopes else {}
    found = {
        AskedBack(scope.source.module, Table(table), column, name, scope.source.path, line)
        for scope in scopes
        for name, line in scope.source.backward.asked
        if name in holders
        for table, column in _meant(holders[name], frozenset(scope.source.backward.classes))
    }
    return tuple(sorted(found, key=lambda one: (one.file, one.line, one.table, one.column)))


def _meant(holders: dict[str, set[_Keys]], classes: frozenset[str]) -> _Keys:
    """The keys, unless the name may be that of something else, too."""
    named = [keys for one in holders.keys() & classes or holders for keys in holders[one]]
    return named[0] if len(named) == 1 else ()


def _holders(inventory: Inventory) -> dict[str, dict[str, set[_Keys]]]:
    """By names of columns and relations the classes that have one, with its keys where those are elsewhere."""
    found: defaultdict[str, defaultdict[str, set[_Keys]]] = defaultdict(lambda: defaultdict(set))
    between: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for key in inventory.keys:
        between[key.table].append((key.table, key.column))
    for info in inventory.mapped:
        if info.mapped is None or info.mapped.library != "django":
            continue
        name = info.name.rpartition(".")[2].lower()
        for column in info.mapped.columns:
            found[column][name].add(())
        for relation in info.mapped.relations.values():
            keys = _keys(inventory, info, relation, between)
            for called in {relation.name, relation.lookup} if not relation.hidden else ():
                found[called][name].add(keys)
    return {called: dict(holders) for called, holders in found.items()}


def _keys(
    inventory: Inventory, info: ClassInfo, relation: Relation, between: dict[str, list[tuple[str, str]]]
) -> _Keys:
    """The keys without which the name leads nowhere; none where it is a field of the class itself."""
    if relation.kind in ("many", "one_back") and relation.column:
        return tuple((table, relation.column) for table in inventory.tables_of(relation.target)[:1])
    if relation.kind == "both" and isinstance(relation.between, str):
        entry = inventory.tables.get(relation.between)
        own = entry is not None and entry.model == f"{info.name}.{relation.name}"
        return () if own else tuple(between[relation.between])
    return ()
