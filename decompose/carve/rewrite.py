"""Stage 7: one file's tree + Homes -> the tree in which its imports and dotted uses follow."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import libcst as cst

from .homes import Home, Homes
from .layout import ancestors, under
from .project import File, Project, absolute, is_star
from .scopes import Binding, Reference, Scope, Statement, Surroundings, dotted, meaningful, scan_expression

__all__ = ["Changes", "Use", "expression", "follow_imports", "rebuild", "resolve", "taken", "uses"]

_Small = cst.BaseSmallStatement
Changes = dict[int, cst.CSTNode | Sequence[_Small]]  # id of a node -> what stands in its place
_WIDTH = 88


@dataclass(frozen=True, slots=True)
class Use:
    """`name` of `module` (None: the module itself) is taken; `names` are the attributes that are read from it."""

    module: str
    name: str | None
    names: tuple[str, ...] = ()
    star: bool = False
    spelling: str = ""  # how the text spells it, to find its line


@dataclass(slots=True)
class _Pass:
    """One file under one `Homes`: its changes so far, and the statements to add behind each import."""

    file: File
    project: Project
    homes: Homes
    name: str  # the file's own module after the pass
    changes: Changes = field(default_factory=dict)
    extras: dict[int, list[_Small]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)  # module -> the local name it is bound to
    by_alias: bool = False  # dotted spelling would collide with a local name


def follow_imports(file: File, project: Project, homes: Homes) -> Changes:
    """The changes that keep every import of `file`, and every dotted use of what it imports, valid under `homes`."""
    found = file.scan
    top = homes.package.split(".")[0]
    run = _Pass(file, project, homes, homes.rename(file.module))
    run.by_alias = bool(homes.face) or _collides(run, top)
    kept = _follow_references(run, found.references)
    for string in found.strings:
        kept |= _follow_annotation(run, string)
    for statement in found.statements:
        old: list[_Small] = [statement.node]
        if isinstance(statement.node, cst.Import):
            new = _follow_import(run, statement, statement.node, kept)
        else:
            new = _follow_from(run, statement.node)
        new = [*new, *_missing(run.extras.get(id(statement), []), new)]
        if new != old:
            run.changes[id(statement.node)] = new
    return run.changes


def uses(file: File, project: Project) -> Iterator[Use]:
    """What `file` takes from modules of the project, by any form of import, at any depth."""
    for statement in file.scan.statements:
        yield from taken(file, project, statement)
    for reference in file.scan.references:
        hit = resolve(file, project, reference)
        if hit is not None:
            attribute = reference.names[hit.depth : hit.depth + 1]
            yield Use(hit.module, None, attribute, spelling=".".join(reference.names))


def taken(file: File, project: Project, statement: Statement) -> Iterator[Use]:
    """What one import statement takes from modules of the project."""
    node, text = statement.node, _code(statement.node).split("\n")[0]
    if isinstance(node, cst.Import):
        modules = [dotted(alias.name) for alias in node.names]
        yield from (Use(module, None, spelling=text) for module in modules if module in project.universe)
        return
    base = absolute(file, file.module, len(node.relative), dotted(node.module))
    if base is None or base not in project.universe:
        return
    if isinstance(node.names, cst.ImportStar):
        yield Use(base, None, star=True, spelling=text)
        return
    for alias in node.names:
        inner = project.submodule(base, dotted(alias.name))
        yield Use(base, dotted(alias.name), spelling=text) if inner is None else Use(inner, None, spelling=text)


@dataclass(frozen=True, slots=True)
class Hit:
    """`reference.names[:depth]` is `module`, through `binding`; `base` is what the first name alone means."""

    module: str
    depth: int
    base: str
    binding: Binding


def resolve(file: File, project: Project, reference: Reference) -> Hit | None:
    """The deepest module of the project that the chain names; None where its first name is bound to no module."""
    scope = reference.scope.find(reference.names[0])
    if scope is None:
        return None
    for binding in scope.bindings[reference.names[0]]:
        if binding is None:
            continue
        base = _meaning(file, project, binding)
        if base is None or base not in project.universe:
            continue
        module, depth = base, 1
        for name in reference.names[1:]:
            inner = project.submodule(module, name)
            if inner is None:
                break
            module, depth = inner, depth + 1
        return Hit(module, depth, base, binding)
    return None


def _meaning(file: File, project: Project, binding: Binding) -> str | None:
    """The module that an imported name is, if it is one."""
    base = absolute(file, file.module, binding.level, binding.target)
    if binding.name is None or base is None:
        return base
    return project.submodule(base, binding.name)


def expression(name: str) -> cst.Name | cst.Attribute:
    """ "a.b" as a libcst expression."""
    parent, _, last = name.rpartition(".")
    return cst.Attribute(expression(parent), cst.Name(last)) if parent else cst.Name(last)


def rebuild(node: cst.CSTNode, changes: Changes) -> cst.CSTNode:
    """`node` with the changed nodes put in place; what has not changed is the same object."""
    if id(node) in changes:
        new = changes[id(node)]
        assert isinstance(new, cst.CSTNode)
        return new
    updates: dict[str, object] = {}
    for name in meaningful(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            new_value = rebuild(value, changes)
            if new_value is not value:
                updates[name] = new_value
        elif isinstance(value, (tuple, list)) and value:
            new_list = _rebuild_list(value, changes)
            if new_list is not None:
                updates[name] = new_list
    return node.with_changes(**updates) if updates else node


def _rebuild_list(values: Sequence[cst.CSTNode], changes: Changes) -> list[cst.CSTNode] | None:
    new: list[cst.CSTNode] = []
    for value in values:
        change = changes.get(id(value))
        if isinstance(change, Sequence):
            new += _spread(value, change)
        elif isinstance(value, cst.SimpleStatementLine):
            new += _rebuild_line(value, changes)
        else:
            new.append(rebuild(value, changes))
    unchanged = len(new) == len(values) and all(a is b for a, b in zip(new, values, strict=True))
    return None if unchanged else new


def _spread(old: cst.CSTNode, new: Sequence[_Small]) -> list[cst.CSTNode]:
    """Several small statements in place of one, on its line; the last keeps its semicolon."""
    semicolon = getattr(old, "semicolon", cst.MaybeSentinel.DEFAULT)
    plain = [statement.with_changes(semicolon=cst.MaybeSentinel.DEFAULT) for statement in new[:-1]]
    return [*plain, new[-1].with_changes(semicolon=semicolon)]


def _rebuild_line(line: cst.SimpleStatementLine, changes: Changes) -> list[cst.CSTNode]:
    """A line that holds one import alone becomes as many lines as that import needs."""
    alone = changes.get(id(line.body[0])) if len(line.body) == 1 else None
    if not isinstance(alone, Sequence):
        rebuilt = rebuild(line, changes)
        return [rebuilt]
    first = line.with_changes(body=_spread(line.body[0], alone[:1]))
    return [first, *(cst.SimpleStatementLine([statement]) for statement in alone[1:])]


# --- uses -------------------------------------------------------------------------------------------------------------


def _follow_references(run: _Pass, references: Iterable[Reference]) -> set[tuple[int, str]]:
    """Change dotted uses; returns (scope, top-level name) of plain imports that are still read by their old name."""
    kept: set[tuple[int, str]] = set()
    for reference in references:
        hit = resolve(run.file, run.project, reference)
        if hit is None:
            _follow_starred(run, reference)
        elif _reached_otherwise(run.homes, hit):
            node = reference.nodes[hit.depth - 1]
            run.changes[id(node)] = _in_parentheses_of(node, _spell(run, hit))
        elif hit.binding.plain:
            kept.add((id(hit.binding.statement.scope), reference.names[0]))
    return kept


def _follow_annotation(run: _Pass, string: Surroundings) -> set[tuple[int, str]]:
    """`x: "list[a.b.C]"` is code: its names follow like any other."""
    node = string.node
    if not (isinstance(node, cst.SimpleString) and any(isinstance(p, cst.Annotation) for p in string.parents)):
        return set()
    value = node.evaluated_value
    if not isinstance(value, str) or "." not in value or value != node.raw_value:
        return set()
    try:
        inner = cst.parse_expression(value)
    except cst.ParserSyntaxError:
        return set()
    kept = _follow_references(run, scan_expression(inner, string.scope))
    new = _code(rebuild(inner, run.changes))
    if new != value:
        run.changes[id(node)] = node.with_changes(value=f"{node.prefix}{node.quote}{new}{node.quote}")
    return kept


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
            _add(run, beside, _plain_import(run.homes.package if run.homes.inside(home.module) else home.module))
        return home.module
    source, name = home.taken_from()
    alias = run.aliases.setdefault(hit.module, _free(run, name, hit.module))
    if not any(m == hit.module for _, m in imports):
        _add(run, beside, _from_import(source, name, alias))
    return alias


def _plain_imports(run: _Pass) -> Iterator[tuple[Statement, str]]:
    """Each `import a.b` without alias, as (statement, "a.b")."""
    for statement in run.file.scan.statements:
        if isinstance(statement.node, cst.Import):
            yield from ((statement, dotted(a.name)) for a in statement.node.names if a.asname is None)


def _follow_starred(run: _Pass, reference: Reference) -> None:
    """`from package import *` brought a submodule that its package had loaded: it is imported by name now."""
    name = reference.names[0]
    if reference.scope.find(name) is not None:
        return
    for statement in run.file.scan.statements:
        if not is_star(statement.node):
            continue
        base = _base(run, statement.node, run.file.module)
        inner = run.project.submodule(base, name) if base else None
        if inner is not None and run.homes.changes(inner):
            source, taken = run.homes.of_module(inner).taken_from()
            _add(run, statement, _from_import(source, taken, name))


def _add(run: _Pass, statement: Statement, new: _Small) -> None:
    extras = run.extras.setdefault(id(statement), [])
    extras += _missing([new], extras)


def _missing(wanted: Sequence[_Small], present: Sequence[_Small]) -> list[_Small]:
    """Those of `wanted` that no statement of `present` says already; `import a.b` says `import a` too."""
    said = {_code(statement) for statement in present}
    bound = {
        name
        for statement in present
        if isinstance(statement, cst.Import)
        for alias in statement.names
        if alias.asname is None
        for name in (dotted(alias.name), *ancestors(dotted(alias.name)))
    }
    return [
        statement
        for statement in wanted
        if _code(statement) not in said
        and not (isinstance(statement, cst.Import) and dotted(statement.names[0].name) in bound)
    ]


def _free(run: _Pass, name: str, module: str) -> str:
    """A local name for `module` that nothing else in the file has."""
    taken = run.file.scan.identifiers() | set(run.aliases.values())
    parent = module.split(".")[-2:-1]
    candidates = [name, *(f"{p}_{name}" for p in parent), *(f"{name}_{n}" for n in range(2, 1000))]
    return next(candidate for candidate in candidates if candidate not in taken)


def _collides(run: _Pass, top: str) -> bool:
    """Whether `top`, the new package's first name, means something else where a dotted use would begin with it now."""
    hits = ((reference, resolve(run.file, run.project, reference)) for reference in run.file.scan.references)
    sites = [r.scope for r, hit in hits if hit and hit.base != top and _reached_otherwise(run.homes, hit)]
    sites += [s.scope for s, module in _plain_imports(run) if run.homes.changes(module) and not under(module, top)]
    return any(_means_another(run, scope, top) for scope in sites)


