"""Stage 1, whole project: the name of a permission -> the module whose it is."""

from collections import defaultdict
from collections.abc import Iterable

from .labels import Labels
from .resolve import Index, Place

__all__ = ["Permissions"]

_LONGEST = 100
"""Characters that Django gives a codename; each word of one is looked up."""


class Permissions:
    """Look-ups of "app_label.codename": what a table's class declares, else the class that the codename ends in."""

    __slots__ = ("_declared", "_index", "_labels", "_models")

    def __init__(
        self,
        index: Index,
        labels: Labels,
        declared: Iterable[tuple[str, Place]],
        classes: Iterable[tuple[str, Place]],
    ) -> None:
        self._index, self._labels = index, labels
        self._declared, self._models = _by_name(declared), _by_name(classes)

    def owner(self, text: str) -> Place | None:
        """The module of the class; where no class is known, that of all tables of the app, if it is one."""
        label, _, codename = text.partition(".")
        if len(codename) > _LONGEST:
            return None
        for package, root in self._labels.apps(label):
            models = f"{package}.models"
            words = codename.lower().split("_")  # "orga_list_submission" is of Submission
            tails = ("_".join(words[at:]) for at in range(1, len(words)))
            known = [self._declared.get(codename, ()), *(self._models.get(tail, ()) for tail in tails)]
            inside = (one for places in known for one in places if f"{one.dotted}.".startswith(f"{models}."))
            found = next(inside, None) or self._index.find(models, root)
            if found and (found.dotted != models or not found.is_package):
                return found
        return None


def _by_name(found: Iterable[tuple[str, Place]]) -> dict[str, list[Place]]:
    named: defaultdict[str, list[Place]] = defaultdict(list)
    for name, place in found:
        named[name].append(place)
    return dict(named)
