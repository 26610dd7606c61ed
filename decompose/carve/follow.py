"""Stage 7: one file + Homes -> the edits by which its imports, and dotted uses of what they bring, follow."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .homes import Home, Homes
from .layout import ancestors, under
from .project import File, Hit, Project, absolute
from .scopes import Reference, Scope, Statement
from .statements import Pick, from_import, plain_import, star_from, with_modules, with_names
from .text import Edits, Span

__all__ = ["follow_imports"]

_Kept = set[tuple[int, str]]
"""(id of a scope, top-level name) of plain imports that are still read by their old name."""


@dataclass(slots=True)
class _Pass:
    """One file under one `Homes`: its edits so far, and the statements to add behind each import."""

    file: File
    project: Project
    homes: Homes
    name: str  # the file's own module after the pass
    edits: dict[Span, str] = field(default_factory=dict)
    extras: dict[int, list[str]] = field(default_factory=dict)  # by the id of the import statement's node
    aliases: dict[str, str] = field(default_factory=dict)  # module -> the local name it is bound to
    by_alias: bool = False  # dotted spelling would collide with a local name


def follow_imports(file: File, project: Project, homes: Homes) -> Edits:
    """The edits that keep every import of `file`, and every dotted use of what it imports, valid under `homes`."""
    run = _Pass(file, project, homes, homes.rename(file.module))
    run.by_alias = bool(homes.face) or _collides(run, homes.package.split(".")[0])
    kept = _follow_references(run)
    for statement in file.scan.statements:
        node = statement.node
        new = _follow_import(run, statement, node, kept) if isinstance(node, ast.Import) else _follow_from(run, node)
        extras = run.extras.get(id(node), [])
        if new is not None or extras:
            lines = [_source(run, node)] if new is None else new
            _put(run, node, [*lines, *_missing(extras, lines)])
    return run.edits


def _source(run: _Pass, node: ast.stmt) -> str:
    return run.file.text.source(run.file.text.span(node)).replace("\r\n", "\n")


def _put(run: _Pass, node: ast.stmt, lines: Sequence[str]) -> None:
    """The new statements in place of one: on lines of their own where it had its line to itself, else on its line."""
    text = run.file.text
    start, end = text.span(node)
    rest = text.rest_of_line(end)
    alone = text.begins_line(start) and text.source(rest).lstrip()[:1] in ("", "#")
    new = [line.replace("\n", text.line_end) for line in lines]
    if not alone:
        run.edits[start, end] = "; ".join(new)
        return
    if new[0] != text.source((start, end)):
        run.edits[start, end] = new[0]
    if new[1:]:  # behind the line's comment
        run.edits[rest[1], rest[1]] = "".join(f"{text.line_end}{text.before(start)}{line}" for line in new[1:])


# --- dotted uses ------------------------------------------------------------------------------------------------------


def _follow_references(run: _Pass) -> _Kept:
    """Change dotted uses; returns which plain imports are still needed under their old name."""
    kept: _Kept = set()
    for hit in run.project.hits(run.file):
        if _reached_otherwise(run.homes, hit):
            _respell(run, hit)
        elif hit.binding.plain:
            kept.add((id(hit.binding.statement.scope), hit.reference.names[0]))
    if run.file.scan.has_star():
        for reference in run.file.scan.references:
            _follow_starred(run, reference)
    return kept


def _respell(run: _Pass, hit: Hit) -> None:
    span = run.file.text.span(hit.reference.nodes[hit.depth - 1])
    spelled = _spell(run, hit)
    closed = run.file.text.source(span).startswith("(")  # return(shop).orders
    run.edits[span] = f"({spelled})" if closed else spelled


def _reached_otherwise(homes: Homes, hit: Hit) -> bool:
    """Whether the spelling stops to work: not when its first name is rebound to a package that took the rest along."""
    if not homes.changes(hit.module):
        return False
    if hit.binding.plain:
        return True
    base = homes.of_module(hit.base)
    if base == Home(hit.base):
        return hit.module != hit.base
    return bool(not homes.face and homes.rename(hit.module) != base.module + hit.module[len(hit.base) :])


def _spell(run: _Pass, hit: Hit) -> str:
    """How `hit.module` is spelled from now on; sees to it that the spelling is imported where its first name was."""
    home = run.homes.of_module(hit.module)
    beside = hit.binding.statement
    imports = [(s, m) for s, m in _plain_imports(run) if s.scope is beside.scope and run.homes.changes(m)]
    if home.name is None and not run.by_alias:
        if not any(run.homes.rename(m).split(".")[0] == home.module.split(".")[0] for _, m in imports):
            _add(run, beside, plain_import(run.homes.package if run.homes.inside(home.module) else home.module))
        return home.module
    source, name = home.taken_from()
    alias = run.aliases.setdefault(hit.module, _free(run, name, hit.module))
    if not any(m == hit.module for _, m in imports):
        _add(run, beside, from_import(source, name, alias))
    return alias


def _plain_imports(run: _Pass) -> Iterator[tuple[Statement, str]]:
    """Each `import a.b` without alias, as (statement, "a.b")."""
    for statement in run.file.scan.statements:
        if isinstance(statement.node, ast.Import):
            yield from ((statement, alias.name) for alias in statement.node.names if alias.asname is None)


def _follow_starred(run: _Pass, reference: Reference) -> None:
    """`from package import *` brought a submodule that its package had loaded: it is imported by name now."""
    name = reference.names[0]
    if reference.scope.find(name) is not None:
        return
    for statement in run.file.scan.statements:
        node = statement.node
        if isinstance(node, ast.Import) or node.names[0].name != "*":
            continue
        base = _base(run, node, run.file.module)
        inner = run.project.submodule(base, name) if base else None
        if inner is not None and run.homes.changes(inner):
            source, taken = run.homes.of_module(inner).taken_from()
            _add(run, statement, from_import(source, taken, name))


def _add(run: _Pass, statement: Statement, new: str) -> None:
    extras = run.extras.setdefault(id(statement.node), [])
    extras += _missing([new], extras)


_LOADED = re.compile(r"(?:^import|,)\s+([\w.]+)(?=\s*(?:,|$))")  # import a.b, c   but not: import a as b


def _missing(wanted: Sequence[str], present: Sequence[str]) -> list[str]:
    """Those of `wanted` that no statement of `present` says already; `import a.b` says `import a` too."""
    loaded = [module for text in present if text.startswith("import") for module in _LOADED.findall(text)]
    said = {*present, *(plain_import(name) for module in loaded for name in (module, *ancestors(module)))}
    return [text for text in wanted if text not in said]


def _free(run: _Pass, name: str, module: str) -> str:
    """A local name for `module` that nothing else in the file has."""
    taken = run.file.scan.identifiers() | set(run.aliases.values())
    parent = module.split(".")[-2:-1]
    candidates = [name, *(f"{p}_{name}" for p in parent), *(f"{name}_{n}" for n in range(2, 1000))]
    return next(candidate for candidate in candidates if candidate not in taken)


def _collides(run: _Pass, top: str) -> bool:
    """Whether `top`, the new package's first name, means something else where a dotted use would begin with it now."""
    hits = run.project.hits(run.file)
    sites = [hit.reference.scope for hit in hits if hit.base != top and _reached_otherwise(run.homes, hit)]
    sites += [s.scope for s, module in _plain_imports(run) if run.homes.changes(module) and not under(module, top)]
    return any(_means_another(run, scope, top) for scope in sites)


