"""What was observed, each fact with its file and line. Stage 1 makes `Facts`; no later stage changes them.

Paths are relative to the repository and use `/`. Lines count from 1; line 0 stands for the whole file.
A function is named as Python's `__qualname__` names it ("Class.method"); "" is the module's own body.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .columns import Columns, Index, columns
from .names import Module, Table

__all__ = [
    "LOOSE",
    "Access",
    "AskedBack",
    "Call",
    "CalledOn",
    "Column",
    "ColumnUse",
    "Commit",
    "Confidence",
    "Connection",
    "Definition",
    "EntryPoint",
    "Evidence",
    "Facts",
    "Fixture",
    "ForeignKey",
    "GenericKey",
    "Given",
    "Heard",
    "History",
    "How",
    "Import",
    "ImportKind",
    "LeftOut",
    "Mention",
    "ModuleFact",
    "ModuleKind",
    "Op",
    "Origin",
    "OwnUse",
    "Page",
    "Problem",
    "Project",
    "Query",
    "Setting",
    "TableFact",
    "Touch",
    "Transaction",
    "Unresolved",
    "Use",
    "UseKind",
    "Via",
    "Wire",
    "WireKind",
]


class ModuleKind(StrEnum):
    """What a module is for; anything but `SOURCE` is left out of clustering and follows what it exercises."""

    SOURCE = "source"
    TEST = "test"
    MIGRATION = "migration"
    VENDORED = "vendored"
    GENERATED = "generated"
    SCRIPT = "script"


class ImportKind(StrEnum):
    RUNTIME = "runtime"  # executed when the importer is imported
    LAZY = "lazy"  # inside a function
    TYPE = "type"  # under `if TYPE_CHECKING:`


class Op(StrEnum):
    READ = "read"
    WRITE = "write"


class Via(StrEnum):
    """How an access reaches its table."""

    ORM = "orm"  # a manager, a query, an instance
    RELATION = "relation"  # a descriptor, a lookup that spans relations
    CASCADE = "cascade"  # what the deletion of another table's row reads and writes by its keys
    SQL = "sql"  # SQL text
    FRAMEWORK = "framework"  # a generic view, serialiser, form or admin class that queries by itself
    SHARED = "shared"  # a line of a base of many classes, for one on which somebody is seen to call it


class Origin(StrEnum):
    """Whose table it is."""

    OWN = "own"  # declared by the analysed packages
    FRAMEWORK = "framework"  # declared by a dependency (auth_user, django_session ...)
    TEST = "test"  # declared in test code
    UNKNOWN = "unknown"  # known only from SQL text or a name


class Confidence(StrEnum):
    CERTAIN = "certain"  # the receiver's type is known
    LIKELY = "likely"  # inferred through unannotated calls or by a convention
    GUESS = "guess"  # by name alone


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """A line of the repository, and the function that it stands in where that is known."""

    file: str
    line: int
    function: str = ""


@dataclass(frozen=True, slots=True)
class ModuleFact:
    module: Module
    path: str
    kind: ModuleKind
    lines: int
    partial: bool = False  # the running interpreter's parser could not read it whole
    is_package: bool = False  # an `__init__.py`
    written_for: str = ""  # the Python that reads what had to be rewritten here ("3.14", "2.7"), "" where nothing was


@dataclass(frozen=True, slots=True)
class Import:
    """`importer` imports `imported`, both of the project; `names` are what it takes from it, () the module itself."""

    importer: Module
    imported: Module
    kind: ImportKind
    names: tuple[str, ...]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Definition:
    """A top-level function, class or constant, or a method; `bases` are dotted names as resolved as far as they go.

    `cached`: what it answers is kept, by a decorator (of a class: of all its methods) or by a cache that it asks.
    `answer`: what it returns, in a few words ("{id, total} | None"), where no annotation says so: as its text tells, or
    evaluation; of a manager's methods "Self" is a row, and "QuerySet" rows, of the class that they are called on.
    """

    module: Module
    name: str
    kind: str  # "function" | "class" | "constant"
    signature: str  # "(self, order_id: int, *, dry_run=False) -> Receipt"; "" for constants
    bases: tuple[str, ...]
    line: int
    end_line: int
    cached: bool = False
    answer: str = ""


class UseKind(StrEnum):
    CALL = "call"
    INHERIT = "inherit"
    RAISE = "raise"  # raised or caught
    CONSTANT = "constant"
    ANNOTATION = "annotation"
    REFERENCE = "reference"  # named otherwise: passed on, decorated with, stored


@dataclass(frozen=True, slots=True)
class Use:
    """`module` uses `name`, defined in `used` (through re-exports to where it is really defined)."""

    module: Module
    function: str
    used: Module
    name: str
    kind: UseKind
    result_used: bool  # of a call: somebody looks at what it returns
    in_loop: bool
    line: int


@dataclass(frozen=True, slots=True)
class OwnUse:
    """`function` uses `name`, which its own module defines: a constant, a function or a class."""

    module: Module
    function: str
    name: str


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    nullable: bool = False
    indexed: bool = False  # has an index of its own, or leads one
    unique: bool = False
    primary: bool = False
    behind: tuple[tuple[str, ...], ...] = ()  # the columns before it in each index of several
    choices: int = 0  # values that it may have, where that is declared
    unique_with: tuple[tuple[str, ...], ...] = ()  # the other columns of each constraint by which it is unique


@dataclass(frozen=True, slots=True)
class TableFact:
    table: Table
    model: str  # the class or variable that declares it, "" where none does
    module: Module | None  # where it is declared
    origin: Origin
    columns: tuple[Column, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def everywhere(self) -> bool:
        """Does its framework make and fill it in each service's own database? It is nobody's, then."""
        return self.origin is Origin.FRAMEWORK and self.table.name in _EVERYWHERE


_EVERYWHERE = frozenset(
    ("auth_permission", "django_admin_log", "django_content_type", "django_migrations", "django_site")
)
"""What Django installs with each program: the types and permissions of its models, its site, the log of its admin."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    table: Table
    column: str
    to_table: Table
    on_delete: str  # "cascade", "protect", "set_null", ... lower case; "" where unstated
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class GenericKey:
    """Rows of `table` point to a row of any table, by its type and its id, which `column` holds; no database knows it.

    `to_table` is one whose class says so itself (Django's `GenericRelation`), so that a deletion takes them along; None
    where nobody does.
    """

    table: Table
    column: str
    to_table: Table | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Access:
    """`function` of `module` reads or writes `table`; it belongs to the module whose line it is, not to its callers.

    `repeats` is the first line of the innermost loop over rows (of a query, or a list of them) that repeats it, or 0.
    `bulk`: one statement writes many rows, and no signal follows. `along`: it sends no statement of its own: the row
    that it hangs on brought it along, a later flush sends all changes together, or it is `seldom`: it runs for the
    first of many times alone, where it is asked to, or for a row that a look-up found missing. `of`: the parameter of
    which it asks for what that keeps, `order.customer`. `by`: the column of the key that it goes along, from either
    side: customer_id, also for `customer.orders`.
    """

    module: Module
    function: str
    table: Table
    op: Op
    via: Via
    confidence: Confidence
    in_loop: bool
    file: str
    line: int
    repeats: int = 0
    bulk: bool = False
    along: bool = False
    seldom: bool = False
    of: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A file that builds, starts or schedules the program names `module`, as `text`: a command, a module, a folder."""

    module: Module
    text: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Fixture:
    """Rows of a table that a file holds, to be loaded: the first one's line, how many, the fields that they give."""

    table: Table
    file: str
    line: int
    rows: int
    fields: tuple[str, ...]


