"""Quality of the proposed boundaries: real splits, published graphs, and the sample, in one table each.

    python -m benchmarks.boundaries --repos FOLDER --truth FOLDER --published FOLDER

`repos` holds a checkout named as each file of `truth`, with its history up to the split. A truth is {"labels": {module:
service}, "weak": [modules that are not scored], "package": name}. `published` holds a folder for each application with
`runtime_call_volume.json`, `bcs_per_class.json` and `mono2micro_K.json`. Parts whose folder is missing are left out.
"""

import argparse
import json
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import log
from pathlib import Path

from decompose import pipeline
from decompose.ask.diff import ari
from decompose.assess import metrics
from decompose.cluster import CLUSTERERS, ClusterOptions, Orders, cluster, read_graph
from decompose.extract import ExtractOptions, extract
from decompose.model.columns import columns
from decompose.model.facts import Facts, ModuleKind
from decompose.model.judgements import CouplingGraph, Partition, Tie
from decompose.relate import relate
from decompose.weigh import WeighOptions, weigh

Homes = dict[str, str]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("repos", "truth", "published"):
        options.add_argument(f"--{name}", type=Path)
    options.add_argument("--seeds", type=int, default=8, help="disjoint sets of seeds and node orders")
    options.add_argument("--leave-out", action="store_true", help="each parameter halved and doubled")
    given = options.parse_args()
    if given.repos and given.truth:
        splits(given.repos, sorted(given.truth.glob("*.json")), given.seeds, given.leave_out)
    if given.published:
        published(given.published)


# ---- real splits


def splits(repos: Path, truths: Sequence[Path], seeds: int, leave_out: bool) -> None:
    print("split                 F1 worst..best   ARI    K  least median most  kernel+roots  seconds  baselines")
    graphs: dict[str, tuple[Facts, Mapping[str, object]]] = {}
    rows = []
    for file in truths:
        truth = json.loads(file.read_text())
        facts = extract(repos / file.stem, ExtractOptions(packages=(truth["package"],)), lambda *_: None)
        start = time.process_time()
        related = relate(facts)
        graph = weigh(related)
        found = [cluster(shuffled(graph, seed), ClusterOptions(seed=1000 * seed)) for seed in range(seeds)]
        spent = (time.process_time() - start) / seeds
        scores = [best_f1(homes(one), truth) for one in found]
        alike = [ari(places(a), places(b)) for a, b in combinations(found, 2)] or [1.0]
        sizes = sorted(len(fact.modules) for fact in found[0].boundaries)
        apart = (len(graph.kernel) + len(graph.roots)) / len(graph.modules)
        print(
            f"{file.stem:21} {scores[0]:.3f} {min(scores):.3f}..{max(scores):.3f} {statistics.mean(alike):.3f}"
            f" {len(sizes):3}"
            f" {sizes[0]:5} {sizes[len(sizes) // 2]:6} {sizes[-1] / len(graph.modules):4.0%} {apart:12.1%}",
            f"{spent:8.1f}",
            *(f"{name} {best_f1(one, truth):.3f}" for name, one in baselines(facts).items()),
        )
        graphs[file.stem] = (related, truth)
        rows.append(scores[0])
    print(f"mean F1 {statistics.mean(rows):.3f}, least {min(rows):.3f}")
    if leave_out:
        sensitivity(graphs)


def baselines(facts: Facts) -> dict[str, Homes]:
    """Packages at each depth below the top one, and Louvain at resolution 2 on imports and co-change alone."""
    names = [fact.module.name for fact in facts.modules if fact.kind is ModuleKind.SOURCE]
    found = {f"depth {depth}": {name: ".".join(name.split(".")[: depth + 1]) for name in names} for depth in (1, 2, 3)}
    plain = WeighOptions(
        tables=0, names=0, wiring=0, hubs=0, kernel_importers=len(names) + 1, root_imports=len(names) + 1
    )
    graph = weigh(relate(facts), plain)
    groups = CLUSTERERS["louvain"](graph, ClusterOptions(resolution=2.0)).groups
    louvain = {graph.modules[i].name: str(label) for label, group in enumerate(groups) for i in group}
    return found | {"Louvain": louvain}


def sensitivity(splits_: Mapping[str, tuple[Facts, Mapping[str, object]]]) -> None:
    """Each parameter halved, doubled, and each kind of evidence left out: mean F1, and that without each repository."""
    base = pipeline.Options()
    names = ("imports", "tables", "history", "names", "wiring", "hubs", "years", "largest_commit", "largest_group",
             "spread", "ties_per_group", "kernel_importers", "unstable")  # fmt: skip
    tried = [("as it is", base)]
    weights = [(name, factor * getattr(base.weigh, name)) for name in names for factor in (0.5, 2)]
    weights += [(name, 0.0) for name in names[:5]]
    tried += [(f"{name} = {value:g}", replace(base, weigh=_set(base.weigh, name, value))) for name, value in weights]
    shapes = (("resolution", (1.5, 2.0, 2.5, 3.5, 4.0, 6.0)), ("smallest", (3, 8)), ("runs", (3, 12)))
    tried += [
        (f"{name} = {value}", replace(base, cluster=replace(base.cluster, **{name: value})))
        for name, values in shapes
        for value in values
    ]
    for title, options in tried:
        scores = {
            name: best_f1(homes(cluster(weigh(related, options.weigh), options.cluster)), truth)
            for name, (related, truth) in splits_.items()
        }
        without = {
            repo: statistics.mean(score for name, score in scores.items() if not name.startswith(repo))
            for repo in sorted({name.partition("-")[0] for name in scores})
        }
        each = " ".join(f"-{repo} {score:.3f}" for repo, score in without.items())
        print(
            f"{title:24} {statistics.mean(scores.values()):.3f}  least {min(scores.values()):.3f}  {each}", flush=True
        )


