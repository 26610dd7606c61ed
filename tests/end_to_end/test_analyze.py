"""The command as a user runs it: outputs, determinism, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trees import write

SHOP = """
--- shop/__init__.py
--- shop/orders/__init__.py
--- shop/orders/models.py
from django.db import models
class Order(models.Model):
    buyer = models.ForeignKey("accounts.User", on_delete=models.CASCADE)
--- shop/orders/api.py
from shop.orders.models import Order
from shop.accounts.models import User
def place(user: User):
    Order.objects.create(buyer=user)
--- shop/accounts/__init__.py
--- shop/accounts/models.py
from django.db import models
class User(models.Model):
    name = models.CharField(max_length=9)
--- shop/accounts/api.py
from .models import User
def names():
    from shop.orders.models import Order
    return [order.buyer.name for order in Order.objects.all()]
"""


def git(folder: Path, *arguments: str) -> None:
    who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in IDENTITY.items()}
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, env=os.environ | who)


IDENTITY = {"NAME": "Ann", "EMAIL": "ann@example.org", "DATE": "2026-01-02T03:04:05+00:00"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = write(tmp_path / "first", SHOP)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "The shop opens")
    return folder


def decompose(*arguments: object, seed: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "decompose", *map(str, arguments)],
        capture_output=True, text=True, check=False, env=os.environ | {"PYTHONHASHSEED": seed},
    )  # fmt: skip


def test_a_report_is_written(checkout: Path, tmp_path: Path) -> None:
    done = decompose("analyze", checkout, "-o", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) <= 25
    made = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {"index.html", "report.md", "analysis.json", "boundaries.toml"} <= made
    assert {Path(name).suffix for name in made if name.startswith("diagrams/")} == {".dot", ".svg", ".png"}
    document = json.loads((tmp_path / "out/analysis.json").read_text())
    assert (document["format"], document["version"]) == ("decompose/analysis", 1)
    assert [row["name"] for row in document["tables"] if row["origin"] == "own"] == ["accounts_user", "orders_order"]
    kinds = {(row["importer"], row["imported"]): row["kind"] for row in document["imports"]}
    assert kinds["shop.accounts.api", "shop.orders.models"] == "lazy"


def test_two_clones_and_two_hash_seeds_give_equal_bytes(checkout: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", str(checkout), "elsewhere/second")
    for name, source, seed in (("a", checkout, "1"), ("b", tmp_path / "elsewhere/second", "2")):
        assert decompose("analyze", source, "-o", tmp_path / name, "-q", seed=seed).returncode == 0
    for file in sorted((tmp_path / "a").rglob("*")):
        if file.is_file():
            assert file.read_bytes() == (tmp_path / "b" / file.relative_to(tmp_path / "a")).read_bytes(), file


def test_edited_boundaries_are_left_alone(checkout: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    decompose("analyze", checkout, "-o", out, "-q")
    assert not decompose("analyze", checkout, "-o", out, "-q").stderr
    assert not (out / "boundaries.proposed.toml").exists()
    edited = (out / "boundaries.toml").read_text().replace("version = 1", "version = 1  # ours")
    (out / "boundaries.toml").write_text(edited)
    done = decompose("analyze", checkout, "-o", out, "-q")
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 1
    assert (out / "boundaries.toml").read_text() == edited
    assert (out / "boundaries.proposed.toml").exists()


def test_json_alone(checkout: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "decompose", "analyze", str(checkout), "--json"],
        capture_output=True, text=True, check=True, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert json.loads(done.stdout)["project"]["packages"] == ["shop"]
    assert not (tmp_path / "decompose-report").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["analyze", "no/such/folder"], "is not a folder"),
        (["analyze", ".", "--package", "nothing.here"], "no package 'nothing.here'"),
        (["analyze", ".", "--config", "none.toml"], "cannot be read"),
        (["analyze", "--no-such-flag"], "No such option"),
        (["no-such-command"], "No such command"),
        (["analyse"], "Did you mean 'analyze'?"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(arguments: list[str], sentence: str) -> None:
    done = decompose(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_profile_says_on_stderr_where_the_time_went(checkout: Path, tmp_path: Path) -> None:
    made = decompose("analyze", checkout, "-q", "--json", "--no-cache", "--profile")
    told = {line[:26].strip(): float(line.split()[-2]) for line in made.stderr.splitlines()[1:]}
    assert {
        "Reading modules",
        "Following names and tables",
        "Relating",
        "Finding boundaries",
        "Planning",
        "Writing",
    } <= set(told)
    assert sum(told.values()) - told["Sum"] == pytest.approx(told["Sum"], abs=0.01 * len(told))
    assert made.stdout == decompose("analyze", checkout, "-q", "--json", "--no-cache").stdout


def test_a_folder_without_python_is_said(tmp_path: Path) -> None:
    done = decompose("analyze", tmp_path, "-o", tmp_path / "out")
    assert done.returncode == 2
    assert "holds no Python source" in done.stderr
    assert not (tmp_path / "out").exists()
