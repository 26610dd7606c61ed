"""By which classes the settings name a part of the program: Facts -> classes of Django's apps."""

from collections import defaultdict

from ...model.facts import Definition, Facts

__all__ = ["apps"]


def apps(facts: Facts) -> frozenset[tuple[object, str]]:
    """The heirs of Django's `AppConfig`, however far."""
    found, heirs = set[tuple[object, str]](), defaultdict[str, list[Definition]](list)
    for one in facts.definitions:
        for base in one.bases:
            heirs[base].append(one)
    waiting = [one for base in sorted(heirs) if base.endswith(".AppConfig") for one in heirs[base]]
    while waiting:
        if (named := ((one := waiting.pop()).module, one.name)) not in found:
            found.add(named)
            waiting += heirs[f"{one.module}.{one.name}"]
    return frozenset(found)
