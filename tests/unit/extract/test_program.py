"""The order in which Python looks through the bases of classes, and how often modules are evaluated."""

import ast
import random
from textwrap import dedent
from typing import Any, cast

import pytest

from decompose.extract import code
from decompose.extract.code import Class
from decompose.extract.program import ClassInfo, Source, settle
from decompose.extract.tables import infer
from decompose.model.facts import ModuleKind
from decompose.model.names import Module


def classes(bases: dict[str, list[str]]) -> dict[str, ClassInfo]:
    made = {name: ClassInfo(Class(name, (), (), (), (), 0, 0), cast(Any, None), name) for name in bases}
    for name, names in bases.items():
        made[name].bases = [made[base] for base in names]
    return made


def lines(bases: dict[str, list[str]]) -> dict[str, str]:
    made = classes(bases)
    settle(list(made.values()))
    return {name: " ".join(one.name for one in info.line()) for name, info in made.items()}


def test_lines_are_those_of_python() -> None:
    draw = random.Random(7)
    for _ in range(200):
        real: dict[str, type] = {}
        bases: dict[str, list[str]] = {}
        for number in range(12):
            chosen = draw.sample(sorted(real), min(len(real), draw.randrange(4)))
            try:
                real[f"C{number:02}"] = type(f"C{number:02}", tuple(real[name] for name in chosen) or (object,), {})
            except TypeError:  # contradictory
                continue
            bases[f"C{number:02}"] = chosen
        # whoever is declared first, whatever it inherits from
        shuffled = dict(draw.sample(sorted(bases.items()), len(bases)))
        wanted = {name: " ".join(one.__name__ for one in kind.__mro__[:-1]) for name, kind in real.items()}
        assert lines(shuffled) == wanted


def test_a_circle_ends_where_it_is_entered_again() -> None:
    found = lines({"A": ["B"], "B": ["C"], "C": ["A"], "D": ["C", "E"], "E": []})
    assert found == {"A": "A B C", "B": "B C A", "C": "C A B", "D": "D C A B E", "E": "E"}


def test_a_contradiction_is_settled_by_order() -> None:
    assert lines({"A": [], "B": [], "X": ["A", "B"], "Y": ["B", "A"], "Z": ["X", "Y"]})["Z"] == "Z X Y A B"


def test_a_base_that_is_found_late_is_in_the_lines_of_all_below() -> None:
    made = classes({"A": [], "B": [], "C": []})
    made["B"].inherit(made["A"])
    made["C"].inherit(made["B"])
    assert made["C"].line() == [made["C"], made["B"], made["A"]]
    made["A"].inherit("django.db.models.Model")
    assert made["C"].externals() == ["django.db.models.Model"]
    late = ClassInfo(Class("Late", (), (), (), (), 0, 0), cast(Any, None), "Late")
    late.inherit("peewee.Model")
    made["A"].inherit(late)
    assert made["C"].line() == [made["C"], made["B"], made["A"], late]
    assert made["C"].externals() == ["django.db.models.Model", "peewee.Model"]


def test_a_circle_that_closes_late_ends() -> None:
    made = classes({"A": [], "B": []})
    made["B"].inherit(made["A"])
    made["A"].inherit(made["B"])
    assert made["A"].line() == [made["A"], made["B"]]


def test_lines_of_a_long_chain_are_worked_out_bases_first() -> None:
    """Neither too deep for Python's stack nor each from its start."""
    chain = {f"C{number}": [f"C{number - 1}"] if number else [] for number in range(3000)}
    made = classes(dict(reversed(chain.items())))
    settle(list(made.values()))
    assert [one.name for one in made["C2999"].line()[:2]] == ["C2999", "C2998"]
    assert len(made["C2999"].line()) == 3000


def evaluations(files: dict[str, str]) -> dict[str, int]:
    """How often each module (and "module:function") given as {dotted name: text} is evaluated."""
    machine = infer(
        [
            Source(Module(name), name, "", f"{name}.py", False, ModuleKind.SOURCE, code.read(ast.parse(dedent(text))))
            for name, text in files.items()
        ]
    )
    return {
        f"{unit.scope.source.dotted}:{unit.name}".rstrip(":"): count
        for unit, count in machine.counts.items()
        if unit.scope.source.dotted in files
    }


@pytest.mark.parametrize(
    ("text", "described"),
    [
        ("import os\nclass A(os.PathLike, list()):\n    pass\n", 0),
        ("from django.db import models\nclass A(models.Model, list()):\n    pass\n", 1),
        ("from django.contrib.auth import get_user_model\nclass A(get_user_model()):\n    pass\n", 2),  # a model late
        ("a = len([])\ndef late():\n    import django.contrib.auth.models\n", 0),  # bodies come later
    ],
)
def test_modules_are_evaluated_again_only_where_libraries_are_described_to_them(text: str, described: int) -> None:
    # once for what is declared, once more where names may mean more by then, once with what functions do
    assert evaluations({"shop": text})["shop"] == 2 + described


def test_modules_that_only_declare_are_evaluated_once() -> None:
    text = """
        from django.db import models
        STATES = {"new": 1, "old": [2, 3]}
        try:
            import json
        except ImportError:
            json = None
        class A(models.Model):
            class Meta:
                db_table = "a"
            def f(self):
                return list(self.g())
    """
    assert evaluations({"shop": text})["shop"] == 1


def test_what_is_imported_or_called_is_evaluated_before_whoever_needs_it() -> None:
    last = "class Item:\n    pass\nitem = Item\ndef f(x):\n    return Item()\n"
    files = {
        f"m{number}": f"from m{number + 1} import f as g, item\ndef f(x):\n    return g(x)\n" for number in range(9)
    }
    found = evaluations(files | {"m9": last})
    assert set(found.values()) == {1} and len(found) == 20
