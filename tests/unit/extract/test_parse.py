"""Whatever a file holds, the rest of it is read, on its true lines."""

import ast
import gc
import sys
import threading
import warnings

import pytest

from decompose.extract.parse import DEEPEST, LARGEST, Parsed, parse

PATH = "shop/orders.py"


def read(text: str) -> Parsed:
    return parse(text.encode(), PATH)


def dump(tree: ast.Module) -> str:
    return ast.dump(tree)


def names(parsed: Parsed) -> list[tuple[str, int]]:
    """The modules that are imported anywhere, with their lines."""
    return sorted(
        (node.names[0].name, node.lineno)
        for node in ast.walk(parsed.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )


def told(parsed: Parsed) -> list[tuple[int, str]]:
    assert all(problem.file == PATH for problem in parsed.problems)
    return [(problem.line, problem.message) for problem in parsed.problems]


NEWER = {
    "a generic class": ("class Box[T](Base): x = 1", "class Box(Base): x = 1", "3.12"),
    "a bound parameter": ("class Box[T: (int, str), *Ts, **P]: pass", "class Box: pass", "3.12"),
    "a generic function": (
        "def first[T](items: list[T]) -> T: return items[0]",
        "def first(items: list[T]) -> T: return items[0]",
        "3.12",
    ),
    "a coroutine": ("async def get[T](key: T): await key", "async def get(key: T): await key", "3.12"),
    "an alias": ("type Pairs = dict[str, Order]", "Pairs = dict[str, Order]", "3.12"),
    "a generic alias": ("type Pairs[T] = dict[str, T]", "Pairs = dict[str, T]", "3.12"),
    "a default": ("class Box[T = int](Base): pass", "class Box(Base): pass", "3.13"),
    "an alias with a default": ("type Box[T = int] = list[T]", "Box = list[T]", "3.13"),
    "the same quotes": ('x = f"{order["id"]} of {shop["name"]}"', "x = f\"{order['id']} of {shop['name']}\"", "3.12"),
    "the same quotes in single quotes": ("x = f'{order['id']}'", "x = f'{order[\"id\"]}'", "3.12"),
    "a backslash": ("x = f\"{'\\n'.join(rows)}\"", "x = f\"{' '.join(rows)}\"", "3.12"),
    "a line inside": ('x = f"{\nrows\n}"', 'x = f"""{\nrows\n}"""', "3.12"),
    "a comment inside": ('x = f"""{\nrows # all\n}"""', 'x = f"""{\nrows \n}"""', "3.12"),
    "a string in a string": ('x = f"{f"{order["id"]}"}"', 'x = f"""{f\'{order["id"]}\'}"""', "3.12"),
    "a format": ('x = f"{order["price"]:>{width["x"]}.2f}"', "x = f\"{order['price']:>{width['x']}.2f}\"", "3.12"),
    "strings side by side": ('x = "a" f"{b["c"]}" "d"', 'x = "a" f"{b[\'c\']}" "d"', "3.12"),
    "two exceptions": (
        "try: pass\nexcept KeyError, ValueError: pass",
        "try: pass\nexcept (KeyError, ValueError): pass",
        "3.14",
    ),
    "three exceptions": (
        "try: pass\nexcept A, b.C, c.error: pass",
        "try: pass\nexcept (A, b.C, c.error): pass",
        "3.14",
    ),
    "an exception group": ("try: pass\nexcept* A, B: pass", "try: pass\nexcept* (A, B): pass", "3.14"),
    "a template string": ('x = t"SELECT {name}"', 'x = f"SELECT {name}"', "3.14"),
    "a raw template string": ('x = rt"SELECT {name}\\d"', 'x = rf"SELECT {name}\\d"', "3.14"),
    "a lazy import": ("lazy import shop.orders", "import shop.orders", "3.15"),
    "a lazy import from": ("lazy from shop import orders", "from shop import orders", "3.15"),
}

OLDER = {
    "print": ('print "total", total', 'print("total", total)'),
    "print without a line end": ("print total,", "print(total)"),
    "print to a file": ('print >>log, "a"; print "b"', 'print(log, "a"); print("b")'),
    "print behind a colon": ('if total: print "x"; print "y"', 'if total: print("x"); print("y")'),
    "print and a comment": ('print "total"  # print "it"', 'print("total")'),
    "except": ("try: pass\nexcept KeyError, error: pass", "try: pass\nexcept KeyError as error: pass"),
    "except of several": ("try: pass\nexcept (A, B), error: pass", "try: pass\nexcept (A, B) as error: pass"),
    "raise": ('raise ValueError, "no order"', 'raise ValueError("no order")'),
    "raise again": ("raise failure[0], failure[1], failure[2]", "raise (failure[0], failure[1], failure[2])"),
    "exec": ("exec code in space", "exec(code, space)"),
    "backticks": ("x = `order`", "x = (order)"),
    "not equal": ("if a <> b: pass", "if a != b: pass"),
    "octal": ("os.chmod(path, 0755)", "os.chmod(path, 0o755)"),
    "long": ("x = 10L + 0xFFl", "x = 10 + 0xFF"),
    "raw unicode": ('x = ur"\\d"', 'x = r"\\d"'),
    "a path": ('x = "C:\\Users"', 'x = r"C:\\Users"'),
    "unpacked in a lambda": ("sorted(rows, key=lambda (k, v): v)", "sorted(rows, key=lambda k, v: v)"),
    "unpacked in a function": ("def move(self, (x, y)): pass", "def move(self, x, y): pass"),
    "async as a name": ("run(async=True)", "run(async_=True)"),
    "async as a value": ("flags = async and NOW or 0", "flags = async_ and NOW or 0"),
}


@pytest.mark.parametrize("name", NEWER)
def test_newer_syntax_is_read_as_what_it_means(name: str) -> None:
    source, same, version = NEWER[name]
    text = f"import a\n{source}\nimport b\n"
    parsed = read(text)
    if not parsed.partial:
        return  # the running interpreter is new enough
    assert dump(parsed.tree) == dump(ast.parse(f"import a\n{same}\nimport b\n"))
    assert names(parsed) == [("a", 1), ("b", text.count("\n")), *[n for n in names(parsed) if n[0] not in ("a", "b")]]
    assert parsed.version == version
    assert [message for _, message in told(parsed)] == [
        f"written for Python {version}: 1 statement rewritten to be read"
    ]


@pytest.mark.parametrize("name", OLDER)
def test_python_2_is_read_as_what_it_means(name: str) -> None:
    source, same = OLDER[name]
    parsed = read(f"import a\n{source}\nimport b\n")
    assert dump(parsed.tree) == dump(ast.parse(f"import a\n{same}\nimport b\n"))
    assert parsed.partial and parsed.version == "2.7"
    assert [message for _, message in told(parsed)] == ["written for Python 2.7: 1 statement rewritten to be read"]


@pytest.mark.parametrize("name", [*NEWER, *OLDER])
def test_rewriting_keeps_every_line_where_it_is(name: str) -> None:
    source = (NEWER | OLDER)[name][0].replace("\n", "\n        ") if "inside" not in name else "x = 1"
    text = f"class Shop:\n    def sell(self):\n        {source}\n        import late\n\nimport last\n"
    assert {("late", text.count("\n") - 2), ("last", text.count("\n"))} <= set(names(read(text)))


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="read by the interpreter itself")
def test_type_parameters_over_several_lines_keep_the_lines_behind_them() -> None:
    parsed = read("def first[\n    T,\n](\n    items: int = late,\n): pass\nclass Box[\n    T\n]:\n    import b\n")
    assert [node.lineno for node in ast.walk(parsed.tree) if isinstance(node, ast.Name) and node.id == "late"] == [4]
    assert names(parsed) == [("b", 9)]


