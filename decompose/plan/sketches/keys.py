"""What a key to another boundary's rows becomes, as text to edit: Seams + Context -> lines of a sketch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ...model.counts import count, listed
from ...model.facts import Column, Evidence
from ...model.judgements import Seam
from ...model.names import Module, Table
from ..context import Context
from ..context.backward import Backward
from ..context.named import lines
from ..context.ways import Way
from .announced import key_of, of_deletion
from .messages import Line

__all__ = ["drop_key"]

_CLEAN_UP: Mapping[str, str] = {
    "cascade": "deletes the rows",
    "set_null": "sets the id to NULL on the rows",
    "set_default": "sets the default id on the rows",
    "set": "sets the id that the key falls back to on the rows",
}

_BY_DJANGO: Mapping[str, str] = {
    "cascade": "takes them along",
    "set_null": "sets it to NULL",
    "set_default": "sets the default",
    "set": "sets that id",
}


def drop_key(seams: Sequence[Seam], context: Context) -> Iterable[Line]:
    """The job that does the work of the key, from when that becomes a plain id; and what its lines do then."""
    one = seams[0]
    table, _, column = one.names[0].rpartition(".")
    if one.detail == "generic":
        yield from _generic(table, column, seams, context)
        return
    django = context.migrates == "django"
    yield _done_instead(table, column, one, context)
    if done := _BY_DJANGO.get(one.detail) if django else "":
        yield (
            f"  in place before the key goes: Django {done} in Python, while one program knows both classes; the "
            "database's constraint only refuses"
        )
    scope = next((at for at in context.ways if _decides(context.ways[at], Table(table), one, context)), None)
    if scope and one.detail in _CLEAN_UP:
        yield (
            f"  after what {one.from_boundary} does when it hears of the transaction at {scope[0]}:{scope[1]}, which "
            "writes these rows, too"
        )
    if django and (back := context.backward.get((Table(table), column))):
        yield from _backward(back)
    yield from _field(Table(table), column, one, context) if django else [_constraint(table, column, seams, context)]
    yield from _followed(Table(table), column, one, context)


def _generic(table: str, column: str, seams: Sequence[Seam], context: Context) -> Iterator[Line]:
    """What a deletion takes along by a type and an id: no constraint says so, a relation of the owner's class does."""
    one = seams[0]
    for to in sorted({seam.to for seam in seams}, key=str):
        does = f": deletes the rows of {table} of that type where {column} = id"
        yield of_deletion(one.to_boundary, to, one.from_boundary, (), context, "job on event ", does)
    yield (
        "  in place before the cut: Django takes them along in Python, while one program knows both classes, and no "
        "constraint misses them"
    )
    where = listed([f"{at.file}:{at.line}" for at in sorted({at for seam in seams for at in seam.evidence})], 6)
    held = (one.to_boundary, Table(table)) in context.copies
    asked = f"the copy that {one.to_boundary} keeps" if held else one.from_boundary.name
    yield (
        f"{where}: the GenericRelation goes, and {asked} is asked for what was read by it, by the type as app.model: "
        "each database numbers its types anew"
    )


def _backward(back: Backward) -> Iterator[str]:
    """The state of migrations loses the name that the other side's rows have it by: what asks by that fails."""
    for one in back.migrations:
        yield (
            f"  before the key goes, {one.file}:{one.line} asks no more by {one.name}, its name on the other side: its "
            "function is emptied (RunPython.noop), or it is squashed away; a database that is made anew, for tests, "
            "too, may come to it after the key's migration, and fails there"
        )
    names = sorted({one.name for one in back.tests})
    if places := lines({Evidence(one.file, one.line) for one in back.tests}):
        yield f"  tests ask by {listed(names)}, too, and change with the key: {places}"


def _decides(ways: Mapping[Table, Way], table: Table, key: Seam, context: Context) -> bool:
    """Does a transaction that writes the rows that are pointed to also write those that point, and not by their key, in
    a boundary that hears of it, for one of the two has left?
    """
    if not isinstance(key.to, Table) or key.to not in ways or table not in ways or ways[table].along:
        return False
    apart = {context.home.get(ways[table].path[0][0]), key.from_boundary}
    return context.leaves is None or (len(apart) == 2 and not apart.isdisjoint({context.leaves, *context.gone}))


def _done_instead(table: str, column: str, one: Seam, context: Context) -> Line:
    """What does the work of the constraint when a row of the other owner is deleted."""
    if one.detail in ("protect", "restrict"):
        return (
            f"{one.to_boundary} asks {one.from_boundary} before it deletes from {one.to}, as the key did: "
            f"GET .../references?{column}= of {table}; a job reports rows whose {column} is gone all the same"
        )
    # relationship(cascade="all, delete-orphan"): what the database does not do by the key, the program does
    along = "" if one.detail else context.along.get(Table(table), "")
    job = "deletes the rows" if along else _CLEAN_UP.get(one.detail, "reports the rows")
    told = f", as the program itself does at {along}; if not by this key, it reports them" if along else ""
    does = f": {job} of {table} where {column} = {key_of(one.to, context)}{told}"
    return of_deletion(one.to_boundary, one.to, one.from_boundary, (), context, "job on event ", does)


