"""What rows of others are asked for where they have it: Facts + homes -> Asked, Lacks, by boundary, in sentences."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...model.counts import listed
from ...model.facts import Evidence, Facts, How, WireKind
from ...model.names import Boundary, Module, Table
from ..context.named import lines

__all__ = ["Asked", "Lacks", "lacking", "methods", "said", "told"]


@dataclass(frozen=True, slots=True)
class Asked:
    """`caller` calls a method of `owner`'s, `name`, defined at `defined`, on the lines `at`, where an object has it."""

    caller: Boundary
    owner: Boundary
    name: str
    defined: Evidence
    at: tuple[Evidence, ...]


def methods(facts: Facts, home: Mapping[Module, Boundary]) -> tuple[Asked, ...]:
    """Those that types say a line may call, and that another boundary alone has; in the order of callers and names."""
    asked = {
        (wire.source, wire.target, wire.name)
        for wire in facts.wires
        if wire.kind is WireKind.METHOD and home.get(wire.source, wire.source) != home.get(wire.target, wire.source)
    }
    paths = {fact.module: fact.path for fact in facts.modules}
    known = {(one.module, one.name): one.line for one in facts.definitions} if asked else {}
    found: defaultdict[tuple[Boundary, Boundary, str, Evidence], set[Evidence]] = defaultdict(set)
    for call in facts.calls if asked else ():
        if (call.module, call.called, call.callee) in asked and call.module in home and call.called in home:
            defined = Evidence(paths[call.called], known.get((call.called, call.callee), 0))
            key = home[call.module], home[call.called], call.callee, defined
            found[key].add(Evidence(paths[call.module], call.line))
    return tuple(Asked(*key, tuple(sorted(found[key]))) for key in sorted(found))


def told(me: Boundary, asked: tuple[Asked, ...]) -> Iterator[str]:
    """Nothing fails once the object is what an API answers with: it has no such method, and nobody does its work."""
    for one in asked:
        if me in (one.caller, one.owner):
            yield (
                f"{one.caller} calls {one.name.rpartition('.')[2]} where a row has it (hasattr): {lines(one.at)}; it "
                f"is {one.owner}'s ({one.name} at {one.defined.file}:{one.defined.line}), what an API answers with has "
                f"none, and nothing fails: {one.owner} runs it itself when it hears of what {one.caller} did, or what "
                "it says goes along with the answer"
            )


@dataclass(frozen=True, slots=True)
class Lacks:
    """`reader` asks rows of `owner` for `name`, which is there as `column`, and takes something else without it."""

    reader: Boundary
    owner: Boundary
    name: str
    columns: tuple[str, ...]
    at: tuple[Evidence, ...]


def lacking(facts: Facts, home: Mapping[Module, Boundary], owners: Mapping[Table, Boundary]) -> tuple[Lacks, ...]:
    """Those of columns that others own: getattr(note, "creator", note)"""
    asked = {(one.module, one.line): one for one in facts.given if one.kind == "fallback"}
    lines: defaultdict[tuple[Boundary, Boundary, str], set[Evidence]] = defaultdict(set)
    columns: defaultdict[tuple[Boundary, Boundary, str], set[str]] = defaultdict(set)
    for use in facts.columns if asked else ():
        one, reader, owner = asked.get((use.module, use.line)), home.get(use.module), owners.get(use.table)
        crosses = one and use.how is How.READ and reader != owner
        if one and crosses and reader and owner and use.column in (one.name, f"{one.name}_id"):
            lines[reader, owner, one.name].add(Evidence(one.file, one.line))
            columns[reader, owner, one.name].add(f"{use.table}.{use.column}")
    return tuple(Lacks(*key, tuple(sorted(columns[key])), tuple(sorted(lines[key]))) for key in sorted(lines))


def said(me: Boundary, lacks: tuple[Lacks, ...]) -> Iterator[str]:
    """Nothing fails where an answer or a copy has no such name: what is taken without it is the wrong thing."""
    for one in lacks:
        if me in (one.reader, one.owner):
            yield (
                f"{one.reader} takes something else, and nothing fails, where what an API of {one.owner}'s answers "
                f"with, or a copy, has no {one.name} (getattr with a default): {lines(one.at)}; there it asks for "
                f"{listed(one.columns)}"
            )