class How(StrEnum):
    """What is done to a column."""

    READ = "read"
    SET = "set"  # of a row that is there
    NEW = "new"  # of a row that is made
    GONE = "gone"  # its row is deleted
    BEHIND = "behind"  # the row of whatever table is asked for that a type and this id lead to
    NAMED = "named"  # a class lists it by its name: a constraint, an order, a form; of keys alone


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """`function` reads or gives a column of `table`, by an attribute, a query or a keyword; "" is the row as such.

    What templates, serialisers and SQL text do to columns is not told.
    """

    module: Module
    function: str
    table: Table
    column: str
    how: How
    line: int


@dataclass(frozen=True, slots=True)
class AskedBack:
    """A migration or a test asks for rows of `table` by the `name` that their key, `column`, has on its other side.

    `Q(orders__isnull=False)` of customers; so named, not inferred. Both sides of a table between have such a name.
    """

    module: Module
    table: Table
    column: str
    name: str
    file: str
    line: int


class CalledOn(StrEnum):
    """What a call finds its function on, where that is a value that the program has at hand, not a module's name."""

    NAME = ""  # whatever else: charge(), Order.cheapest(), self.pay(), and what is called without being named
    ROW = "row"  # a table's row, or its class: order.pay()
    ROWS = "rows"  # a manager or a query of a table's rows: user.orders.late()
    OBJECT = "object"  # any other object of the project's classes: gateway.charge()


