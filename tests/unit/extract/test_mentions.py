"""Which modules files name that build, start or schedule the program."""

from pathlib import Path

import pytest

from decompose.extract import ExtractOptions, extract
from decompose.extract.mentions import is_runner
from tests.trees import write

CODE = """
--- shop/__init__.py
--- shop/settings.py
--- shop/billing/__init__.py
--- shop/billing/tasks.py
def pay(): ...
--- shop/billing/rates.csv
--- shop/billing/management/__init__.py
--- shop/billing/management/commands/__init__.py
--- shop/billing/management/commands/close.py
"""


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("\tpython manage.py close --all", ["manage.py close: shop.billing.management.commands.close"]),
        ("\tdjango-admin close", ["manage.py close: shop.billing.management.commands.close"]),
        ("\tpython manage.py migrate", []),
        ("\tpython -m shop.billing.tasks", ["shop.billing.tasks: shop.billing.tasks"]),
        ("\tenqueue shop.billing.tasks.pay", ["shop.billing.tasks.pay: shop.billing.tasks"]),
        ("\tpytest shop.billing", ["shop.billing: shop.billing"]),
        ("\tcurl shop.billing.org https://host/shop/billing/ me@shop.billing", []),
        ("\tcp shop/billing/rates.csv /app/shop/billing/", ["shop/billing/rates.csv: shop.billing"]),
        ("\tcp ./shop/billing/ there; ls shop/ shop/nothing/", ["shop/billing/: shop.billing"]),
        ("\truff shop/billing/tasks.py", ["shop/billing/tasks.py: shop.billing.tasks"]),
        ("# python manage.py close", []),
    ],
)
def test_what_a_line_names(tmp_path: Path, line: str, named: list[str]) -> None:
    write(tmp_path, f"{CODE}--- Makefile\nall:\n{line}\n")
    found = extract(tmp_path, ExtractOptions()).mentions
    assert [f"{one.text}: {one.module}" for one in found] == named
    assert {(one.file, one.line) for one in found} <= {("Makefile", 2)}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Makefile", True),
        ("docker/web.Dockerfile", False),
        ("docker/Dockerfile.web", True),
        (".github/workflows/ci.yml", True),
        ("bin/nightly", True),
        ("ops/cron.d/shop", True),
        ("setup/uwsgi.ini", True),
        ("bin/nightly.py", False),
        ("shop/fixtures/demo.yaml", False),
        ("shop/tests/data/a.yml", False),
        ("docs/make.md", False),
    ],
)
def test_files_that_run_a_program(path: str, expected: bool) -> None:
    assert is_runner(path) is expected
