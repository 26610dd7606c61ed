"""Whatever a file holds, extraction neither raises nor hangs, and says the same of every other file."""

import ast
import pickle
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import mutated
from decompose.extract import ExtractOptions, extract
from decompose.extract.file import says
from decompose.extract.parse import DEEPEST, parse
from decompose.model.facts import Facts

SOURCES = sorted(Path(__file__).parent.parent.parent.glob("decompose/**/*.py"))[::5]
SOURCES += sorted(Path(__file__).parent.parent.parent.glob("sample_monolith/**/*.py"))[::5]


def depth(tree: ast.AST) -> int:
    level, count = [tree], 0
    while level:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        count += 1
    return count


@pytest.mark.parametrize("seed", range(300))
def test_a_mutated_file_is_read(seed: int) -> None:
    rng = random.Random(seed)
    data = mutated(rng.choice(SOURCES).read_bytes(), rng)
    parsed = parse(data, "shop/fuzzed.py")
    assert depth(parsed.tree) <= DEEPEST
    assert parsed.partial == bool(parsed.problems) or not parsed.partial
    lines = [node.lineno for node in ast.walk(parsed.tree) if isinstance(node, ast.stmt)]
    assert all(1 <= line <= parsed.lines for line in lines)
    said = says("shop/fuzzed.py", data)
    assert pickle.loads(pickle.dumps(said)) == said  # as it travels between processes


def of_others(facts: Facts) -> tuple[object, ...]:
    """What was found in all files but the fuzzed one."""
    kept = "shop/fuzzed.py"
    return (
        [fact for fact in facts.modules if fact.path != kept],
        [one for one in facts.imports if one.file != kept],
        [one for one in facts.definitions if str(one.module) != "shop.fuzzed"],
        [one for one in facts.tables if one.file not in (kept, "")],  # "": a framework's, known because somebody asks
        [one for one in facts.accesses if one.file != kept],
        [one for one in facts.problems if one.file != kept],
    )


@pytest.mark.parametrize("seed", range(40))
def test_a_mutated_file_changes_nothing_that_another_file_says(seed: int, shop: Path) -> None:
    rng = random.Random(seed)
    file = shop / "shop" / "fuzzed.py"
    file.write_text("")
    before = of_others(extract(shop, ExtractOptions()))
    file.write_bytes(mutated(rng.choice(SOURCES).read_bytes(), rng))
    assert of_others(extract(shop, ExtractOptions())) == before


# --- programs by hypothesis: small grammars whose parts are joined without care

NAME = st.sampled_from(["a", "Order", "objects", "filter", "self", "é", "print", "match", "type", "_", "async"])
TEXT = st.one_of(NAME, st.text(max_size=6))
EXPRESSION = st.recursive(
    st.one_of(NAME, TEXT.map(repr), st.integers().map(str), TEXT.map(lambda text: f'f"{{{text}}}"')),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" + ".join),
        st.tuples(inner, NAME).map(".".join),
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]}({pair[1]})"),
        st.tuples(inner, NAME, inner).map(lambda three: f"{three[0]}({three[1]}={three[2]})"),
        st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
        st.tuples(inner, inner).map(lambda pair: f"{{{pair[0]}: {pair[1]}}}"),
        st.tuples(inner, NAME, inner).map(lambda three: f"[{three[0]} for {three[1]} in {three[2]}]"),
        inner.map(lambda one: f"lambda: {one}"),
        inner.map(lambda one: f'f"{{{one}!r:>{{{one}}}}}"'),
    ),
    max_leaves=12,
)
LINE = st.one_of(
    st.tuples(EXPRESSION, EXPRESSION).map(" = ".join),
    EXPRESSION.map("return {}".format),
    EXPRESSION.map("print {}".format),
    st.tuples(NAME, NAME).map(lambda pair: f"from {pair[0]} import {pair[1]}"),
    st.tuples(NAME, NAME, EXPRESSION).map(lambda three: f"def {three[0]}({three[1]}={three[2]}):"),
    st.tuples(NAME, EXPRESSION).map(lambda pair: f"class {pair[0]}[{pair[1]}]:"),
    st.tuples(NAME, EXPRESSION).map(lambda pair: f"for {pair[0]} in {pair[1]}:"),
    EXPRESSION.map("if {}:".format),
    st.sampled_from(
        ["try:", "else:", "finally:", "except A, B:", "match a:", "case _:", "@a", "with a as b:", "raise A, b"]
    ),
    st.text(max_size=20),
)
PROGRAM = st.lists(st.tuples(st.integers(0, 4), LINE), max_size=12).map(
    lambda lines: "\n".join("    " * indent + line for indent, line in lines)
)


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(PROGRAM)
def test_a_generated_program_is_read(program: str) -> None:
    data = program.encode("utf-8", "surrogatepass")
    parsed = parse(data, "shop/made.py")
    assert depth(parsed.tree) <= DEEPEST
    says("shop/made.py", data)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=300))
def test_bytes_are_read(data: bytes) -> None:
    assert depth(parse(data, "shop/noise.py").tree) <= DEEPEST
    says("shop/noise.py", data)


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(PROGRAM, PROGRAM)
def test_what_stands_before_a_broken_part_is_kept(first: str, second: str) -> None:
    """What is whole above an open bracket stays, whatever follows."""
    text = f"import kept_one\n\ndef kept():\n    import kept_two\n\nx = (\n{first}\n\n\ndef last():\n{second}"
    tree = parse(text.encode("utf-8", "surrogatepass"), "shop/made.py").tree
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {"kept_one", "kept_two"} <= names
