"""Who asks for rows from the other side of a key: Facts -> migrations and tests, by the key's table and column."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ...model.facts import AskedBack, Facts, ModuleKind
from ...model.names import Module, Table

__all__ = ["Backward", "backward"]


@dataclass(frozen=True, slots=True)
class Backward:
    """In the order of files. Of `migrations` those of other apps alone: no order holds between them and the key's."""

    migrations: tuple[AskedBack, ...] = ()
    tests: tuple[AskedBack, ...] = ()


def backward(facts: Facts) -> Mapping[tuple[Table, str], Backward]:
    """For each key that anybody asks so."""
    kinds = {fact.module: fact.kind for fact in facts.modules}
    declared = {fact.table: fact.module for fact in facts.tables}
    found: defaultdict[tuple[Table, str], dict[ModuleKind, list[AskedBack]]] = defaultdict(lambda: defaultdict(list))
    for one in facts.asked_back:
        if kinds[one.module] is not ModuleKind.MIGRATION or not _is_of(one.module, declared.get(one.table)):
            found[one.table, one.column][kinds[one.module]].append(one)
    return {
        key: Backward(tuple(each[ModuleKind.MIGRATION]), tuple(each[ModuleKind.TEST])) for key, each in found.items()
    }


def _is_of(migration: Module, declares: Module | None) -> bool:
    # shop.orders.migrations.0003_totals, shop.orders.models
    return declares is not None and f"{declares}.".startswith(f"{migration.name.rpartition('.migrations.')[0]}.")