def _means_another(run: _Pass, site: Scope, top: str) -> bool:
    scope = site.find(top)
    bindings = scope.bindings.get(top, ()) if scope is not None else ()
    return any(binding is None or _meaning(run.file, run.project, binding) != top for binding in bindings)


def _in_parentheses_of(node: cst.BaseExpression, spelled: str) -> cst.BaseExpression:
    return expression(spelled).with_changes(lpar=node.lpar, rpar=node.rpar)


# --- statements -------------------------------------------------------------------------------------------------------


def _follow_import(run: _Pass, statement: Statement, node: cst.Import, kept: set[tuple[int, str]]) -> list[_Small]:
    stays: list[cst.ImportAlias] = []
    others: list[_Small] = []
    for alias in node.names:
        module = dotted(alias.name)
        home = run.homes.of_module(module) if module in run.project.universe else Home(module)
        top = module.split(".")[0]
        if home == Home(module):
            stays.append(alias)
        elif alias.asname is not None and home.name is None:
            stays.append(alias.with_changes(name=expression(home.module)))
        elif alias.asname is not None:
            others.append(_from_import(*home.taken_from(), dotted(alias.asname.name)))
        else:
            remains = _nearest_left(run, module) if (id(statement.scope), top) in kept else None
            if home.name is None and not run.by_alias:
                stays.append(alias.with_changes(name=expression(home.module)))
            else:
                source, name = home.taken_from()
                local = run.aliases.setdefault(module, _free(run, name, module))
                others.append(_from_import(source, name, local))
            if (
                remains
                and not (home.module.startswith(f"{top}.") and not run.by_alias)
                and not _imported_elsewhere(run, statement.scope, top, statement)
            ):
                others.insert(0, _plain_import(remains))
    if not stays:
        return others
    if all(a is b for a, b in zip(stays, node.names, strict=False)) and len(stays) == len(node.names):
        return [node, *others]
    return [node.with_changes(names=_without_last_comma(stays)), *others]


