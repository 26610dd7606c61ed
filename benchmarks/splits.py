"""Real splits, derived from git by content: which modules of a monolith a team moved to which new service.

    python -m benchmarks.splits --mirrors FOLDER --out FOLDER [NAME ...]

`mirrors` holds a clone "owner+name" for each repository below. For each split `out` gets NAME.json, a truth as
`benchmarks.boundaries` reads it; the checkout to analyse is that of its `source_commit`, with no later history.

The rule: a module's *rare lines* are its code lines of ten characters or more, without imports and comments, with the
names of packages taken out, that stand in no other module of the source (in two at most, where fewer than eight stand
in one). A module *moved* where half of its rare lines stand in the new service's early tree and it is gone from the
monolith, or less than .3 of them are left there later. It *stayed* where less than .3 of them stand in any new service.
All else is not scored: what was copied, shared or dropped, and modules of fewer than five rare lines, but for those in
a package of which nine tenths have one label.
"""

import argparse
import io
import json
import re
import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Tree = dict[str, str]
"""Path -> text, of the modules that are no tests."""


@dataclass(frozen=True, slots=True)
class At:
    """A package in a tree: repository, commit, and the folder that holds the package's modules."""

    repo: str
    commit: str
    package: str


@dataclass(frozen=True, slots=True)
class Split:
    """A monolith before its split, the services that left, and the monolith afterwards."""

    source: At
    services: Mapping[str, At]
    later: At


SPLITS = {
    "celery-django": Split(
        At("celery/celery", "159e4415c^", "celery"),
        {"djcelery": At("celery/django-celery", "9727ac0", "djcelery")},
        At("celery/celery", "v2.0.0", "celery"),
    ),
    "ceilometer-alarms": Split(
        At("openstack/ceilometer", "6bc86f75e^", "ceilometer"),
        {"aodh": At("openstack/aodh", "8372f48b", "aodh")},
        At("openstack/ceilometer", "6bc86f75e", "ceilometer"),
    ),
    "ceilometer-events": Split(
        At("openstack/ceilometer", "8d23f431a^", "ceilometer"),
        {"panko": At("openstack/panko", "6b6e4afa", "panko")},
        At("openstack/ceilometer", "8d23f431a", "ceilometer"),
    ),
    "certbot-packages": Split(
        At("certbot/certbot", "3a6bd7123^", "letsencrypt"),
        {
            name: At("certbot/certbot", "2f9cd6880^", name)
            for name in ("acme", "letsencrypt_apache", "letsencrypt_nginx")
        },
        At("certbot/certbot", "2f9cd6880^", "letsencrypt"),
    ),
    "glance-stores": Split(
        At("openstack/glance", "f6e7992a6^", "glance"),
        {"glance_store": At("openstack/glance_store", "9360baa", "glance")},
        At("openstack/glance", "f6e7992a6", "glance"),
    ),
    "nova-baremetal": Split(
        At("openstack/nova", "46ed619b9a^", "nova"),
        {"ironic": At("openstack/ironic", "112a2f11f", "nova")},
        At("openstack/nova", "46ed619b9a", "nova"),
    ),
    "nova-volumes": Split(
        At("openstack/nova", "7e2b93acc5^", "nova"),
        {"cinder": At("openstack/cinder", "2a15ffc58", "cinder")},
        At("openstack/nova", "c4de05e7c7", "nova"),
    ),
}
LONG, MANY, FEW = 10, 8, 5
TESTS = re.compile(r"(^|/)(tests?|testing|.*_tests?|conftest|fakes?)(/|\.py$)|(^|/)test_[^/]*\.py$")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--mirrors", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("names", nargs="*")
    given = options.parse_args()
    for name in given.names or sorted(SPLITS):
        truth = derive(given.mirrors, name, SPLITS[name])
        (given.out / f"{name}.json").write_text(json.dumps(truth, indent=1, sort_keys=True) + "\n")
        print(name, truth["source_commit"], Counter(truth["labels"].values()))  # type: ignore[attr-defined]