@dataclass(frozen=True, slots=True)
class Call:
    """`function` calls `callee` of `called` as far as types tell, both of the project; `repeats` is as in `Access`.

    `seldom`: for the first of many times alone (`if self.rates is None: self.rates = load()`), or where it is asked to.
    `spared`: the lines of the callee, each stretch's first and last, that the constants which it passes rule out, or
    that call what waits for the commit or runs elsewhere (`on_commit(...)`, `task.delay(...)`). `same`: the parameters
    for which the loop that repeats the call passes the same each time. `kept`: the parameter of its function of which a
    property is asked that this keeps once it was worked out.
    What follows is told of `x.name()`, where `x` is an object and not `self`, and of a row's property that asks a
    table: `classes` are those that it may be of, with their modules, which have the method of a base or their own;
    `confidence` is a guess where types leave open which of several functions it is; somebody looks at its result
    (`result_used`), or waits for it (`awaited`); it works on its own object `alone`, and hands that to nobody, as
    far as its own lines tell.
    """

    module: Module
    function: str
    called: Module
    callee: str
    line: int
    repeats: int = 0
    seldom: bool = False
    spared: tuple[tuple[int, int], ...] = ()
    same: tuple[str, ...] = ()
    on: CalledOn = CalledOn.NAME
    classes: tuple[tuple[Module, str], ...] = ()
    confidence: Confidence = Confidence.CERTAIN
    result_used: bool = True
    awaited: bool = False
    alone: bool = False
    in_loop: bool = False
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """One query as written: its tables, and the columns ("table.column") that it joins, filters and orders by.

    `prefetched` are tables whose rows it brings along for all of its own, or queries that follow right after it do.
    `scanned` are columns that it filters or orders by in ways that no index serves or none is needed for: `LIKE '%x%'`,
    `<>`, NULL, a joined table's order, or the rows of one row (`order.lines`), which their key finds. `locks`: its rows
    are locked, changed or deleted. `given`: what finds its rows is not known: a row or another function. `routed`: it
    names the database that it asks.
    """

    module: Module
    function: str
    tables: tuple[Table, ...]
    joined: tuple[str, ...]
    filtered: tuple[str, ...]
    ordered: tuple[str, ...]
    aggregates: bool  # counts, sums, ranks or groups
    per_item: bool  # runs once for each item of a loop over a query: N+1
    in_loop: bool
    via: Via
    file: str
    line: int
    prefetched: tuple[Table, ...] = ()
    scanned: tuple[str, ...] = ()
    locks: bool = False
    given: bool = False
    routed: bool = False


@dataclass(frozen=True, slots=True)
class Transaction:
    """A scope that commits at once; `writes` are the tables that one run of it writes, also through what it calls.

    `heard` are those that the receivers of its rows' signals write, and nobody else.
    """

    module: Module
    function: str
    kind: str  # "atomic", "session", "commit", "autocommit" ...
    writes: tuple[Table, ...]
    file: str
    line: int
    end_line: int
    heard: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """`function` is called when a row of a library's `table` is saved or deleted; of own tables that is a wire.

    `signal` is as in `Wire`, `model` the class that stands for the table.
    """

    module: Module
    function: str
    table: Table
    model: str
    signal: str
    file: str
    line: int