def _nearest_left(run: _Pass, module: str) -> str | None:
    """The nearest package around `module` that is still found under its old name."""
    return next((a for a in ancestors(module) if not run.homes.changes(a)), None)


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


def _follow_from(run: _Pass, node: cst.Import | cst.ImportFrom) -> list[_Small]:
    assert isinstance(node, cst.ImportFrom)
    old = _base(run, node, run.file.module)
    if old is None or old not in run.project.universe:
        return [node]
    seen = _base(run, node, run.name) or ""  # what the unchanged text would mean in the file's new place
    if isinstance(node.names, cst.ImportStar):
        home = run.homes.of_module(old)
        return [node if home.name is not None or home.module == seen else _taking_from(run, node, home.module)]
    groups: dict[str, list[cst.ImportAlias]] = {}
    for alias in node.names:
        source, name = _home_of(run, old, dotted(alias.name)).taken_from()
        groups.setdefault(source, []).append(_renamed(alias, name))
    if list(groups) == [seen] and all(a is b for a, b in zip(groups[seen], node.names, strict=True)):
        return [node]
    first = seen if seen in groups else old
    return [_group(run, node, source, groups[source]) for source in sorted(groups, key=lambda source: source != first)]


def _home_of(run: _Pass, module: str, name: str) -> Home:
    """Where `from module import name` finds its name from now on."""
    inner = run.project.submodule(module, name)
    return run.homes.of_name(module, name) if inner is None else run.homes.of_module(inner)


