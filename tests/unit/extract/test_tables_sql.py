"""SQL: in texts that are put together, handed on and executed by whatever; and in `.sql` files."""

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from decompose.extract import ExtractOptions, code, extract
from decompose.extract.program import Source
from decompose.extract.tables import Found, Script, find
from decompose.extract.tables.sql_text import statement
from decompose.model.facts import ModuleKind
from decompose.model.names import Module
from tests.accesses import found

SCHEMA = """
-- CREATE TABLE commented (id int);
CREATE TABLE IF NOT EXISTS public.orders (
    id BIGSERIAL PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers(id) ON DELETE CASCADE,
    total NUMERIC(10, 2),
    UNIQUE (customer_id, total)
);
create table customers (id int, email varchar(50) unique, primary key (id));
CREATE INDEX orders_total ON orders USING btree (total);
CREATE TEMPORARY TABLE scratch (id int);
CREATE TABLE old_orders (id int);
DROP TABLE old_orders;
CREATE TABLE bills (id int);
ALTER TABLE bills RENAME TO invoices;
"""


def run(text: str, scripts: dict[str, str] | None = None) -> Found:
    source = Source(Module("app"), "app", "", "app.py", False, ModuleKind.SOURCE, code.read(ast.parse(dedent(text))))
    return find([source], [Script(path, sql) for path, sql in (scripts or {"schema.sql": SCHEMA}).items()])


def touched(text: str, scripts: dict[str, str] | None = None) -> set[str]:
    return {f"{one.line} {one.op} {one.table}" for one in run(text, scripts).accesses}


def test_sql_files_create_tables_with_columns_indexes_and_keys() -> None:
    facts = run("")
    tables = {fact.table.name: fact for fact in facts.tables}
    assert set(tables) == {"orders", "customers", "invoices"}
    assert (tables["orders"].file, tables["orders"].line, tables["orders"].origin.value) == ("schema.sql", 3, "own")
    assert [(c.name, c.type, c.nullable, c.indexed, c.unique, c.primary) for c in tables["orders"].columns] == [
        ("id", "BIGSERIAL", False, True, True, True),
        ("customer_id", "INTEGER", False, True, False, False),
        ("total", "NUMERIC", True, True, False, False),
    ]
    assert [(k.table.name, k.column, k.to_table.name, k.on_delete, k.file) for k in facts.foreign_keys] == [
        ("orders", "customer_id", "customers", "cascade", "schema.sql")
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "txn.execute('select * from orders o join customers c using (id)')",
            "read orders, read customers",
        ),
        ("self.pool.execute_batch('delete from orders where id = ?', rows)", "write orders"),
        ("txn.execute('insert into %s (%s) values (%s)' % ('orders', ', '.join(keys), marks))", "write orders"),
        ("txn.execute('update %(name)s set total = 0' % {'name': 'orders'})", "write orders"),
        ("txn.execute(f'select {columns} from orders where {where}')", "read orders"),
        ("txn.execute('select ' + columns + ' from ' + 'orders')", "read orders"),
        ("txn.execute('select {} from {}'.format(columns, 'orders'))", "read orders"),
        (f"txn.execute('select {{}} from {{1}} -- {{{'9' * 5000}}}'.format(columns, 'orders'))", "read orders"),
        ("txn.execute('this is no sql from orders')", ""),
        ("pandas.read_sql('select * from orders', connection)", "read orders"),
        ("txn.execute(textwrap.dedent(' select * from orders'))", "read orders"),
        ("txn.execute(sql.SQL('select * from {}').format(sql.Identifier('orders')))", "read orders"),
        ("execute_values(txn, 'insert into orders (id) values %s', rows)", "write orders"),
        ("txn.copy_from(rows, 'orders')", "write orders"),
        ("connection.connect().cursor().copy_to(rows, 'orders')", "read orders"),
        ("rows.to_sql('orders', connection)", "write orders"),
        ("rows.to_sql(name='orders', con=connection)", "write orders"),
        ("txn.execute(Template('select * from $name').substitute(name='orders'))", "read orders"),
        ("txn.execute(Template('select * from ${name} o').safe_substitute(name='orders'))", "read orders"),
        ("txn.execute('copy orders (id) from stdin')", "write orders"),
        ("txn.execute('copy orders to stdout')", "read orders"),
        ("txn.copy('copy orders from stdin', rows)", "write orders"),
        ("txn.execute('prepare p as update orders set total = $1')", "write orders"),
        ("txn.execute('set x = 3; drop view if exists v; update orders set total = 0')", "write orders"),
        ("txn.execute('insert into orders select * from orders')", "read orders, write orders"),
        ("rows.extra(select={'n': 'select count(*) from customers where id = orders.id'})", "read customers"),
        ("txn.execute('explain analyze select * from orders')", "read orders"),
        ("txn.execute('update only orders set total = 0')", "write orders"),
        ("txn.execute('lock table orders in exclusive mode')", "write orders"),
        ("txn.execute('select * from %s' % self.ops.quote_name('orders'))", "read orders"),
        ("txn.execute('select * from {table}'.replace('{table}', 'orders'))", "read orders"),
        ("txn.execute('select * from ' + ('orders' if rows else 'customers'))", "read orders, read customers"),
        ("[txn.execute(f'delete from {name}') for name in ('orders', 'customers')]", "write orders, write customers"),
    ],
)
def test_sql_that_is_executed_touches_its_tables_whoever_executes_it(line: str, expected: str) -> None:
    imports = "import pandas, textwrap\nfrom psycopg2 import sql\nfrom psycopg2.extras import execute_values"
    imports += "\nfrom string import Template"
    text = f"{imports}\ndef f(self, txn, rows, keys, marks, columns, where, connection):\n    {line}\n"
    assert touched(text) == {f"6 {one}" for one in expected.split(", ") if one}


