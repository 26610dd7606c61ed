"""Programs with every form of import behave the same after any part of them was carved."""

import random

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from decompose.errors import InputError
from tests.carving import carved, run

PACKAGES = ("app", "app.core", "app.core.deep", "app.sales", "lib")
# In this order each module may import those before it when it is loaded, and any inside functions.
MODULES = (
    "app.core.text", "app.core.deep.rates", "app.core.deep.tax", "app.core.money", "lib.tools", "app.base", "alone",
    "app.sales.lines", "app.sales.orders", "lib.jobs", "app.views", "app.sales.reports",
)  # fmt: skip


def path_of(module: str) -> str:
    return module.replace(".", "/") + ("/__init__.py" if module in PACKAGES else ".py")


def word(module: str) -> str:
    return module.replace(".", "_")


def relative(importer: str, target: str) -> str | None:
    """`target` as `importer` writes it relatively, None where they share no package."""
    own = importer.split(".") if importer in PACKAGES else importer.split(".")[:-1]
    parts = target.split(".")
    common = 0
    while common < min(len(own), len(parts)) and own[common] == parts[common]:
        common += 1
    return None if not common else "." * (len(own) - common + 1) + ".".join(parts[common:])


def forms(importer: str, target: str, n: int) -> list[tuple[str, str]]:
    """Each way to import `target`, as (statement, use): the use prints one line."""
    parent, _, last = target.rpartition(".")
    top, fn = target.split(".", maxsplit=1)[0], f"f_{word(target)}"
    found = [
        (f"import {target}", f"{target}.{fn}()"),
        (f"import {target} as m{n}", f"m{n}.{fn}()"),
        (f"import random, {target}", f"{target}.{fn}(1)"),
        (f"from {target} import {fn}", f"{fn}()"),
        (f"from {target} import {fn} as g{n}, K_{word(target)} as k{n}", f"g{n}(k{n})"),
        (f"from {target} import *", f"{fn}(2)"),
        (f"import {target} as t{n}; t{n}.{fn}(3)", f"t{n}.{fn}(4)"),
        (f"try:\n    from {target} import (\n        {fn},  # kept\n    )\nexcept ImportError:\n    pass", f"{fn}(5)"),
        (f"import importlib\ni{n} = importlib.import_module('{target}')", f"i{n}.{fn}(6)"),
        (f"import sys, {target}", f"sys.modules['{target}'].{fn}(7)"),
        (f"if True: import {target}; {target}.{fn}(8)", f"print({target}.K_{word(target)})"),
        (f"class H{n}:\n    import {target} as inner\n    {fn} = inner.{fn}", f"H{n}.{fn}(9)"),
        (f"import {target}", f"(lambda {top}: {top})(1); {target}.{fn}(10)"),
        (f"import {target}", f"print([{top}.{fn}(11) for {top} in [{target}]])"),
        (f"from unittest import mock\nimport {target} as p{n}\nq{n} = mock.patch('{target}.{fn}', print)",
         f"q{n}.start(); p{n}.{fn}(12); q{n}.stop()"),
    ]  # fmt: skip
    if parent:
        found += [
            (f"from {parent} import {last} as s{n}", f"s{n}.{fn}(13)"),
            (f"from {parent} import {last}", f"{last}.{fn}(14)"),
            (f"import {parent} as u{n}, {target}", f"u{n}.{last}.{fn}(15)"),
            (f"import {target}\nimport {top}", f"{target}.{fn}(16); print({top} is not None)"),
            (f"from {parent} import K_{word(parent)} as y{n}, {last} as z{n}", f"z{n}.{fn}(y{n})"),
            (f"from {target} import {fn}\nimport {parent}", f"{target}.{fn}(17); print({parent}.K_{word(parent)})"),
            (f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from {target} import C_{word(target)}\n"
             f"import {target}", f"v{n}: '{target}.C_{word(target)}' = {target}.C_{word(target)}(); v{n}.say()"),
        ]  # fmt: skip
    near = relative(importer, target)
    near_parent = relative(importer, parent) if parent else None
    if near is not None and near.strip("."):
        found += [(f"from {near} import {fn} as r{n}", f"r{n}(18)"), (f"from {near} import *", f"{fn}(19)")]
    if near_parent is not None:
        found += [(f"from {near_parent} import {last} as w{n}", f"w{n}.{fn}(20)")]
    return found