def _renamed(alias: cst.ImportAlias, name: str) -> cst.ImportAlias:
    if dotted(alias.name) == name:
        return alias
    bound = cst.AsName(cst.Name(dotted(alias.name))) if alias.asname is None else alias.asname
    kept = None if isinstance(bound.name, cst.Name) and bound.name.value == name else bound
    return alias.with_changes(name=cst.Name(name), asname=kept)


def _group(
    run: _Pass, node: cst.ImportFrom, source: str, aliases: list[cst.ImportAlias]
) -> cst.ImportFrom | cst.Import:
    """Those names of the statement that are found in `source` now."""
    if not source:  # the module has become a top-level one
        return cst.Import([cst.ImportAlias(a.name, asname=a.asname) for a in aliases])
    moved = node if source == _base(run, node, run.name) else _taking_from(run, node, source)
    if len(aliases) == len(node.names):  # type: ignore[arg-type]
        return moved.with_changes(names=aliases)
    return _folded(moved.with_changes(names=_without_last_comma(aliases)))


def _folded(node: cst.ImportFrom) -> cst.ImportFrom:
    """Part of a parenthesised import goes on one line where it fits and loses no comment."""
    if node.lpar is None or "#" in _code(node):
        return node if node.lpar is None else _closed(node)
    assert not isinstance(node.names, cst.ImportStar)
    plain = [cst.ImportAlias(alias.name, asname=alias.asname) for alias in node.names]
    flat = node.with_changes(names=plain, lpar=None, rpar=None)
    return flat if len(_code(flat)) <= _WIDTH else _closed(node)