UNREADABLE = {
    "nonsense": ("x = = 1", 1),
    "a template": ("class {{ name }}(Base):\n    x = {{ value }}\n    {% if y %}", 1),
    "a conflict": ("<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> theirs", 1),
    "a shell line": ("%matplotlib inline\n!ls -l", 1),
    "an open bracket": ("x = call(1,", 1),
    "an open string": ("x = 'abc", 1),
    "an open docstring": ('x = """abc', 1),
    "a closing bracket": ("x = 1)", 1),
    "a lonely clause": ("else:\n    x = 1", 1),
    "prose": ("This is no code, but it's a sentence.", 1),
    "a number too long": ("x = " + "1" * 5000, 1),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_left_out_and_the_rest_stays(name: str) -> None:
    source, line = UNREADABLE[name]
    text = f"import a\n{source}\n\nimport b\n\ndef f():\n    import c\n"
    parsed = read(text)
    assert names(parsed) == [("a", 1), ("b", text.count("\n") - 3), ("c", text.count("\n"))]
    assert parsed.partial
    assert told(parsed)[0][0] == 1 + line


def test_a_truncated_file_keeps_what_is_whole() -> None:
    parsed = read("import a\n\nclass Order(Base):\n    import b\n\n    def total(self, tax=call(1,")
    assert names(parsed) == [("a", 1), ("b", 4)]
    assert [line for line, _ in told(parsed)] == [6]


def test_a_header_that_cannot_be_read_keeps_its_name_and_its_block() -> None:
    parsed = read("class Order(Base,,):\n    def total(self, x y):\n        import a\n    elif ==:\n        import b\n")
    order = parsed.tree.body[0]
    assert isinstance(order, ast.ClassDef) and order.name == "Order"
    total = order.body[0]
    assert isinstance(total, ast.FunctionDef) and (total.name, total.lineno) == ("total", 2)
    assert names(parsed) == [("a", 3), ("b", 5)]


def test_a_stray_quote_does_not_turn_the_file_inside_out() -> None:
    parsed = read('import a\nx = """\nimport b\ndef f():\n    """What f does."""\n    import c\n')
    assert {("a", 1), ("c", 6)} <= set(names(parsed))


def test_a_broken_entry_does_not_take_the_table_around_it() -> None:
    parsed = read("table = {\n    'a': orders.Order,\n    'b': = 1,\n    'c': late(),\n}\nimport b\n")
    assert names(parsed) == [("b", 6)]
    assert "late" in {node.id for node in ast.walk(parsed.tree) if isinstance(node, ast.Name)}


def test_an_undecided_indentation_is_made_good() -> None:
    parsed = read("def f():\n        import a\n    import b\n  import c\n\timport d\nif x:\nimport e\n")
    assert names(parsed) == [("a", 2), ("b", 3), ("c", 4), ("d", 5), ("e", 7)]


def test_tabs_and_spaces_mixed_are_read_as_python_2_did() -> None:
    parsed = read("if x:\n        a = 1\n\timport b\nimport c\n")
    branch = parsed.tree.body[0]
    assert isinstance(branch, ast.If) and len(branch.body) == 2
    assert names(parsed) == [("b", 3), ("c", 4)]


CLAUSES = [
    "try:\n    import a\nimport b\n",
    "try:\n    import a\nexcept A, B, C D:\n    import b\n",
    "finally:\n    import a\nimport b\n",
    "@decorated\nimport a\nimport b\n",
    "match x:\n    import a\nimport b\n",
    "match x:\n    case 1:\n        import a\n    case = = 2\nimport b\n",
    "if x:\n    = 1\nimport a\nimport b\n",
    "if x: # why\nimport a\nimport b\n",
    "for x in y:\n    import a\nelse:\nimport b\n",
    "class A:\nimport a\ndef f(:\nimport b\n",
    "case 1:\n    import a\nimport b\n",
    "def f():\n    import a\n    class as:\nimport b\n",
    "def f():\n        @c\n    import a\nimport b\n",
    "def f():\n    def g():\n            @c\n        def h():\n            import a\n    import b\n",
    "if x:\n    import a\n  elif y:\n    import b\n",
]


@pytest.mark.parametrize("text", CLAUSES)
def test_clauses_out_of_place_lose_no_import(text: str) -> None:
    found = {name for name, _ in names(read(text))}
    assert "b" in found
    assert "a" in found or text.startswith("match x:\n    import a")


DEEP = {
    "a sum": "x = " + "1 + " * 5000 + "1",
    "a minus": "x = " + "-" * 5000 + "1",
    "a not": "x = " + "not " * 5000 + "1",
    "brackets": "x = " + "(" * 5000 + ")" * 5000,
    "calls": "x = f" + "()" * 5000,
    "attributes": "x = a" + ".a" * 5000,
    "lambdas": "x = " + "lambda: " * 5000 + "1",
    "conditions": "x = " + "1 if a else " * 5000 + "1",
    "powers": "x = " + "1 ** " * 5000 + "1",
    "subscripts": "x = a" + "[0]" * 5000,
    "a sum of 500": "x = " + "late + " * 500 + "1",
    "attributes, 500": "x = a" + ".a" * 500,
    "lists, 190": "x = " + "[" * 190 + "1" + "]" * 190,
    "blocks, 3000": "\n".join(" " * depth + "if x:" for depth in range(3000)),
    "an elif chain": "if x: pass\n" + "elif x: import late\n" * 2000,
    "an elif chain of 500": "if x: pass\n" + "elif x: import late\n" * 500,
}


def depth(tree: ast.AST) -> int:
    level: list[ast.AST] = [tree]
    for count in range(100_000):
        if not level:
            return count
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    raise AssertionError("endless")


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_neither_overflows_nor_hides_the_rest(name: str) -> None:
    parsed = read(f"import a\n{DEEP[name]}\n\nimport b\n")
    assert depth(parsed.tree) <= DEEPEST
    assert {"a", "b"} <= {module for module, _ in names(parsed)}
    assert parsed.problems
    ast.NodeVisitor().visit(parsed.tree)  # recursive: would raise


@pytest.mark.parametrize("count", [400, 4000])
def test_the_end_of_a_long_elif_chain_is_kept(count: int) -> None:
    parsed = read("if x: pass\n" + "elif x:\n    import late\n" * count)
    assert [line for _, line in names(parsed)] == list(range(3, 2 * count + 3, 2))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("# -*- coding: latin-1 -*-\nname = 'Łódź é'\nimport b\n".encode("latin-1", "replace"), []),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nname = '\x80'\nimport b\n", []),
        (b"\xef\xbb\xbfimport b\n", []),
        (b"name = '\xe9'\nimport b\n", ["is not utf-8: read as latin-1"]),
        (b"# coding: utf-8\nname = '\xe9'\nimport b\n", ["is not utf-8: read as latin-1"]),
        (b"# coding: no-such\nname = 1\nimport b\n", ["is not no-such: read as utf-8"]),
        (b"# coding: idna\nname = 1\nimport b\n", ["is not idna: read as utf-8"]),
        (b"# coding: hex\nname = 1\nimport b\n", ["is not hex: read as utf-8"]),
        (b"name = '\x00'\nimport b\n", ["holds null bytes: read as spaces"]),
        ("\ufeffimport b\n".encode("utf-16-le"), ["is utf-16-le: Python reads no such files"]),
    ],
)
def test_bytes_are_decoded_as_python_does_or_told(data: bytes, words: list[str]) -> None:
    parsed = parse(data, PATH)
    assert [message for _, message in told(parsed)] == words
    assert [name for name, _ in names(parsed)] == ["b"]
    assert parsed.partial == bool(words)