def _means_another(run: _Pass, site: Scope, top: str) -> bool:
    scope = site.find(top)
    bindings = scope.bindings.get(top, ()) if scope is not None else ()
    return any(binding is None or run.project.meaning(run.file, binding) != top for binding in bindings)


# --- statements -------------------------------------------------------------------------------------------------------


def _follow_import(run: _Pass, statement: Statement, node: ast.Import, kept: _Kept) -> list[str] | None:
    """The statements in place of `import a.b, c as d`; None where it stays as it is."""
    stays: list[Pick] = []
    others: list[str] = []
    for n, alias in enumerate(node.names):
        module, top = alias.name, alias.name.split(".")[0]
        home = run.homes.of_module(module) if module in run.project.universe else Home(module)
        if home == Home(module) or (home.name is None and (alias.asname is not None or not run.by_alias)):
            stays.append((n, home.module))
        elif alias.asname is not None:
            others.append(from_import(*home.taken_from(), alias.asname))
        else:
            source, name = home.taken_from()
            others.append(from_import(source, name, run.aliases.setdefault(module, _free(run, name, module))))
        if home == Home(module) or alias.asname is not None or (id(statement.scope), top) not in kept:
            continue
        remains = next((a for a in ancestors(module) if not run.homes.changes(a)), None)  # still at its old name
        binds_top = home.module.startswith(f"{top}.") and not run.by_alias
        if remains and not binds_top and not _imported_elsewhere(run, statement.scope, top, statement):
            others.insert(0, plain_import(remains))
    if stays == [(n, alias.name) for n, alias in enumerate(node.names)] and not others:
        return None
    return [with_modules(_source(run, node), stays), *others] if stays else others