def _set(options: WeighOptions, name: str, value: float) -> WeighOptions:
    return replace(options, **{name: type(getattr(options, name))(value)})


def shuffled(graph: CouplingGraph, seed: int) -> CouplingGraph:
    """The same graph with its ties in another order, and so its nodes in the order in which they are met."""
    ties = list(graph.ties)
    if seed:
        random.Random(seed).shuffle(ties)
    return replace(graph, ties=columns(Tie, ties))


def homes(found: Partition) -> Homes:
    return {module.name: fact.boundary.name for fact in found.boundaries for module in fact.modules}


def places(found: Partition) -> Homes:
    apart = {module.name: "" for module in (*found.kernel_modules, *found.roots)}
    return homes(found) | apart


def best_f1(found: Homes, truth: Mapping[str, object]) -> float:
    """For each service that left the core the best boundary's F1 over the scored modules; the mean over services."""
    weak, labels = truth.get("weak", ()), truth["labels"]
    assert isinstance(labels, dict) and isinstance(weak, list)
    wanted: dict[str, set[str]] = defaultdict(set)
    held: dict[str, set[str]] = defaultdict(set)
    for module, service in labels.items():
        if module not in weak:
            wanted[service].add(module)
            held[found.get(module, f"alone {module}")].add(module)
    services = [modules for service, modules in wanted.items() if service != "core"]
    return statistics.mean(
        max(2 * len(group & modules) / (len(group) + len(modules)) for group in held.values()) for modules in services
    )


# ---- published graphs


def published(folder: Path) -> None:
    print("\napplication  K " + "".join(f"{name:>6} ours theirs" for name in ("BCP", "ICP", "SM", "IFN", "NED")))
    for app in sorted(path for path in folder.iterdir() if path.is_dir()):
        rows = list(compared(app))
        for count, ours, theirs in rows:
            print(
                f"{app.name:12} {count:2} " + "".join(f" {a:9.3f} {b:8.3f}" for a, b in zip(ours, theirs, strict=True))
            )
        ours, theirs = (list(map(statistics.median, zip(*(row[i] for row in rows), strict=True))) for i in (1, 2))
        print(f"{app.name:12} med" + "".join(f" {a:9.3f} {b:8.3f}" for a, b in zip(ours, theirs, strict=True)))


def compared(app: Path) -> Iterator[tuple[int, list[float], list[float]]]:
    """For each distinct number of groups: our five metrics, and those of the published partition."""
    calls = json.loads((app / "runtime_call_volume.json").read_text())
    volume = {(a, b): v for pair, v in calls.items() if "Root" not in (ends := pair.split("--")) for a, b in [ends]}
    cases = json.loads((app / "bcs_per_class.json").read_text())
    seen: set[int] = set()
    for file in sorted(app.glob("mono2micro_*.json"), key=lambda path: int(path.stem.partition("_")[2])):
        groups: dict[object, list[str]] = defaultdict(list)
        for name, group in json.loads(file.read_text()).items():
            if name != "Root":
                groups[group].append(name)
        if len(groups) not in seen:
            seen.add(len(groups))
            ours = partition_of(volume, sorted(name for group in groups.values() for name in group), len(groups))
            yield len(groups), measured(ours, volume, cases), measured(list(groups.values()), volume, cases)


def partition_of(volume: Mapping[tuple[str, str], float], names: Sequence[str], count: int) -> list[list[str]]:
    """Our groups of the call graph, weighed by ln v + 1 as inter-partition calls are."""
    edges = [[a, b, log(v) + 1] for (a, b), v in volume.items() if a != b and a in names and b in names]
    graph = read_graph(json.dumps({"nodes": names, "edges": edges}).encode(), "calls")
    options = ClusterOptions(smallest=1, largest_share=1.0, orders=Orders(count=count))
    found = cluster(graph, options)
    return [[module.name for module in fact.modules] for fact in found.boundaries]


def measured(
    groups: Sequence[Collection[str]],
    volume: Mapping[tuple[str, str], float],
    cases: Mapping[str, Collection[str]],
) -> list[float]:
    return [
        metrics.bcp(groups, cases),
        metrics.icp(groups, volume),
        metrics.sm(groups, volume),
        metrics.ifn(groups, volume),
        metrics.ned(groups),
    ]


if __name__ == "__main__":
    main()