def _field(table: Table, column: str, one: Seam, context: Context) -> Iterator[str]:
    """A field of Django's that is a key becomes one of the type that the id has; the column stays."""
    at, fact = one.evidence[0], context.tables.get(table)
    if fact and "." in fact.model:  # Order.readers: the table between is its own
        yield (
            f"{at.file}:{at.line}: ManyToManyField {fact.model.rpartition('.')[2]} goes from the state of migrations "
            f"alone, for a class of its own of {table} (db_table, its rows stay) with {column} as a plain column: "
            "add(), remove() and all() are rows of it that are made, deleted and found"
        )
        return
    declared = next((each for each in fact.columns if each.name == column), None) if fact else None
    kind, options = _plain(one.to, context), [f'db_column="{column}"']
    options += ["max_length=..."] * (kind in ("CharField", "SlugField"))
    options += [_index(declared)]
    options += ["null=True"] * bool(declared and declared.nullable)
    yield (
        f"{at.file}:{at.line}: the key becomes {kind}({', '.join(options)}) by AlterField, then {column} by "
        "RenameField: the constraint goes, the column and its index stay; db_constraint=False would still need the "
        "class"
    )


def _index(column: Column | None) -> str:
    if column and column.primary:
        return "primary_key=True"
    return "unique=True" if column and column.unique else "db_index=True"


_SERIAL: Mapping[str, str] = {
    "AutoField": "IntegerField",
    "BigAutoField": "BigIntegerField",
    "SmallAutoField": "SmallIntegerField",
}


def _plain(to: Module | Table, context: Context) -> str:
    """The field that holds an id of a table: as its primary key, which may itself be a key."""
    seen: set[object] = set()
    while isinstance(to, Table) and to not in seen and (key := _primary(to, context)):
        seen.add(to)
        further = next((one.to_table for one in context.keys.get(to, ()) if one.column == key.name), None)
        if further is None:
            return _SERIAL.get(key.type, key.type) or "IntegerField"
        to = further
    return "IntegerField"


def _primary(table: Table, context: Context) -> Column | None:
    fact = context.tables.get(table)
    return next((one for one in fact.columns if one.primary), None) if fact else None


def _constraint(table: str, column: str, seams: Sequence[Seam], context: Context) -> str:
    """How a constraint goes, by the means that the project changes its database with."""
    at, name = seams[0].evidence[0], f"<the constraint's name of {table}.{column}>"
    stays = "the id and its index stay"
    if context.migrates == "alembic":
        dropped = f'op.drop_constraint("{name}", "{table}", type_="foreignkey")'
        plain = f"the ForeignKey at {at.file}:{at.line} goes, and the relationship by it"
        return f"{dropped}  # in a migration; {plain}; {stays}"
    return f"ALTER TABLE {table} DROP CONSTRAINT {name};  -- {at.file}:{at.line} names no key any more; {stays}"


def _classes(places: Sequence[Evidence]) -> str:
    return listed(sorted({at.function for at in places}), 6)


def _followed(table: Table, column: str, one: Seam, context: Context) -> Iterator[str]:
    """The lines of the key's own side that go by it, to a row or to its id."""
    every, name = context.followed.get((table, column), ()), column.removesuffix("_id")
    asked = (
        f"the copy that {one.from_boundary} keeps"
        if (one.from_boundary, one.to) in context.copies
        else str(one.to_boundary)
    )
    listing = [at for at in every if at.function and name != column]
    shown = [at for at in listing if "erializer" in at.function]  # who reads that knows it by the old name
    if named := [at for at in listing if at not in shown]:
        kinds = "(constraints, orders, fields)"
        yield f"{lines(named)}: {name} in lists of {_classes(named)} {kinds} is {column} from then on"
    if shown:
        yield (
            f"{lines(shown)}: {name} of {_classes(shown)} keeps its name for who reads it, by source={column!r}; where "
            f"the class declares it to go on to the row (SlugRelatedField), by a SerializerMethodField, of {asked}"
        )
    if (rows := context.loaded.get((table, column))) and context.migrates == "django" and name != column:
        yield f"{lines(rows)}: rows of {table} that are loaded from there give {name}, {column} from then on"
    if by := [at for at in every if not at.function]:
        where = f"{by[0].file}:{by[0].line}"
        row = f"the row, {name}" if name != column else "the row"
        yield (
            f"{count(len(by), 'line goes', 'lines go')} by it, the first at {where}: there {column} takes the place "
            f"of {row}, and {asked} is asked for what is read of {one.to}; templates and tests are not counted"
        )