class WireKind(StrEnum):
    """A dependency that is no import."""

    FOREIGN_KEY = "foreign_key"  # "shop.Order" as a string
    GET_MODEL = "get_model"
    SIGNAL = "signal"  # receiver -> sender
    TASK = "task"  # caller -> task
    URL = "url"  # include("...")
    SETTING = "setting"  # a dotted path in settings
    ENTRY_POINT = "entry_point"
    COMMAND = "command"  # call_command("...")
    TEMPLATE = "template"
    CACHE_KEY = "cache_key"  # two modules share a constant key prefix
    LINK = "link"  # reverse("...") -> whoever answers the address
    PAGE = "page"  # {% extends "..." %}: the package of a template -> that of the other
    TAGS = "tags"  # {% load ... %}: the package of a template -> the library of its tags
    METHOD = "method"  # hasattr(note, "clear_cache") -> who defines a method that is called so
    PERMISSION = "permission"  # has_perm("shop.view_order") -> whose permission it is
    STRING = "string"  # a dotted path elsewhere: import_string, mock targets, loaders


LOOSE = frozenset({WireKind.LINK, WireKind.PAGE, WireKind.TAGS, WireKind.PERMISSION, WireKind.METHOD})
"""What leads everywhere, and binds nobody: addresses of pages, what pages look like, and who may see them."""


@dataclass(frozen=True, slots=True)
class Wire:
    """`source` depends on `target` through `name`, though it does not import it for that; `signal` is one of rows.

    "post_save", "after_delete".
    """

    source: Module
    target: Module
    kind: WireKind
    name: str
    file: str
    line: int
    signal: str = ""

    @property
    def binds(self) -> bool:
        """Does `source` run `target`, or fail without it? A link leads to a page that any process may answer."""
        return self.kind not in LOOSE


