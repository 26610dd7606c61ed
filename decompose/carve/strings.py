"""Stage 7: names of modules inside text: dotted strings of code, configuration, documentation, and paths of files."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

import libcst as cst

from .homes import Homes
from .project import File, Project
from .rewrite import Changes
from .scopes import Surroundings, dotted
from .values import Unfollowed

__all__ = ["Names", "follow_comments", "follow_strings", "follow_text"]

# a.b   a.b:attr   a.b.*   a.b.
_DOTTED = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(:[\w.]+|\.\*|\.)?")
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


@dataclass(frozen=True)
class Names:
    """What text may name: `paths` maps the old path of each moved file and package folder to its new one."""

    project: Project
    homes: Homes
    paths: Mapping[str, str] = field(default_factory=dict)

    def follow(self, text: str) -> str | None:
        """The new spelling of a dotted path that names a moved module or something in it; None for any other text."""
        match = _DOTTED.fullmatch(text)
        if match is None:
            return None
        parts = match[1].split(".")
        depth = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in self.project.universe), 0)
        module = ".".join(parts[:depth])
        if not depth or self.homes.rename(module) == module:
            return None
        if depth == 1 and not self._is_certain(module, parts[1:]):
            return None
        return self.homes.rename(module) + text[len(module) :]

    def follow_bare(self, text: str) -> str | None:
        """As `follow`, for a place where a single word such as "orders" can only be a module."""
        return (
            self.homes.rename(text) if text in self.project.universe and self.homes.changes(text) else self.follow(text)
        )

    def _is_certain(self, module: str, rest: list[str]) -> bool:
        # "orders" and "orders.Order" are also an app label and a model: only what the module itself binds is a path.
        if not rest or self.project.binds(f"{module}.models", rest[0]):
            return False
        return self.project.binds(module, rest[0])

    def follow_path(self, text: str) -> str | None:
        """The new path of a moved file or folder, or of a pattern inside a moved folder such as "orders/**/*.html"."""
        bare = text.removeprefix("./").removeprefix("/").rstrip("/")
        fixed = "/".join(takewhile(lambda part: not set(part) & set("*{}"), bare.split("/")))
        new = self.paths.get(fixed)
        return None if new is None else text.replace(fixed, new, 1)

    @cached_property
    def mentioned(self) -> re.Pattern[str]:
        """Finds any text that could name what moved; a quick look before a close one."""
        words = sorted({*self.homes.pieces, *self.paths}, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, words)) if words else r"(?!)")


@dataclass(slots=True)
class _Following:
    """One file while its strings follow."""

    file: File
    names: Names
    changes: Changes = field(default_factory=dict)
    lost: list[Unfollowed] = field(default_factory=list)

    def list(self, kind: str, text: str, blocks: bool = True) -> None:
        self.lost.append(Unfollowed(kind, self.file.path, self.file.line_of(text), text[:80], blocks))


def follow_strings(file: File, names: Names) -> tuple[Changes, list[Unfollowed]]:
    """Changes to the strings of `file` that name what moved; what may name it and cannot be followed is listed."""
    run = _Following(file, names)
    for string in file.scan.strings:
        if isinstance(string.node, cst.FormattedString):
            _follow_formatted(run, string.node)
        else:
            _follow_string(run, string, string.node)
    return run.changes, run.lost


def follow_text(text: str, names: Names, rooted: bool = False) -> str:
    """`text` with each dotted name and path that moved spelled anew; everything else stays byte for byte.

    `rooted`: lines may begin with patterns that are anchored at the repository's root, as in CODEOWNERS.
    """
    if not names.mentioned.search(text):
        return text
    text = _TOKEN.sub(lambda m: names.follow(m[0]) or m[0], text)
    for pattern in (_PATH, _ROOTED) if rooted else (_PATH,):
        text = pattern.sub(lambda m: (names.follow_path(m[0]) if "/" in m[0] else None) or m[0], text)
    return text


def follow_comments(tree: cst.Module, names: Names) -> cst.Module:
    """The tree with the comments that name what moved spelled anew."""
    new = tree.visit(_Comments(names))
    assert isinstance(new, cst.Module)
    return new


class _Comments(cst.CSTTransformer):
    def __init__(self, names: Names) -> None:
        super().__init__()
        self.names = names

    def leave_Comment(self, original_node: cst.Comment, updated_node: cst.Comment) -> cst.Comment:
        new = follow_text(original_node.value, self.names)
        return updated_node if new == original_node.value else updated_node.with_changes(value=new)


def _follow_string(run: _Following, string: Surroundings, node: cst.SimpleString) -> None:
    raw = node.raw_value
    if "b" in node.prefix or not run.names.mentioned.search(raw):
        return
    if string.parents and isinstance(string.parents[0], cst.Expr):  # a docstring
        new = follow_text(raw, run.names)
    else:
        new = _follow_value(run, raw, run.names.follow_bare if _names_module(string) else run.names.follow)
    if new != raw:
        run.changes[id(node)] = node.with_changes(value=f"{node.prefix}{node.quote}{new}{node.quote}")


def _follow_value(run: _Following, raw: str, follow: Callable[[str], str | None]) -> str:
    new = follow(raw) or _follow_file(raw, run.names) or _follow_prefix(run, raw) or _follow_embedded(raw, run.names)
    if new == raw and follow_text(raw, run.names) != raw:
        run.list("text", raw, blocks=False)
    return new


def _follow_file(raw: str, names: Names) -> str | None:
    # "shop/data/rates.json" is a path; "shop/orders/" may be a URL
    return names.paths.get(raw) if "/" in raw and "." in raw.rpartition("/")[2] else None


def _follow_prefix(run: _Following, raw: str) -> str | None:
    match = _PREFIX.match(raw)
    if match is None:
        return None
    package, homes = match[1], run.names.homes
    new = homes.rename(package)
    if new != package and "." in package and package in run.names.project.universe:
        return new + raw[len(package) :]  # "orders.%s" is as likely a permission as a path
    if package in run.names.project.universe and any(piece.startswith(package + ".") for piece in homes.pieces):
        run.list("dynamic_name", raw)
    return None


def _follow_embedded(raw: str, names: Names) -> str:
    """Code and command lines inside strings: "python -m orders.cli", "from orders.models import Order"."""
    return _RUN.sub(lambda m: m[1] + (names.follow_bare(m[2]) or m[2]), raw)


def _follow_formatted(run: _Following, node: cst.FormattedString) -> None:
    first = node.parts[0] if node.parts else None
    if isinstance(first, cst.FormattedStringText) and run.names.mentioned.search(first.value):
        new = _follow_prefix(run, first.value) or _follow_embedded(first.value, run.names)
        if new != first.value:
            run.changes[id(first)] = first.with_changes(value=new)


def _names_module(string: Surroundings) -> bool:
    """Whether the place of a string says that a single word in it is a module."""
    for outer, inner in zip(string.parents, (string.node, *string.parents), strict=False):
        if isinstance(outer, cst.Call):
            return bool(_TAKES_MODULE.fullmatch(_callee(outer)))
        if isinstance(outer, cst.Arg) and outer.keyword is not None:  # packages=["orders"]
            return bool(_LISTS_MODULES.search(outer.keyword.value))
        if isinstance(outer, cst.Subscript):
            return dotted(outer.value) == "sys.modules"
        if isinstance(outer, cst.DictElement):
            return outer.key is inner and _is_loggers(string)
        if isinstance(outer, (cst.Assign, cst.AugAssign, cst.AnnAssign)):
            return any(_LISTS_MODULES.search(name) for name in _targets(outer)) or _is_config_name(string, outer)
    return False


def _callee(call: cst.Call) -> str:
    func = call.func
    return func.attr.value if isinstance(func, cst.Attribute) else dotted(func)


def _targets(node: cst.Assign | cst.AugAssign | cst.AnnAssign) -> Iterator[str]:
    targets = [t.target for t in node.targets] if isinstance(node, cst.Assign) else [node.target]
    yield from (dotted(target).rpartition(".")[2] for target in targets)


def _is_loggers(string: Surroundings) -> bool:
    # "loggers": {"orders": {...}}
    outer = [p for p in string.parents if isinstance(p, cst.DictElement)]
    return len(outer) > 1 and isinstance(outer[1].key, cst.SimpleString) and outer[1].key.raw_value == "loggers"


def _is_config_name(string: Surroundings, node: cst.CSTNode) -> bool:
    # class OrdersConfig(AppConfig): name = "orders"
    in_class = string.scope.is_class and isinstance(node, (cst.Assign, cst.AnnAssign))
    return in_class and list(_targets(node)) == ["name"] and string.parents[0] is node  # type: ignore[arg-type]
