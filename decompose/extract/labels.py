"""Stage 1, whole project: Django's short names -> modules: app labels, commands, templates."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from .resolve import Index, Place
from .symbols import Symbols

__all__ = ["Labels"]

_FOLDERS = ("/templates/", "/jinja2/")
_MODELS = (".models", ".abstract_models", "")


class Labels:
    """Look-ups from what Django calls by a short name. An app's label is the last part of its package, or `stated`."""

    __slots__ = ("_apps", "_commands", "_index", "_packages", "_tags", "_templates")

    def __init__(self, index: Index, paths: Sequence[str], stated: Iterable[tuple[str, Place]] = ()) -> None:
        self._index = index
        self._apps: defaultdict[str, list[Place]] = defaultdict(list)
        self._commands: dict[str, Place] = {}
        self._tags: defaultdict[str, list[Place]] = defaultdict(list)
        for place in index.places:
            package, _, last = place.dotted.rpartition(".")
            if last in ("models", "apps") and package:
                self._apps[package.rpartition(".")[2]].append(place)
            if package.endswith("management.commands"):
                self._commands.setdefault(last, place)
            if package.endswith(".templatetags"):
                self._tags[last].append(place)
        for label, place in stated:
            self._apps[label].append(place)
        self._packages = {place.path.rpartition("/")[0]: place for place in index.places if place.is_package}
        self._templates = dict(self._owners(paths))

    def apps(self, label: str) -> list[tuple[str, str]]:
        """The packages that go by a label, with their roots."""
        return list(dict.fromkeys((one.dotted.rpartition(".")[0], one.root) for one in self._apps.get(label, ())))

    def model(self, text: str, names: Symbols) -> Place | None:
        """The module that defines "app_label.Model"."""
        label, _, model = text.rpartition(".")
        for package, root in self.apps(label):
            for suffix in _MODELS:
                found = names.named(f"{package}{suffix}.{model}", root)
                if found and found.place and names.kind(found.place, found.name) == "class":
                    return found.place
        return None

    def command(self, name: str) -> Place | None:
        """The module of a management command."""
        return self._commands.get(name)

    def tags(self, name: str) -> Place | None:
        """The library of tags that templates load by `name`, where one alone is called so."""
        found = self._tags.get(name, ())
        return found[0] if len(found) == 1 else None

    def template(self, text: str, near: Place) -> Place | None:
        """The package of the app whose folder holds the template, where it is another than that of `near`."""
        owner = self._templates.get(text)
        if owner is None or f"{near.dotted}.".startswith(f"{owner.dotted}."):
            return None
        return owner

    def holds(self, path: str) -> Place | None:
        """The package whose folder of templates holds the file."""
        return next((found for one in _FOLDERS if (found := self._packages.get(path.partition(one)[0]))), None)

    def _owners(self, paths: Sequence[str]) -> Iterator[tuple[str, Place]]:
        for path in reversed(paths):
            for marker in _FOLDERS:
                folder, found, name = path.partition(marker)
                if found and folder in self._packages:
                    yield name, self._packages[folder]