def derive(mirrors: Path, name: str, split: Split) -> dict[str, object]:
    """The truth of one split."""
    source = tree(mirrors, split.source)
    neutral = re.compile(
        "|".join(sorted({split.source.package, *split.services, *(at.package for at in split.services.values())}))
    )
    lines = {path: code_lines(text, neutral) for path, text in source.items()}
    rare = rare_lines(lines)
    held = {service: everything(tree(mirrors, at), neutral) for service, at in split.services.items()}
    later = tree(mirrors, split.later)
    left = everything(later, neutral)
    labels: dict[str, str] = {}
    tiny = []
    for path in sorted(source):
        found = rare[path]
        if len(found) < FEW:
            tiny.append(path)
        elif label := judged(found, held, left, gone=path not in later):
            labels[path] = label
    for path in tiny:
        around = Counter(labels[other] for other in labels if other.rpartition("/")[0] == path.rpartition("/")[0])
        label, times = around.most_common(1)[0] if around else ("", 0)
        if times and 10 * times >= 9 * around.total():
            labels[path] = label
    commit = git(mirrors, split.source.repo, "rev-parse", split.source.commit).decode().strip()
    return {
        "name": name,
        "package": split.source.package,
        "source_repo": split.source.repo,
        "source_commit": commit,
        "labels": {module(path): label for path, label in labels.items()},
        "weak": sorted(module(path) for path in tiny if path in labels),
    }


def judged(rare: list[str], held: Mapping[str, set[str]], left: set[str], gone: bool) -> str | None:
    """The service that a module went to, `core`, or none where it cannot be said.

    Gone from the monolith, and found nowhere: dropped. Found in two new services, in one not twice as much: copied.
    """
    shares = {service: sum(line in lines for line in rare) / len(rare) for service, lines in held.items()}
    stayed = sum(line in left for line in rare) / len(rare)
    (most, service), *others = sorted(((share, service) for service, share in shares.items()), reverse=True)
    if most < 0.3:
        return None if gone and stayed < 0.5 else "core"
    copied = others and 2 * others[0][0] >= most
    return service if most >= 0.5 and (gone or stayed < 0.3) and not copied else None


def rare_lines(lines: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The lines of each module that stand in no other; in two at most, where those are fewer than `MANY`."""
    times = Counter(line for own in lines.values() for line in set(own))
    rare = {}
    for path, own in lines.items():
        once = [line for line in dict.fromkeys(own) if times[line] == 1]
        rare[path] = once if len(once) >= MANY else [line for line in dict.fromkeys(own) if times[line] <= 2]
    return rare


def everything(held: Tree, neutral: re.Pattern[str]) -> set[str]:
    return {line for text in held.values() for line in code_lines(text, neutral)}


def code_lines(text: str, neutral: re.Pattern[str]) -> list[str]:
    """The stripped lines that say something of their own: no imports, no comments, not too short."""
    found = []
    within = False
    for raw in text.splitlines():
        line = (raw if "'" in raw or '"' in raw else raw.partition("#")[0]).strip()
        if within or re.match(r"(from\s+\S+\s+)?import\s", line):
            within = ("(" in line or within) and ")" not in line
        elif len(line) >= LONG and not line.startswith("#"):
            found.append(neutral.sub("", line))
    return found


def tree(mirrors: Path, at: At) -> Tree:
    """The modules of a package that are no tests, from git objects."""
    names = git(mirrors, at.repo, "ls-tree", "-r", "--name-only", at.commit).decode().splitlines()
    names = [name for name in names if name.endswith(".py") and not TESTS.search(name)]
    names = [name for name in names if name.startswith(f"{at.package}/") or f"/{at.package}/" in name]
    asked = "".join(f"{at.commit}:{name}\n" for name in names)
    told = io.BytesIO(git(mirrors, at.repo, "cat-file", "--batch", given=asked.encode()))
    found = {}
    for name in names:
        *_, size = told.readline().split()
        found[name] = told.read(int(size)).decode("utf-8", "replace")
        told.read(1)
    return found


def git(mirrors: Path, repo: str, *words: str, given: bytes = b"") -> bytes:
    folder = mirrors / repo.replace("/", "+")
    return subprocess.run(["git", "-C", folder, *words], input=given, check=True, capture_output=True).stdout


def module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


if __name__ == "__main__":
    main()