def test_line_ends_of_every_kind_count_as_python_counts_them() -> None:
    parsed = parse(b"import a\r\nimport b\rimport c\n\x0cimport d\nx = '\x0b\xe2\x80\xa8'\nimport e", PATH)
    assert names(parsed) == [("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 6)]
    assert (parsed.lines, parsed.partial) == (6, False)


@pytest.mark.parametrize(("data", "lines"), [(b"", 0), (b"\n", 1), (b"x", 1), (b"x\n", 1), (b"x\ny", 2)])
def test_lines_are_counted(data: bytes, lines: int) -> None:
    assert parse(data, PATH).lines == lines


def test_a_file_too_large_is_told_and_not_read() -> None:
    parsed = parse(b"x = 1\n" * (LARGEST // 6 + 1), PATH)
    assert parsed.tree.body == [] and parsed.partial
    assert told(parsed) == [(0, "too large to read: 8 MB")]


def test_many_lines_left_out_are_counted_not_listed() -> None:
    parsed = read("x = = 1\n" * 1000)
    assert len(parsed.problems) == 21
    assert told(parsed)[-1] == (21, "980 more lines from here on cannot be read")


SLOW = {
    "open brackets": "(\n" * 2_000,
    "open calls": "f(a,\n" * 2_000,
    "open quotes": 'x = "\n' * 2_000,
    "open docstrings": 'x = """ "" \n' * 2_001,
    "bad lines": "print 'x'\n" * 2_000,
    "f-strings": 'x = f"{' * 5_000 + "\n",
    "nested f-strings": 'f"{' * 2_000 + "x" + '}"' * 2_000 + "\n= =",
    "formats": 'x = f"{a:' + "{b:" * 3_000 + "\n",
    "clauses": "else:\n" * 2_000,
    "headers": "def f(:\n" * 2_000,
    "backslashes": "x = \\\n" * 2_000,
    "decorators": "@a\n" * 2_000 + "= =\n",
    "a staircase": "".join(" " * (n % 300) + "if x y:\n" for n in range(1_000)),
    "except": "except " + "A, " * 2_000 + ":\n",
    "print": "print " + "; print " * 1_000 + "x y\n",
    "raise": "raise " + "a," * 2_000 + "x y\n",
    "lambda": "x = lambda " + "(" * 2_000 + "\n",
    "spaces": "print" + " " * 5_000 + "x y\n",
    "names": "a" * 5_000 + " b\n",
    "digits": "0" * 5_000 + "9 b\n",
}


@pytest.mark.parametrize("name", SLOW)
def test_shapes_that_invite_quadratic_work_are_read(name: str) -> None:
    """`benchmarks/fuzz.py` measures that time grows linearly; were it exponential, this would not end."""
    parsed = read("import a\n" + SLOW[name] + "import b\n")
    assert parsed.partial and depth(parsed.tree) <= DEEPEST


def test_warnings_stay_unheard_and_untouched_even_as_errors_and_among_threads() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results: list[Parsed] = []
        work = [threading.Thread(target=lambda: results.append(read('x = "\\d"; y = 1is 1\n'))) for _ in range(8)]
        for thread in work:
            thread.start()
        for thread in work:
            thread.join()
        assert [parsed.partial for parsed in results] == [False] * 8
        with pytest.raises(SyntaxError):
            compile('x = "\\d"', "elsewhere.py", "exec")


def test_parsing_never_imports_or_runs_the_file(tmp_path: object) -> None:
    before = set(sys.modules)
    read("import antigravity, this\nraise SystemExit\n")
    gc.collect()
    assert {"antigravity", "this"}.isdisjoint(set(sys.modules) - before)
