"""The sample is carved along its true boundaries, and runs as before: its tests, its database, its border."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from decompose.cli.carve import command
from decompose.extract import ALONE, ExtractOptions, extract
from decompose.extract.survey import survey
from decompose.model.facts import ModuleKind
from tests.histories import git

TOP = Path(__file__).parents[2]
SAMPLE = TOP / "sample_monolith/learnhub"
TRUTH = tomllib.loads((TOP / "sample_monolith/TRUTH.toml").read_text())


@pytest.fixture(scope="module")
def learnhub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as a repository, with a migrated database that holds its demo data, and the true boundaries."""
    folder = tmp_path_factory.mktemp("sample") / "learnhub"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3"))
    (folder / ".gitignore").write_text("__pycache__/\n*.sqlite3\n")
    sections = [f"[boundaries.{name}]\nmodules = {row['modules']}\n" for name, row in TRUTH["boundaries"].items()]
    kernel = f"[shared_kernel]\nmodules = {TRUTH['shared_kernel']['modules']}\n"
    (folder / "boundaries.toml").write_text("\n".join([*sections, kernel]).replace("'", '"'))
    git(folder, "init", "-q", "-b", "main")
    git(folder, "config", "user.name", "Ann")
    git(folder, "config", "user.email", "ann@example.org")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "LearnHub")
    manage(folder, "migrate", "-v0")
    manage(folder, "loaddata", "demo", "-v0")
    return folder


def manage(folder: Path, *arguments: str) -> str:
    return run(folder, sys.executable, "-W", "ignore", "manage.py", *arguments)


def run(folder: Path, *words: str) -> str:
    done = subprocess.run(
        words,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows(folder: Path) -> str:
    code = (
        "from django.apps import apps; print(sorted((m._meta.db_table, m.objects.count()) for m in apps.get_models()))"
    )
    return manage(folder, "shell", "-v0", "-c", code)


@pytest.mark.slow
@pytest.mark.parametrize("boundary", sorted(TRUTH["boundaries"]))
def test_a_carved_boundary_leaves_the_program_as_it_was(learnhub: Path, boundary: str) -> None:
    before = rows(learnhub)
    command.main([boundary, str(learnhub), "--apply", "--no-cache", "-q"], standalone_mode=False)
    try:
        manage(learnhub, "test")
        manage(learnhub, "makemigrations", "--check")
        manage(learnhub, "migrate", "--check")
        manage(learnhub, "migrate", "-v0")  # which would add content types and permissions of a new label
        assert rows(learnhub) == before
        script = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"
        run(learnhub, sys.executable, "-c", script)
        assert past_the_face(learnhub, f"learnhub.{boundary}") == []
        migrates_back_and_forth(learnhub, boundary)
    finally:
        git(learnhub, "checkout", "-q", "main")
        git(learnhub, "branch", "-q", "-D", f"carve/{boundary}")


def migrates_back_and_forth(folder: Path, boundary: str) -> None:
    """The moved apps' migrations undo the tables of the database that is there, and make them again as they were."""
    file = folder / "db.sqlite3"
    kept, before = file.read_bytes(), schema(file)
    tables = TRUTH["boundaries"][boundary]["tables"]
    try:
        for label in labels(folder, tables):
            manage(folder, "migrate", label, "zero", "-v0")
        gone = before - schema(file)
        assert [table for table in tables if not any(sql.startswith(f'CREATE TABLE "{table}"') for sql in gone)] == []
        manage(folder, "migrate", "-v0")
        manage(folder, "migrate", "--check")
        assert schema(file) == before
    finally:
        file.write_bytes(kept)


def labels(folder: Path, tables: list[str]) -> list[str]:
    """The labels of the apps that own the tables: an app may be called by another name than its folder's."""
    code = (
        "from django.apps import apps; "
        f"print(*sorted({{m._meta.app_label for m in apps.get_models() if m._meta.db_table in {tables}}}))"
    )
    return manage(folder, "shell", "-v0", "-c", code).split()


def schema(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as database:
        return {sql for (sql,) in database.execute("select sql from sqlite_master where sql is not null")}


def past_the_face(folder: Path, package: str) -> list[str]:
    """What the analysis sees of imports into the package from outside that do not lead to its face."""
    facts = extract(folder, ExtractOptions())
    source = {fact.module.name for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    inside = {name for name in source if name == package or name.startswith(f"{package}.")}
    assert inside
    return [
        f"{one.file}:{one.line} {one.imported}"
        for one in facts.imports
        if one.importer.name in source - inside and one.imported.name in inside - {package, f"{package}.api"}
    ]


def test_only_lines_with_names_that_moved_change(learnhub: Path) -> None:
    """With the new names written back, a moved or mended file differs in import lines and quoted names alone."""
    command.main(["identity", str(learnhub), "--apply", "--no-cache", "-q"], standalone_mode=False)
    try:
        diff = git(learnhub, "diff", "-M", "-U0", "--no-color", "main", "HEAD", "--", "*.py").decode()
    finally:
        git(learnhub, "checkout", "-q", "main")
        git(learnhub, "branch", "-q", "-D", "carve/identity")
    removed = [line[1:] for line in diff.splitlines() if line.startswith("-") and not line.startswith("---")]
    assert removed
    assert [line for line in removed if "learnhub.accounts" not in line and "learnhub.permissions" not in line] == []


def test_every_boundary_is_found_in_the_tree(learnhub: Path) -> None:
    named = {module.name for module in survey(learnhub, ALONE).sources}
    assert {"learnhub.accounts.models", "learnhub.common.seats"} <= named
