"""LearnHub is a working Django project: its own tests, its migrations, its seed data and its pages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

LEARNHUB = Path(__file__).parents[2] / "sample_monolith" / "learnhub"

PAGES = """
import django
django.setup()
from django.test import Client
client = Client()
assert client.login(email="ada@acme.example", password="demo")
for page in ["/", "/courses/", "/leaderboards/", "/analytics/", "/analytics/learners/", "/billing/",
             "/notifications/", "/people/", "/certificates/", "/search/?q=ladders", "/reports/revenue/",
             "/backoffice/", "/admin/"]:
    status = client.get(page).status_code
    assert status == 200, (page, status)
"""


def run(database: Path, *arguments: str) -> str:
    env = os.environ | {
        "LEARNHUB_DB": str(database),
        "DJANGO_SETTINGS_MODULE": "learnhub.settings",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, *arguments], cwd=LEARNHUB, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_its_own_tests_pass(tmp_path: Path) -> None:
    assert "OK" in run(tmp_path / "db", "manage.py", "test")


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    run(tmp_path / "db", "manage.py", "makemigrations", "--check", "--dry-run")


def test_seed_data_fills_its_pages(tmp_path: Path) -> None:
    run(tmp_path / "db", "manage.py", "migrate", "--verbosity", "0")
    run(tmp_path / "db", "manage.py", "loaddata", "demo")
    run(tmp_path / "db", "-c", PAGES)
