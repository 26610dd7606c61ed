"""Our imports against grimp's own builder, on published packages that it can read."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from decompose.extract import ExtractOptions, extract
from decompose.model.facts import ImportKind

PACKAGES = {
    "flask": "flask==3.0.3",
    "werkzeug": "werkzeug==3.0.3",
    "httpx": "httpx==0.27.2",
    "rest_framework": "djangorestframework==3.15.2",
    "sqlalchemy": "sqlalchemy==2.0.32",
    "wagtail": "wagtail==6.2.1",
}


@pytest.fixture(scope="module", params=sorted(PACKAGES))
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp(request.param)
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--target",
        str(folder),
        PACKAGES[request.param],
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no package registry: {done.stderr.strip()[-200:]}")
    sys.path.insert(0, str(folder))
    yield request.param, folder
    sys.path.remove(str(folder))


def test_edges_equal_those_of_grimp(package: tuple[str, Path]) -> None:
    name, folder = package
    facts = extract(folder, ExtractOptions(packages=(name,)))
    seen = grimp.build_graph(name, cache_dir=None).modules
    # grimp does not look into folders without an `__init__.py`, such as flask/sansio: those modules are ours alone
    unseen = {fact.module.name: folder / fact.path for fact in facts.modules if fact.module.name not in seen}
    assert seen <= {fact.module.name for fact in facts.modules}
    assert not any(is_regular(file, folder) for file in unseen.values())
    for runtime_only in (False, True):
        ours = {
            (one.importer.name, one.imported.name)
            for one in facts.imports
            if not (runtime_only and one.kind is ImportKind.TYPE)
            and not {one.importer.name, one.imported.name} & unseen.keys()
        }
        assert len(ours) > 50
        assert ours == oracle(name, runtime_only)


def is_regular(file: Path, top: Path) -> bool:
    return all(
        (folder / "__init__.py").exists() for folder in file.parents if folder.is_relative_to(top) and folder != top
    )


def oracle(package: str, runtime_only: bool) -> set[tuple[str, str]]:
    graph = grimp.build_graph(package, exclude_type_checking_imports=runtime_only, cache_dir=None)
    return {(one, two) for one in graph.modules for two in graph.find_modules_directly_imported_by(one)}
