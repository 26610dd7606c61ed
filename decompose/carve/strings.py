"""Stage 7: names of modules inside text: dotted strings of code, configuration, documentation, and paths of files."""

import ast
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .lower import lower_expression
from .names import Names
from .project import File
from .scopes import Quoted, dotted
from .text import Edits, Span
from .values import Unfollowed

__all__ = ["follow_comments", "follow_strings", "follow_text"]

# a.b.%s   a.b.{}   and the first text of f"a.b.{x}"
_PREFIX = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\.(?=[%{]|$)")
_TOKEN = re.compile(r"(?<![\w./-])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?![\w/-])")
_PATH = re.compile(r"(?<![\w./:{-])(?:\./)?[\w.-]+(?:/[\w.*{}-]+)*/?(?![\w{])")
_ROOTED = re.compile(r"(?m)^/?[\w.-]+(?:/[\w.*{}-]+)*/?(?![\w{])")  # /orders/ @team
_RUN = re.compile(r"((?:^|\s)(?:-m|import|from)\s+)([A-Za-z_][\w.]*)")
# Calls whose first argument names a module: import_module("orders"), include("orders") ...
_TAKES_MODULE = re.compile(
    r"import_module|__import__|import_string|importorskip|include|find_spec|walk_packages|reload|run_module|patch|Celery|"
    r"files|get_data|open_text|read_text|resource_(filename|string)|getLogger|autodiscover_tasks"
)
# INSTALLED_APPS = ["orders"]   packages=["orders"]
_LISTS_MODULES = re.compile(r"(?i)(^|_)(apps|packages|modules|plugins|imports)$|^py_modules$|^known_first_party$")


@dataclass(slots=True)
class _Following:
    """One file while its strings follow."""

    file: File
    names: Names
    edits: dict[Span, str] = field(default_factory=dict)
    lost: list[Unfollowed] = field(default_factory=list)

    def list(self, kind: str, literal: "_Literal", blocks: bool = True) -> None:
        line = self.file.text.line(literal.start)
        self.lost.append(Unfollowed(kind, self.file.path, line, literal.raw.split("\n")[0][:80], blocks))


@dataclass(frozen=True, slots=True)
class _Literal:
    """What stands between the quotes of one literal, as written, and where; of an f-string, up to its first hole."""

    start: int
    raw: str
    template: bool = False


def follow_strings(file: File, names: Names, settled: Edits) -> tuple[Edits, list[Unfollowed]]:
    """Edits to the strings of `file` that name what moved; what may name it and cannot be followed is listed.

    Strings that `settled` changes have followed already.
    """
    run = _Following(file, names)
    done = {start for start, _ in settled}
    for string in _naming(file, names):
        for literal in _literals(file, string):
            if literal.start in done:
                continue
            new = _follow_literal(run, string, literal) if names.wanted.search(literal.raw) else literal.raw
            if new != literal.raw:
                run.edits[literal.start, literal.start + len(literal.raw.encode())] = new
    return run.edits, run.lost


def _naming(file: File, names: Names) -> Iterator[Quoted]:
    """The strings in which something stands that could name what moved."""
    text = file.text
    places = [match.start() for match in names.wanted_bytes.finditer(text.body)]
    spans = sorted((*text.span(string.node), n) for n, string in enumerate(file.scan.strings)) if places else []
    starts = [start for start, _, _ in spans]
    found = set()
    for at in places:
        before = bisect_right(starts, at) - 1
        if before >= 0 and at < spans[before][1]:
            found.add(spans[before][2])
    yield from (file.scan.strings[n] for n in sorted(found))


def follow_text(text: str, names: Names, rooted: bool = False) -> str:
    """`text` with each dotted name and path that moved spelled anew; everything else stays byte for byte.

    `rooted`: lines may begin with patterns that are anchored at the repository's root, as in CODEOWNERS.
    """
    if not names.mentioned.search(text):
        return text
    text = _TOKEN.sub(names.follow_word, text)
    for pattern in (_PATH, _ROOTED) if rooted else (_PATH,):
        text = pattern.sub(lambda m: (names.follow_path(m[0]) if "/" in m[0] else None) or m[0], text)
    return text


def follow_comments(file: File, names: Names) -> Edits:
    """Edits to the comments of `file` that name what moved."""
    if not names.commented.search(file.text.string):
        return {}
    body = bytearray(file.text.body)
    for string in file.scan.strings:
        start, end = file.text.span(string.node)
        body[start:end] = b" " * (end - start)
    comments = ((found.span(), found[0].decode()) for found in _COMMENT.finditer(body))
    followed = ((span, old, follow_text(old, names)) for span, old in comments)
    return {span: new for span, old, new in followed if new != old}


_COMMENT = re.compile(rb"#[^\r\n]*")


def _literals(file: File, string: Quoted) -> Iterator[_Literal]:
    """The parts that a string is written in: "a" "b" are two."""
    start, end = file.text.span(string.node)
    source = file.text.source((start, end))
    whole = _LITERAL.fullmatch(source)
    if isinstance(string.node, ast.Constant) and whole is not None:
        yield from _between_quotes(whole, start)
    else:
        yield from _parts(lower_expression(source, start), file)


def _between_quotes(whole: re.Match[str], start: int) -> Iterator[_Literal]:
    if "b" not in whole[1].lower():
        yield _Literal(start + len(whole[1] + whole[2]), whole[3])


def _parts(node: ast.AST | None, file: File) -> Iterator[_Literal]:
    if isinstance(node, ast.Tuple):
        for part in node.elts:
            yield from _parts(part, file)
    elif isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
        start, end = file.text.span(node.values[0])
        yield _Literal(start, file.text.source((start, end)), template=True)
    elif isinstance(node, ast.Constant):
        start, end = file.text.span(node)
        whole = _LITERAL.fullmatch(file.text.source((start, end)))
        yield from _between_quotes(whole, start) if whole is not None else ()


# prefix, quotes, what stands between them
_LITERAL = re.compile(r"""(?is)([a-z]{0,2})(\"{3}|'{3}|"|')((?:\\.|(?!\2).)*)\2""")


def _follow_literal(run: _Following, string: Quoted, literal: _Literal) -> str:
    if literal.template:
        return _follow_prefix(run, literal) or _follow_embedded(literal.raw, run.names)
    if isinstance(next(string.around(), None), ast.Expr):  # a docstring
        return follow_text(literal.raw, run.names)
    return _follow_value(run, literal, run.names.follow_bare if _names_module(string) else run.names.follow)


def _follow_value(run: _Following, literal: _Literal, follow: Callable[[str], str | None]) -> str:
    raw = literal.raw
    new = follow(raw) or _follow_file(raw, run.names) or _follow_prefix(run, literal)
    new = new or _follow_embedded(raw, run.names)
    if new == raw and raw not in run.names.keys and follow_text(raw, run.names) != raw:
        run.list("text", literal, blocks=False)
    return new


def _follow_file(raw: str, names: Names) -> str | None:
    # "shop/data/rates.json" is a path; "shop/orders/" may be a URL
    return names.paths.get(raw) if "/" in raw and "." in raw.rpartition("/")[2] else None


def _follow_prefix(run: _Following, literal: _Literal) -> str | None:
    raw = literal.raw
    match = _PREFIX.match(raw)
    if match is None:
        return None
    package, homes = match[1], run.names.homes
    new = homes.rename(package)
    if new != package and "." in package and package in run.names.project.universe:
        return new + raw[len(package) :]  # "orders.%s" is as likely a permission as a path
    if package in run.names.project.universe and any(piece.startswith(package + ".") for piece in homes.pieces):
        run.list("dynamic_name", literal)
    return None


def _follow_embedded(raw: str, names: Names) -> str:
    """Code and command lines inside strings: "python -m orders.cli", "from orders.models import Order"."""
    return _RUN.sub(lambda m: m[1] + (names.follow_bare(m[2]) or m[2]), raw)


def _names_module(string: Quoted) -> bool:
    """Whether the place of a string says that a single word in it is a module."""
    inner: ast.AST = string.node
    for outer in string.around():
        if isinstance(outer, ast.Call):
            return bool(_TAKES_MODULE.fullmatch(_callee(outer)))
        if isinstance(outer, ast.keyword):  # packages=["orders"]
            return bool(_LISTS_MODULES.search(outer.arg or ""))
        if isinstance(outer, ast.Subscript):
            return dotted(outer.value) == "sys.modules"
        if isinstance(outer, ast.Dict):
            return inner in outer.keys and _is_loggers(string)
        if isinstance(outer, ast.Assign | ast.AugAssign | ast.AnnAssign):
            return any(_LISTS_MODULES.search(name) for name in _targets(outer)) or _is_config_name(string, outer)
        if isinstance(outer, ast.stmt):
            return False
        inner = outer
    return False


def _callee(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else dotted(call.func)


def _targets(node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    yield from (dotted(target).rpartition(".")[2] for target in targets)


def _is_loggers(string: Quoted) -> bool:
    # "loggers": {"orders": {...}}
    dicts = [node for node in string.around() if isinstance(node, ast.Dict)]
    inner, outer = dicts[0], dicts[1] if len(dicts) > 1 else None
    keys = [key for key, value in zip(outer.keys, outer.values, strict=True) if value is inner] if outer else []
    return any(isinstance(key, ast.Constant) and key.value == "loggers" for key in keys)


def _is_config_name(string: Quoted, node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> bool:
    # class OrdersConfig(AppConfig): name = "orders"
    return string.scope.is_class and list(_targets(node)) == ["name"] and next(string.around(), None) is node