def _imported_elsewhere(run: _Pass, scope: Scope, top: str, but: Statement) -> bool:
    """Whether another plain import of the same scope keeps binding `top`."""
    return any(
        statement is not but
        and statement.scope is scope
        and module.split(".")[0] == top
        and run.homes.of_module(module).module.split(".")[0] == top
        and not (run.by_alias and run.homes.changes(module))
        for statement, module in _plain_imports(run)
    )


def _follow_from(run: _Pass, node: ast.ImportFrom) -> list[str] | None:
    """The statements in place of `from a import b, c`, one for each place they are found now; None if it stays."""
    old = _base(run, node, run.file.module)
    if old is None or old not in run.project.universe:
        return None
    seen = _base(run, node, run.name) or ""  # what the unchanged text would mean in the file's new place
    if node.names[0].name == "*":
        home = run.homes.of_module(old)
        if home.name is not None or home.module == seen:
            return None
        return [star_from(_source(run, node), _way_to(run, node, home.module))]
    groups: dict[str, list[Pick]] = {}
    for n, alias in enumerate(node.names):
        source, name = _home_of(run, old, alias.name).taken_from()
        groups.setdefault(source, []).append((n, name))
    if groups == {seen: [(n, alias.name) for n, alias in enumerate(node.names)]}:
        return None
    first = seen if seen in groups else old
    text = _source(run, node)
    return [
        with_names(text, groups[source], None if source and source == seen else _way_to(run, node, source))
        for source in sorted(groups, key=lambda source: source != first)
    ]


def _home_of(run: _Pass, module: str, name: str) -> Home:
    """Where `from module import name` finds its name from now on."""
    inner = run.project.submodule(module, name)
    return run.homes.of_name(module, name) if inner is None else run.homes.of_module(inner)


def _base(run: _Pass, node: ast.ImportFrom, importer: str) -> str | None:
    return absolute(run.file, importer, node.level, node.module or "")


def _way_to(run: _Pass, node: ast.ImportFrom, source: str) -> tuple[int, str]:
    """(leading dots, rest): relative if it was, and stays inside the new package or climbs no higher than before."""
    own = run.name.split(".") if run.file.is_package else run.name.split(".")[:-1]
    parts = source.split(".")
    common = next((i for i, (a, b) in enumerate(zip(own, parts, strict=False)) if a != b), min(len(own), len(parts)))
    level = len(own) - common + 1
    both = run.homes.inside(run.name) and run.homes.inside(source)
    if not common or not node.level or not (both or level <= node.level):
        return 0, source
    return level, ".".join(parts[common:])