@dataclass(frozen=True, slots=True)
class Page:
    """A template: what it names of other files, each with its line.

    `holder` is the package whose folder holds it, None where nobody's does. `takes` are the files of the templates that
    it extends, includes or imports, `links` the names of routes with the modules that answer them, `reads` what the
    project's middleware sets on a request ("organisation"), with the place where it does, and `loads` the libraries of
    tags by their names, with the modules that define them. What it `lacks` are templates that no file is: a library
    has them, or a build makes them. `shows` is what it asks of names: "order.total"; `calls` are filters and functions
    that it uses by plain names, as Jinja does, each with its module and its own name there.
    """

    file: str
    holder: Module | None
    takes: tuple[tuple[int, str], ...] = ()
    links: tuple[tuple[int, str, Module], ...] = ()
    reads: tuple[tuple[int, str, Evidence], ...] = ()
    loads: tuple[tuple[int, str, Module], ...] = ()
    lacks: tuple[tuple[int, str], ...] = ()
    shows: tuple[str, ...] = ()
    calls: tuple[tuple[int, str, Module, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """Where the outside world enters: a view, a task, a command."""

    module: Module
    function: str
    kind: str  # "request" | "task" | "command" | "script"
    line: int
    name: str = ""  # of a task of Celery that is given none, the one that it has by its module


@dataclass(frozen=True, slots=True)
class Address:
    """`module` says at which `path`, as written there, `answers` does: the module of a view, or one of routes."""

    module: Module
    path: str
    answers: Module
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Connection:
    """`function` asks a database driver itself for a connection, by `driver` ("psycopg2.connect")."""

    module: Module
    function: str
    driver: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Given:
    """`module` reads what the process around it has to give: a "setting", Django's `settings.NAME`, or of a "request"
    what is set on each, `request.NAME`: by the project's middleware, first at `by`, or by the framework's (`user`); or
    Django reads settings "behind" it, for "mail", the "cache" or "files", or a library for "rest". A "right" is what a
    user may do: `user.has_perm(...)`, `user.is_superuser`. What is "lasting" no rollback undoes: what is cleared of the
    "cache", asked over the "network", sent as "mail" or, as its name says, a "task"; a line of "commit" waits for it.
    A "fallback" is an attribute for which something else is taken where an object lacks it, `getattr(a, "name", b)`.
    """

    module: Module
    kind: str
    name: str
    file: str
    line: int
    by: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What the program's settings say of its databases ("DATABASES.ENGINE", "DATABASES.ATOMIC_REQUESTS"), its broker
    ("BROKER_URL"), tasks that run where they are called ("ALWAYS_EAGER"), its login ("LOGIN_URL", "AUTH_USER_MODEL",
    "SESSION_ENGINE", "SECRET_KEY") and what mail, caches, files, texts and APIs stand on ("EMAIL_HOST", "CACHES",
    "STORAGES", "GS_BUCKET_NAME", "LOCALE_PATHS", "REST_FRAMEWORK", "CORS_URLS_REGEX"); no secret is kept.

    `value` is the constant, or what is fallen back to where the environment decides; of an address the scheme alone.
    """

    name: str
    value: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit that is no merge. `author` is after .mailmap; `time` is the committer's, in seconds since 1970.

    `ticket` is the first bug, blueprint or issue that the message names, "" where it names none.
    """

    sha: str
    time: int
    author: str
    subject: str
    coauthors: tuple[str, ...] = ()
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Touch:
    """Commit number `commit` changed file number `path` of `History.paths`."""

    commit: Index
    path: Index


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Commits that were read and not counted: `examples` are the newest three of them."""

    reason: str  # "merge", "bot", "reformatting", "shallow boundary"
    commits: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """Commits newest first, and the files that each touched under the names that they have at the head.

    `paths` are today's names where a rename chain leads to one, else the last name; `standing` has a 1 for each path
    that stands at the head (of commits after a cut-off: at the cut-off). `notes` says what was left out and
    why, or why there is no history at all ("not a git repository").
    """

    commits: Columns[Commit] = field(default_factory=lambda: columns(Commit))
    touches: Columns[Touch] = field(default_factory=lambda: columns(Touch))
    paths: tuple[str, ...] = ()
    kinds: tuple[ModuleKind | None, ...] = ()  # of each path, also of modules that are gone; None: not Python
    head: str = ""
    head_time: int = 0  # seconds since 1970: the moment that every age is counted back from
    left_out: tuple[LeftOut, ...] = ()
    shallow: bool = False
    notes: tuple[str, ...] = ()
    standing: bytes = b""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about the input that could not be read as it stands; the rest was analysed."""

    file: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A reference that static analysis could not follow."""

    kind: str  # "dynamic_import", "dynamic_sql", "dynamic_model", "unknown_receiver" ...
    module: Module
    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Project:
    """`packages` are the top-level dotted names found, `roots` the folders that hold them ("" is the repository)."""

    name: str
    packages: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything observed in one repository at one moment."""

    project: Project
    modules: tuple[ModuleFact, ...] = ()  # sorted by module
    imports: Columns[Import] = field(default_factory=lambda: columns(Import))
    definitions: Columns[Definition] = field(default_factory=lambda: columns(Definition))
    uses: Columns[Use] = field(default_factory=lambda: columns(Use))
    own_uses: Columns[OwnUse] = field(default_factory=lambda: columns(OwnUse))
    calls: Columns[Call] = field(default_factory=lambda: columns(Call))
    tables: tuple[TableFact, ...] = ()  # sorted by table
    foreign_keys: tuple[ForeignKey, ...] = ()
    generic_keys: tuple[GenericKey, ...] = ()
    accesses: Columns[Access] = field(default_factory=lambda: columns(Access))
    # of lines that serve many tables, which whoever calls them is charged with as well; nothing is concluded of them
    shared: Columns[Access] = field(default_factory=lambda: columns(Access))
    queries: Columns[Query] = field(default_factory=lambda: columns(Query))
    columns: Columns[ColumnUse] = field(default_factory=lambda: columns(ColumnUse))
    asked_back: tuple[AskedBack, ...] = ()  # sorted by file and line
    fixtures: tuple[Fixture, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    wires: Columns[Wire] = field(default_factory=lambda: columns(Wire))
    mentions: tuple[Mention, ...] = ()  # sorted by file and line
    heard: tuple[Heard, ...] = ()  # sorted by file and line
    pages: tuple[Page, ...] = ()  # sorted by file
    entry_points: tuple[EntryPoint, ...] = ()
    addresses: tuple[Address, ...] = ()  # sorted by file and line
    connections: tuple[Connection, ...] = ()
    given: tuple[Given, ...] = ()  # sorted by file and line
    settings: tuple[Setting, ...] = ()
    history: History = field(default_factory=History)
    owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # CODEOWNERS: pattern -> owners, in file order
    problems: tuple[Problem, ...] = ()
    unresolved: Columns[Unresolved] = field(default_factory=lambda: columns(Unresolved))
