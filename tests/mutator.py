"""LearnHub, changed in ways that must change the findings in exactly the same ways. Seeded, and text to text.

Each mutation takes a `Sample` (the tree and its truth) and gives another. Renaming, moving, reordering and other
spellings of a query leave the findings as they are, under their new names; a repair takes one planted defect away.
"""

import ast
import builtins
import keyword
import random
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import AppConfig
from django.contrib.admin import ModelAdmin
from django.core.mail import EmailMessage
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models.options import DEFAULT_NAMES
from django.http import HttpRequest, HttpResponse
from django.test import Client, TestCase

from tests.sample_truth import LEARNHUB, SAMPLE

__all__ = [
    "REPAIRS",
    "SPELLINGS",
    "Repair",
    "Sample",
    "moved",
    "original",
    "renamed",
    "reordered",
    "repaired",
    "respelt",
    "without",
]


@dataclass(frozen=True)
class Sample:
    """`files` by path, and TRUTH.toml's text."""

    files: dict[str, str]
    truth: str

    def write(self, root: Path) -> Path:
        for path, text in self.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        return root


def original() -> Sample:
    paths = [path for path in sorted(LEARNHUB.rglob("*")) if path.suffix in (".py", ".html", ".json")]
    files = {path.relative_to(LEARNHUB).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    return Sample(files, (SAMPLE / "TRUTH.toml").read_text(encoding="utf-8"))


def _everywhere(sample: Sample, change: Callable[[str], str]) -> Sample:
    """`change` made in every path, every text and the truth."""
    return Sample({change(path): change(text) for path, text in sample.files.items()}, change(sample.truth))


# ---- names


def renamed(sample: Sample, seed: int) -> Sample:
    """Every word of the project's own names becomes a word without meaning, the same everywhere.

    A word that Python, Django or a layer's usual name knows too (`user`, `template`, `views`) stays.
    """
    own = {word for name in _own_names(sample) for word in _words(name) if len(word) > 3}
    words = sorted(own - {word for name in _foreign_names(sample) for word in _words(name)})
    made = dict(zip(words, _nonsense(random.Random(seed), len(words)), strict=True))
    # class LessonProgress -> learning_lessonprogress
    for name in _own_names(sample):
        parts = _words(name)
        if name[0].isupper() and len(parts) > 1:
            made["".join(parts)] = "".join(made.get(part, part) for part in parts)
    every = "|".join(sorted(made, key=lambda word: (-len(word), word)))
    shape = re.compile(rf"(?<![A-Za-z])({every})(?![a-z])|({every.title()})(?![a-z])")

    def change(text: str) -> str:
        return shape.sub(lambda hit: made[hit[1]] if hit[1] else made[hit[2].lower()].capitalize(), text)

    return _everywhere(sample, change)


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def _own_names(sample: Sample) -> set[str]:
    own: set[str] = set()
    for path, text in sample.files.items():
        if path.endswith(".py") and "/migrations/" not in path:
            own |= {Path(path).stem, *Path(path).parts[1:-1]}
            own |= {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return own


_LAYERS = (
    "Meta admin apps csrf_token celery common factories fixtures initial learnhub manage middleware migrations models "
    "settings signals tasks templates test tests urls views wsgi"
)
_KNOWN = (builtins, str, list, dict, set, models, models.Model, models.QuerySet, models.Field, ModelAdmin, TestCase)
_KNOWN_TOO = (AppConfig, Client, EmailMessage, HttpRequest, HttpResponse, Paginator, Page)


def _foreign_names(sample: Sample) -> set[str]:
    """What is not ours to rename: names of Python and Django, of layers, and of the truth's own sections and fields."""
    foreign = {name for known in (*_KNOWN, *_KNOWN_TOO) for name in dir(known)} | set(keyword.kwlist)
    foreign |= set(_LAYERS.split()) | set(DEFAULT_NAMES) | set(models.Field.__init__.__code__.co_varnames)
    for path, text in sample.files.items():
        if path.endswith(".py"):
            foreign |= _borrowed(ast.parse(text))
    found = tomllib.loads(sample.truth)
    return foreign | {name for name in _keys(found) if name not in found["boundaries"]}


def _borrowed(tree: ast.Module) -> set[str]:
    """What a module imports from outside, calls there and says there: `secrets.token_hex()`, `timedelta(days=3)`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names) if not module.startswith("learnhub"):
                found.update([module, *(alias.name for alias in names)])
            case ast.Import(names=names):
                found.update(alias.name for alias in names)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    outside = [call for call in calls if ast.unparse(call.func).split(".")[0] in found]
    found |= {one.arg for call in outside for one in call.keywords if one.arg}
    return found | {call.func.attr for call in outside if isinstance(call.func, ast.Attribute)}


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def _nonsense(chance: random.Random, count: int) -> list[str]:
    made: dict[str, None] = {}
    while len(made) < count:
        made["".join(chance.choice("bdfgklmnprtvz") + chance.choice("aeiou") for _ in range(4))] = None
    return list(made)


# ---- places


_FIXED = {"__init__", "admin", "apps", "models", "signals", "tasks", "tests", "urls", "views"}


def moved(sample: Sample, seed: int, count: int = 8) -> Sample:
    """Some modules go one package deeper: `learnhub.billing.dunning` to `learnhub.billing.inner.dunning`."""
    movable = [
        path
        for path in sorted(sample.files)
        if path.endswith(".py") and path.count("/") == 2 and Path(path).stem not in _FIXED and "/common/" not in path
        if "/tests/" not in path
    ]
    for path in random.Random(seed).sample(movable, count):
        sample = _deeper(sample, path)
    return sample


def _deeper(sample: Sample, path: str) -> Sample:
    folder, _, name = path.removesuffix(".py").rpartition("/")
    package, inner = folder.replace("/", "."), f"{folder}/inner"
    # from learnhub.billing import checkout, dunning -> from learnhub.billing import checkout, and inner's below
    listed = re.compile(rf"^( *)from {re.escape(package)} import ([\w, ]*\b{name}\b[\w, ]*)$", re.M)

    def split(hit: re.Match[str]) -> str:
        others = [one for one in re.split(r", *", hit[2]) if one != name]
        first = f"{hit[1]}from {package} import {', '.join(others)}\n" if others else ""
        return f"{first}{hit[1]}from {package}.inner import {name}"

    def change(text: str) -> str:
        text = listed.sub(split, text)
        text = re.sub(rf"\b{re.escape(package)}\.{name}\b", f"{package}.inner.{name}", text)
        return text.replace(path, f"{inner}/{name}.py")

    found = _everywhere(sample, change)
    return Sample({**found.files, f"{inner}/__init__.py": ""}, found.truth)


def reordered(sample: Sample, seed: int) -> Sample:
    """The functions of each module stand in another order."""
    chance = random.Random(seed)
    return Sample({path: _shuffled(path, text, chance) for path, text in sorted(sample.files.items())}, sample.truth)


def _shuffled(path: str, text: str, chance: random.Random) -> str:
    if not path.endswith(".py") or "/migrations/" in path:
        return text
    lines = text.split("\n")
    spans = [
        (min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1, node.end_lineno or 0)
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    ]
    bodies = [lines[first:last] for first, last in spans]
    chance.shuffle(bodies)
    for (first, last), body in reversed(list(zip(spans, bodies, strict=True))):
        lines[first:last] = body
    return "\n".join(lines)


# ---- spellings


# The same query in other words; each is made in the sources and in the truth's pieces of lines.
SPELLINGS: dict[str, tuple[str, str]] = {
    "all first": (r"\.objects\.filter\(", ".objects.all().filter("),
    "default manager": (r"(?<=[a-z])\.objects\.(?=filter|create|bulk_create)", "._default_manager."),
    "by id": (r"objects\.filter\(user=user\b", "objects.filter(user_id=user.pk"),
    "as a list": (r"for (\w+) in (\w+\.objects\.filter\([^()]*\)):", r"for \1 in list(\2):"),
    "keyword pk": (r"\.filter\(pk=(\w+)\.pk\)", r".filter(id=\1.id)"),
}


def respelt(sample: Sample, spelling: str) -> Sample:
    pattern, instead = SPELLINGS[spelling]
    shape = re.compile(pattern)
    files = {
        path: shape.sub(instead, text) if path.endswith(".py") and "/tests/" not in path else text
        for path, text in sample.files.items()
    }
    return Sample(files, shape.sub(instead, sample.truth))


# ---- repairs


@dataclass(frozen=True)
class Repair:
    """`edits` (file, old text, new text) take away what `gone` finds in the truth: a section and what its rows hold.

    A file without old text is new. `dropped` are tables that the truth's lists name no more.
    """

    edits: tuple[tuple[str, str, str], ...]
    gone: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    dropped: tuple[str, ...] = ()


def _row(section: str, **holds: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    return section, tuple(holds.items())


_MODELS = (LEARNHUB / "learnhub/courses/models.py").read_text(encoding="utf-8")
_COURSE_IMPORT = _MODELS[_MODELS.index("\n\nclass CourseImport") :]  # the last one

_NO_IMPORTS = """from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("courses", "0004_company_courses")]
    operations = [migrations.DeleteModel(name="CourseImport")]
"""

REPAIRS: dict[str, Repair] = {
    "missing index": Repair(
        (("learnhub/billing/models.py", "due_on = models.DateField()", "due_on = models.DateField(db_index=True)"),),
        (_row("missing_index", column="due_on"),),
    ),
    "n plus one by a relation": Repair(
        (
            (
                "learnhub/assessments/grading.py",
                "attempt.answers.all()",
                'attempt.answers.prefetch_related("question", "choice")',
            ),
        ),
        (_row("n_plus_one", function="points_of"),),
    ),
    "n plus one by a way back": Repair(
        (
            (
                "learnhub/billing/exports.py",
                '.select_related("organisation")',
                '.select_related("organisation").prefetch_related("lines")',
            ),
        ),
        (_row("n_plus_one", function="ledger_rows"),),
    ),
    "aggregate for each row": Repair(
        (
            (
                "learnhub/courses/catalogue.py",
                "        lessons = Lesson.objects.filter(section__course=course).count()\n",
                "",
            ),
            ("learnhub/courses/catalogue.py", '"lessons": lessons, ', ""),
        ),
        (_row("n_plus_one", function="listing"), _row("cacheable", name="catalogue")),
    ),
    "contested table": Repair(
        (
            (
                "learnhub/search/views.py",
                """        ActivityEvent.objects.create(
            kind="searched", user=request.user, organisation=request.organisation, payload={"hits": len(courses)}
        )""",
                '        track("searched", request.user, hits=len(courses))',
            ),
            (
                "learnhub/search/views.py",
                "from learnhub.analytics.models import ActivityEvent",
                "from learnhub.analytics.tracking import track",
            ),
        ),
        (_row("contested", table="analytics_activityevent"),),
    ),
    "foreign key": Repair(
        (
            (
                "learnhub/search/models.py",
                'user = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")',
                "searcher = models.BigIntegerField(null=True)",
            ),
            (
                "learnhub/search/views.py",
                "QueryLog.objects.create(user=request.user,",
                "QueryLog.objects.create(searcher=request.user.pk,",
            ),
        ),
        # that each of many people has rows of it was what said that an index is missed
        (_row("foreign_key", table="search_querylog"), _row("missing_index", table="search_querylog")),
    ),
    "transaction": Repair(
        (("learnhub/billing/checkout.py", "@transaction.atomic\ndef buy_for_team", "def buy_for_team"),),
        (_row("transaction", function="buy_for_team"),),
    ),
    "cycle": Repair(
        (
            ("learnhub/certificates/issuing.py", "    from learnhub.assessments.attempts import best_score\n\n", ""),
            ("learnhub/certificates/issuing.py", "    certificate.score = best_score(user, course)\n", ""),
        ),
        (_row("cycle", modules="learnhub.certificates.issuing"), _row("wide_join", function="best_score")),
    ),
    "shared cache key": Repair(
        (("learnhub/search/lookup.py", 'f"course:{course.pk}:card"', 'f"hit:{course.pk}:card"'),),
        (_row("shared_cache_key", key="course:{}:card"),),
    ),
    "join": Repair(
        (("learnhub/backoffice/audit.py", '.select_related("actor")', ".all()"),),
        (_row("join", function="latest"),),
    ),
    "signal": Repair(
        (("learnhub/search/signals.py", '@receiver(post_save, sender="courses.Lesson")\n', ""),),
        (_row("signal", sender="courses.Lesson"),),
    ),
    "wide join": Repair(
        (("learnhub/reporting/finance.py", "WHERE i.issued_on >= %s", "WHERE i.issued_on >= %s AND l.id = %s"),),
        (_row("wide_join", function="revenue_by_course"),),
    ),
    "dead import": Repair(
        (("learnhub/billing/invoicing.py", "from learnhub.enrolment.models import Enrolment\n", ""),),
        (_row("dead_import", file="learnhub/billing/invoicing.py"),),
    ),
    "unused table": Repair(
        (
            ("learnhub/courses/models.py", _COURSE_IMPORT, ""),
            ("learnhub/courses/migrations/0005_no_imports.py", "", _NO_IMPORTS),
        ),
        (_row("foreign_key", table="courses_courseimport"),),
        dropped=("courses_courseimport",),
    ),
}
"""Each takes one defect away, and with it what holds because of it: nobody asks for the best score any more."""


def repaired(sample: Sample, name: str) -> Sample:
    repair = REPAIRS[name]
    files = dict(sample.files)
    for path, old, new in repair.edits:
        if old not in files.get(path, ""):
            raise LookupError(f"{path} does not hold {old!r}")
        files[path] = files[path].replace(old, new) if old else new
    truth = sample.truth
    for section, holds in repair.gone:
        truth = without(truth, section, holds)
    for table in repair.dropped:
        truth = re.sub(rf'\s*"{table}",?', "", truth)
    return Sample(files, truth)


def without(truth: str, section: str, holds: Iterable[tuple[str, str]]) -> str:
    """The text without the rows of `[[section]]` in which every field of `holds` is, or lists, the value."""
    blocks = re.split(r"(?=^\[)", truth, flags=re.M)
    kept = [block for block in blocks if not (block.startswith(f"[[{section}]]") and _holds(block, section, holds))]
    if len(kept) == len(blocks):
        raise LookupError(f"no [[{section}]] holds {dict(holds)}")
    return "".join(kept)


def _holds(block: str, section: str, holds: Iterable[tuple[str, str]]) -> bool:
    row = tomllib.loads(block)[section][0]
    return all(value == row[field] or value in row[field] for field, value in holds)
