"""What names as text what leaves: files that run the program, and tests: Facts + Partition -> Mentioned, and str."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...model.counts import listed
from ...model.facts import Evidence, Facts, Mention, ModuleKind
from ...model.judgements import Partition
from ...model.names import Boundary
from ..context.named import lines

__all__ = ["Mentioned", "mentioned"]

_NAMED = 6


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Lines that `run` the program and name modules of a boundary, or files beside them; `staying` ones of tests that
    do and are not its, and `going` ones of its own tests that name modules of others.
    """

    run: tuple[Mention, ...] = ()
    staying: tuple[Mention, ...] = ()
    going: tuple[Mention, ...] = ()

    def told(self) -> Iterator[str]:
        """A sentence for each, of all lines."""
        if self.staying:
            yield (
                f"tests that stay name as text what goes along, {_first(self.staying)}: what they patch there "
                "(mock.patch) they patch where that is from then on, in a library or where its API is asked, and of "
                "files that they open they have a copy: "
                f"{_lines(self.staying)}"
            )
        if self.going:
            yield (
                f"tests that go along name as text what stays, {_first(self.going)}, and patch or open what takes its "
                f"place there: {_lines(self.going)}"
            )
        if self.run:
            named = [f"{one.text} at {one.file}:{one.line}" for one in self.run]
            yield (
                "what builds, tests, starts or schedules the program names what goes along: "
                f"{listed(named, _NAMED)}; what they do for it is done for the new process from then on"
            )


def _first(mentions: Sequence[Mention]) -> str:
    return f"first {mentions[0].text}"


def _lines(mentions: Sequence[Mention]) -> str:
    return lines([Evidence(one.file, one.line) for one in mentions])


def mentioned(facts: Facts, partition: Partition) -> Mapping[Boundary, Mentioned]:
    """By the boundary whose module a line names, or whose tests and migrations."""
    home = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    home |= dict(partition.followers)
    tests = {fact.path: home.get(fact.module) for fact in facts.modules if fact.kind is ModuleKind.TEST}
    found: defaultdict[str, defaultdict[Boundary, list[Mention]]] = defaultdict(lambda: defaultdict(list))
    for one in facts.mentions:
        owner = home.get(one.module)
        if one.file not in tests and owner:
            found["run"][owner].append(one)
        elif one.file in tests and owner and tests[one.file] != owner:
            found["staying"][owner].append(one)
            if (mine := tests[one.file]) is not None:
                found["going"][mine].append(one)
    owners = sorted({owner for each in found.values() for owner in each})
    return {
        owner: Mentioned(*(tuple(found[kind].get(owner, ())) for kind in ("run", "staying", "going")))
        for owner in owners
    }