def test_a_text_that_is_put_together_over_statements_is_all_that_it_may_be() -> None:
    text = """
        def report(txn, wanted, by_customer):
            sql = "select o.id from orders o"
            if by_customer:
                sql += " join customers c on c.id = o.customer_id"
            sql += " where o.total > %s"
            for name in wanted:
                sql += f" and {name} is not null"
            txn.execute(sql, [1])
            sql = "delete from customers"
            txn.execute(sql)
        def lines(txn):
            parts = ["select *"]
            parts.append("from orders")
            txn.execute(" ".join(parts))
    """
    assert touched(text) == {"9 read orders", "9 read customers", "11 write customers", "15 read orders"}


def test_a_text_that_grows_with_each_call_ends() -> None:
    text = """
        def longer(txn, sql="select * from orders"):
            sql = sql + " where true"
            sql += longer(txn, sql)
            txn.execute(sql)
            return sql
        longer(None, "select * from customers")
    """
    assert touched(text) == {"5 read customers"}


def test_a_table_that_is_named_to_a_helper_is_touched_there_and_where_it_is_named() -> None:
    text = """
        class Pool:
            def insert(self, table, values):
                self.run("insert", self.insert_txn, table, values)
            def run(self, name, func, *args, **kwargs):
                return func(self.begin(), *args, **kwargs)
            @staticmethod
            def insert_txn(txn, table, values):
                txn.execute("INSERT INTO %s (%s) VALUES (%s)" % (table, ", ".join(values), marks()))
        class Orders:
            def __init__(self, pool: Pool):
                self.pool = pool
            def place(self):
                self.pool.insert(table="orders", values={"total": 1})
            def greet(self):
                self.pool.insert("customers", {})
    """
    assert touched(text) == {"9 write orders", "9 write customers", "14 write orders", "16 write customers"}
    assert not run(text).unresolved


def test_a_function_that_is_handed_over_with_arguments_is_called_with_them() -> None:
    text = """
        def remove(txn, sql):
            txn.execute(sql)
        def f(pool):
            pool.run_interaction("clean", remove, "delete from orders where total = 0")
    """
    assert touched(text) == {"3 write orders"}


def test_a_script_that_is_named_runs_there() -> None:
    scripts = {
        "schema.sql": SCHEMA,
        "sql/close.sql": "update orders set total = 0; insert into invoices select * from orders;",
    }
    assert touched("def f(run):\n    run('sql/close.sql')\n", scripts) == {
        "2 write orders",
        "2 read orders",
        "2 write invoices",
    }


def test_a_script_whose_path_is_read_runs_there() -> None:
    scripts = {"schema.sql": SCHEMA, "sql/close.sql": "delete from orders"}
    text = "from pathlib import Path\ndef f():\n    return (Path(__file__).parent / 'close.sql').read_text()\n"
    assert touched(text, scripts) == {"3 write orders"}


def test_texts_that_closures_put_together_are_followed() -> None:
    text = """
        from psycopg2.sql import SQL
        def pull(cursor, query):
            cursor.execute(query({"paid": SQL("1")}))
        def collector(name, query):
            def run(cursor):
                pull(cursor, query)
            return run
        def orders_of(customer):
            where = SQL("") if customer is None else SQL("total = {} and")
            return lambda given: SQL("select {paid} from orders where {where} true").format(**given, where=where)
        def bills():
            return lambda given: SQL("select {paid} from invoices").format(**given)
        ALL = [collector("orders", orders_of(None)), collector("bills", bills())]
    """
    assert touched(text) == {"4 read orders", "4 read invoices"}


def test_sql_of_scripts_in_tests_declares_nothing() -> None:
    assert not run("", {"tests/data/schema.sql": SCHEMA}).tables


def test_tables_that_classes_map_are_not_declared_again() -> None:
    model = "from django.db import models\nclass Order(models.Model):\n    class Meta:\n        db_table = 'orders'\n"
    facts = {fact.table.name: fact for fact in run(model).tables}
    assert (facts["orders"].file, facts["orders"].model) == ("app.py", "Order")


