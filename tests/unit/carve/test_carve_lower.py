"""Where the interpreter's parser can read a text, libcst's tree says the same; elsewhere it serves alone."""

import ast
from pathlib import Path

import pytest

from decompose.carve.lower import lower_module
from decompose.carve.scan import scan
from decompose.carve.scopes import Scan
from decompose.carve.text import Text
from tests.carving import carved

TOP = Path(__file__).parents[3]
FILES = [*sorted((TOP / "decompose/carve").glob("*.py")), *sorted((TOP / "sample_monolith/learnhub").rglob("views.py"))]
SHAPES = '''
from a import b as c; import d.e
@c.f
class A(c.Base, metaclass=c.Meta):
    """Doc of c.b."""
    x: "c.X" = c.y
    async def f(self, p: c.P = c.q, *r: c.R, s=c.t, **u) -> c.V:
        global g, h
        with c.open() as (i, j), k: pass
        return [c.l(m) for m, *n in c.o if m for p in m] + [{v: w for v, w in c.z}]
try:
    del c.d
except (c.E, ValueError) as e:
    (lambda q, r=c.s: q(c.t))(key=c.u)[c.v]
else:
    for f in c.w: f.g = c.h
while (y := c.loop(1)): y += c.n
match c.m:
    case c.K(a=z): pass
    case {"k": [1, *others], **rest} as all_of_it: pass
text = f"a {c.b!r:>{c.width}} {c.e['x']}" 'c.d' "e"
data = b"c.b"
if (c)\\
        .b.c: (c).d
'''


def seen(found: Scan, text: Text) -> dict[str, object]:
    """What a scan says, in a form that does not hang on the order in which it was found."""
    bindings = sorted((name, len(each), each.count(None)) for s in found.scopes for name, each in s.bindings.items())
    references = {(text.span(node), r.names[: n + 1]) for r in found.references for n, node in enumerate(r.nodes)}
    return {
        "bindings": bindings,
        "references": sorted(references),
        "statements": sorted(text.span(statement.node) for statement in found.statements),
    }


@pytest.mark.parametrize("source", [SHAPES, *(file.read_text() for file in FILES)], ids=lambda text: str(len(text)))
def test_both_parsers_say_the_same(source: str) -> None:
    text = Text(source.encode())
    lowered = lower_module(source)
    assert lowered is not None
    assert seen(scan(lowered, text, exact=True), text) == seen(scan(ast.parse(source), text), text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import om\ndef f[T: om.Base](x: T): ...", "import sales.om\ndef f[T: sales.om.Base](x: T): ..."),
        ("import om\ntype X[T] = om.Y[T]", "import sales.om\ntype X[T] = sales.om.Y[T]"),
        ('import om\nf"{om.x["a"]} \'om.x\'"', 'import sales.om\nf"{sales.om.x["a"]} \'om.x\'"'),
        ("class A[T]:\n    if 1:\n        from om import y", "class A[T]:\n    if 1:\n        from sales.api import y"),
        ("type X = int\nx = 'om.y'  # om.y", "type X = int\nx = 'sales.om.y'  # sales.om.y"),
    ],
)  # fmt: skip
def test_newer_python_follows(before: str, after: str) -> None:
    files, carving = carved(f"--- om.py\ny = 1\n--- app.py\n{before}\n", "om", face="api" in after)
    assert files["app.py"].rstrip("\n") == after
    assert not carving.unfollowed


def test_what_neither_can_read_is_listed() -> None:
    _, carving = carved("--- om.py\ny = 1\n--- app.py\nimport om\nprint 'x'\n", "om", face=False)
    assert [(lost.kind, lost.path) for lost in carving.unfollowed] == [("unparsable", "app.py")]


def test_what_is_too_deep_to_walk_is_listed() -> None:
    deep = "import om\nx = " + " + ".join(["om.y"] * 3000)
    _, carving = carved(f"--- om.py\ny = 1\n--- app.py\n{deep}\n", "om", face=False)
    assert [(lost.kind, lost.path) for lost in carving.unfollowed] == [("unparsable", "app.py")]