def module_text(name: str, uses: list[tuple[str, str, bool]]) -> str:
    """A module that defines its own names and a `go` that carries out the `uses` (statement, use, lazy)."""
    own = word(name)
    eager = "".join(f"{statement}\n" for statement, _, lazy in uses if not lazy)
    calls, functions = "", ""
    for i, (statement, use, lazy) in enumerate(uses):
        if not lazy:
            calls += f"    {use}\n"
        elif "import *" not in statement:
            body = "".join(f"    {line}\n" for line in [*statement.split("\n"), *use.split("\n")])
            functions += f"\n\ndef lazy_{own}_{i}():\n{body}"
            calls += f"    lazy_{own}_{i}()\n"
    return (
        f'"""The module {own}."""\n{eager}\nK_{own} = "{own}"\n'
        f"def f_{own}(*a):\n    print('{own}', *a)\n    return len(a)\n"
        f"class C_{own}:\n    def say(self): print('C {own}')\n"
        f"\ndef go_{own}(seen):\n    if '{own}' in seen: return\n    seen.add('{own}')\n    print('go {own}')\n"
        f"{calls}{functions}"
    )


def program(seed: int) -> dict[str, str]:
    """A random program: its modules import each other in random forms; `main` runs them all."""
    rng = random.Random(seed)
    files = {}
    for package in PACKAGES:
        children = [m for m in MODULES if m.rpartition(".")[0] == package]
        exported = rng.choice(children) if children and rng.random() < 0.5 else ""
        text = f"from .{exported.rpartition('.')[2]} import f_{word(exported)}\n" if exported else ""
        if exported and rng.random() < 0.5:
            text += f"__all__ = ['f_{word(exported)}', 'K_{word(package)}']\n"
        files[path_of(package)] = f"{text}K_{word(package)} = 'package {word(package)}'\n"
        if rng.random() < 0.2 and not exported:
            files[path_of(package)] = f"K_{word(package)} = 1\n__all__ = ['K_{word(package)}']\n"
    for i, module in enumerate(MODULES):
        uses = []
        for n in range(rng.randint(0, 4)):
            lazy = rng.random() < 0.4
            target = rng.choice([m for m in MODULES if m != module] if lazy else MODULES[:i] or ("",))
            if target:
                statement, use = rng.choice(forms(module, target, n))
                # What runs while modules load may run in another order: a module that leaves a package no longer
                # waits for that package's `__init__`.
                uses.append((statement, use, lazy or "(" in statement.partition(";")[2]))
        files[path_of(module)] = module_text(module, uses)
    main = "".join(f"import {m}\n" for m in MODULES)
    main += "seen = set()\n" + "".join(f"{m}.go_{word(m)}(seen)\n" for m in MODULES)
    for n, target in enumerate(rng.sample(MODULES, 4)):
        statement, use = rng.choice(forms("main", target, n))
        main += f"{statement}\n{use}\n"
    files["main.py"] = main
    return files


@example(405, {"app", "app.core.deep.tax"}, "")  # an old package above the nearest leads back to what moves
@example(2235, {"app", "app.core", "app.core.deep.rates", "app.core.text", "lib.tools"}, "")
@example(2022, {"app.core.text", "lib.tools"}, "")  # an old package leads into a circle beside what moves
@example(27812677, {"app.core.deep.tax"}, "")
@example(111723379, {"alone", "app.core.deep.rates", "app.core.text", "lib.tools"}, "")
@example(18, {"app", "app.core", "app.core.money", "app.core.text", "lib.tools"}, "")  # so does one further out
@example(804400592, {"app.base", "app.core.text", "app.sales"}, "")  # an old package, and a module called like it
@given(
    st.integers(0, 10**9),
    st.sets(st.sampled_from((*PACKAGES, *MODULES)), min_size=1, max_size=9),
    st.sampled_from(["", "", "moved", "lib.moved", "app.core.moved"]),
)
@settings(max_examples=120, deadline=None)
def test_a_carved_program_prints_the_same(seed: int, chosen: set[str], into: str) -> None:
    files = program(seed)
    expected = run(files)
    assume("Error" not in expected)  # a cycle that did not work before either
    try:
        result, carving = carved(files, " ".join(sorted(chosen)), into=into)
    except InputError:
        return
    assume(not any(lost.kind == "import_circle" for lost in carving.unfollowed))
    assert run(result) == expected
    assert not [lost for lost in carving.unfollowed if lost.blocks]


def test_no_circle_is_told_where_the_order_can_be_kept() -> None:
    _, carving = carved(program(8377558), "app.core.money app.core.text lib.tools")
    assert not any(lost.kind == "import_circle" for lost in carving.unfollowed)


@pytest.mark.parametrize("target", ["app.sales.orders", "alone"])
def test_every_form_is_in_use(target: str) -> None:
    assert len(forms("app.views", target, 0)) > 14