def test_odd_sql_is_told_and_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    facts = found(
        {
            "app": """
                from django.db import connection
                def f():
                    with connection.cursor() as cursor:
                        cursor.execute("select * from orders where ((")
                        cursor.execute("LOCK TABLE orders IN EXCLUSIVE MODE")
                        cursor.execute("create table orders partition of parts hole")
                        cursor.execute("create trigger x after insert on orders for each row execute procedure f()")
            """
        }
    )
    assert [(one.kind, one.line) for one in facts.unresolved] == [("sql_syntax", 5), ("sql_syntax", 7)]
    assert [(one.op, one.table.name) for one in facts.accesses if one.line == 6] == [("write", "orders")]
    assert {(one.op.value, one.table.name) for one in facts.accesses} == {("read", "orders"), ("write", "orders")}
    assert capfd.readouterr() == ("", "")


def test_what_the_table_is_named_by_reaches_a_function_that_also_takes_what_may_be_left_out() -> None:
    text = """
        class Pool:
            async def run(self, name, func, *args, autocommit=False, **kwargs):
                return func(self.begin(), *args, **kwargs)
            async def one(self, table, keys, column, may_be_none=False, name="one"):
                return await self.run(name, self.one_txn, table, keys, column, may_be_none, autocommit=True)
            async def remove(self, table, keys):
                return await self.run("remove", self.remove_txn, table, keys, autocommit=True)
            @staticmethod
            def one_txn(txn, table, keys, column, may_be_none=False):
                txn.execute(f"SELECT {column} FROM {table} WHERE {where(keys)}")
            @staticmethod
            def remove_txn(txn, table, keys):
                txn.execute("DELETE FROM %s WHERE %s" % (table, where(keys)))
        class Orders:
            def __init__(self, pool: Pool):
                self.pool = pool
            async def find(self):
                return await self.pool.one("orders", {"id": 1}, "total")
            async def drop(self):
                await self.pool.remove(table="customers", keys={"id": 1})
    """
    assert touched(text) == {"11 read orders", "14 write customers", "19 read orders", "21 write customers"}


def test_a_helper_is_told_of_any_number_of_tables() -> None:
    names = [f"table_{number}" for number in range(150)]
    schema = "".join(f"create table {name} (id int);" for name in names)
    text = "def drop(txn, table):\n    txn.execute('delete from ' + table)\n"
    text += "".join(f"def drop_{name}(txn):\n    drop(txn, '{name}')\n" for name in names)
    assert {one for one in touched(text, {"schema.sql": schema}) if not one.startswith("2 ")} == {
        f"{4 + 2 * number} write {name}" for number, name in enumerate(names)
    }


def test_a_table_that_a_later_script_makes_again_is_there() -> None:
    scripts = {
        "delta/9/drop.sql": "drop table orders; drop table bills;",
        "delta/10/make.sql": "create table orders (id int);",
        "full/8/all.sql": "create table orders (id int); create table bills (id int);",
    }
    assert [fact.table.name for fact in run("", scripts).tables] == ["orders"]


def test_scripts_name_their_dialect_behind_their_ending(tmp_path: Path) -> None:
    (tmp_path / "full.sql.postgres").write_text("create table orders (id int);")
    (tmp_path / "app.py").write_text("def f(txn):\n    txn.execute('select * from orders')\n")
    facts = extract(tmp_path, ExtractOptions())
    assert [(fact.table.name, fact.file) for fact in facts.tables] == [("orders", "full.sql.postgres")]
    assert [one.table.name for one in facts.accesses] == ["orders"]


def test_a_method_that_only_a_described_library_has_is_not_guessed_to_be_the_librarys() -> None:
    assert not run("def f(context):\n    return context.store.get_current()\n").accesses


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("self.db.one('select o from orders o where id = %s', (n,))", {"4 read orders"}),
        ("db.run('insert into orders values (1)')", {"4 write orders"}),
        ("made.all('select 1 from orders')", {"4 read orders"}),
        ("db.one('select o from nowhere o')", set()),  # nobody declares it
        ("self.log.info('select 1 from orders')", set()),
        ("show('select 1 from orders')", set()),
        ("self.title('orders from the list')", set()),
    ],
)
def test_a_whole_statement_that_an_unknown_method_is_given_is_sent(line: str, expected: set[str]) -> None:
    text = f"from lib import Db\nmade = Db()\ndef f(self, db, show, n):\n    {line}\n"
    assert touched(text, {"schema.sql": "create table orders (id int);"}) == expected


def test_comments_of_what_no_grammar_reads_name_no_table() -> None:
    found = statement("select o.* from orders o -- from different places\n/* join nothing */ where (({x} group")
    assert found is not None
    assert (found.reads, found.parsed) == (("orders",), False)


def test_what_a_trigger_or_a_key_does_on_changes_names_no_table() -> None:
    text = """alter table orders add column note text; create function f() returns trigger as $$ begin
        return new; end $$ language plpgsql;
        create trigger t before insert or update on orders for each row execute procedure f();
        alter table orders add foreign key (a) references b on update cascade"""
    found = statement(text)
    assert found is not None
    assert found.writes == ("orders",)