def _closed(node: cst.ImportFrom) -> cst.ImportFrom:
    """A tall import's closing parenthesis stands on a line of its own, whichever name has become the last."""
    assert not isinstance(node.names, cst.ImportStar)
    last = node.names[-1]
    if isinstance(last.comma, cst.Comma) or not _breaks(node.lpar, "after") or _breaks(node.rpar, "before"):
        return node
    end = cst.Comma(whitespace_after=cst.ParenthesizedWhitespace(cst.TrailingWhitespace()))
    return node.with_changes(names=[*node.names[:-1], last.with_changes(comma=end)])


def _breaks(parenthesis: cst.LeftParen | cst.RightParen | None, side: str) -> bool:
    return isinstance(getattr(parenthesis, f"whitespace_{side}", None), cst.ParenthesizedWhitespace)


def _without_last_comma(aliases: Sequence[cst.ImportAlias]) -> list[cst.ImportAlias]:
    """The names as the end of a statement: the last comma goes, or stays for its comment and ends its line."""
    last = aliases[-1]
    if isinstance(last.comma, cst.Comma):
        after = last.comma.whitespace_after
        if "#" in cst.Module([]).code_for_node(last.comma) and isinstance(after, cst.ParenthesizedWhitespace):
            end = last.comma.with_changes(whitespace_after=after.with_changes(last_line=cst.SimpleWhitespace("")))
            last = last.with_changes(comma=end)
        else:
            last = last.with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return [*aliases[:-1], last]


def _base(run: _Pass, node: cst.Import | cst.ImportFrom, importer: str) -> str | None:
    assert isinstance(node, cst.ImportFrom)
    return absolute(run.file, importer, len(node.relative), dotted(node.module))


def _taking_from(run: _Pass, node: cst.ImportFrom, source: str) -> cst.ImportFrom:
    """The import of `source`: relative if it was, and stays inside the new package or climbs no higher than before."""
    own = run.name.split(".") if run.file.is_package else run.name.split(".")[:-1]
    parts = source.split(".")
    common = next((i for i, (a, b) in enumerate(zip(own, parts, strict=False)) if a != b), min(len(own), len(parts)))
    level = len(own) - common + 1
    both = run.homes.inside(run.name) and run.homes.inside(source)
    if not common or not node.relative or not (both or level <= len(node.relative)):
        return node.with_changes(relative=(), module=expression(source), whitespace_after_from=_SPACE)
    rest = expression(".".join(parts[common:])) if parts[common:] else None
    return node.with_changes(relative=[cst.Dot()] * level, module=rest, whitespace_after_from=_SPACE)


_SPACE = cst.SimpleWhitespace(" ")


def _plain_import(module: str) -> cst.Import:
    return cst.Import([cst.ImportAlias(expression(module))])


def _from_import(source: str, name: str, bound: str) -> _Small:
    asname = None if bound == name else cst.AsName(cst.Name(bound))
    if not source:
        return cst.Import([cst.ImportAlias(cst.Name(name), asname=asname)])
    return cst.ImportFrom(expression(source), [cst.ImportAlias(cst.Name(name), asname=asname)])


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node).strip("; ")
