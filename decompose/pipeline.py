"""The whole program in order: the only module that knows the order."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .ask.backtest import backtest
from .ask.blast import blast
from .ask.learn import fit
from .ask.likely import Model
from .ask.trend import point, trend
from .assess import AssessOptions, assess, judged_by, quality, team_walls
from .assess.blast import blast_radius, hotspots, rests_on
from .cluster import ClusterOptions, alternatives, cluster, owned, standing
from .errors import InputError
from .extract import ALONE, ExtractOptions, Means, Progress, WhenRead, extract, held_out, unheard
from .extract.change import change_at_hand
from .extract.kept import digest, keep, kept, recalled
from .extract.moments import commit_at, commits_along
from .extract.readers import elsewhere
from .extract.state import state
from .extract.survey import Survey
from .model.blast import Backtest, Blast, BlastRadius, Trend, TrendPoint
from .model.changes import Changes, CoChange
from .model.containment import groups_in, package_names, packages_of, proposed
from .model.facts import Facts, ModuleKind
from .model.judgements import Assessment, CouplingGraph, Partition, SplitPlan
from .model.names import Module
from .model.relations import Relations
from .plan import Weights, gains, plan
from .relate import RelateOptions, changes, cochange, import_graph, past, regroup, relate, together
from .weigh import WeighOptions, weigh

if TYPE_CHECKING:  # loads libcst, which carve alone needs, and what reports are made with
    from .carve import Carving
    from .carve import Options as CarveOptions
    from .render import Document

__all__ = [
    "Analysis",
    "Bounds",
    "Options",
    "Past",
    "Progress",
    "analyze",
    "ask_backtest",
    "ask_blast",
    "ask_trend",
    "bounds",
    "carving",
    "document",
    "look_back",
    "then_and_now",
]


@dataclass(frozen=True, slots=True)
class Options:
    """Every setting of every stage, each spelled once."""

    extract: ExtractOptions = field(default_factory=ExtractOptions)
    relate: RelateOptions = field(default_factory=RelateOptions)
    weigh: WeighOptions = field(default_factory=WeighOptions)
    cluster: ClusterOptions = field(default_factory=ClusterOptions)
    assess: AssessOptions = field(default_factory=AssessOptions)
    plan: Weights = field(default_factory=Weights)


@dataclass(frozen=True, slots=True)
class Analysis:
    """What each stage concluded about one checkout."""

    facts: Facts
    partition: Partition
    assessment: Assessment
    plan: SplitPlan
    blast: BlastRadius
    changes: Changes
    metrics: Mapping[str, object] = field(default_factory=dict)


def analyze(
    path: Path,
    options: Options,
    progress: Progress,
    means: Means = ALONE,
    when_read: WhenRead = unheard,
) -> Analysis:
    """From a checkout to its split plan. Raises InputError where `path` holds nothing to analyse.

    `when_read` is not called where an earlier run's reading is found.
    """
    found = bounds(path, options, progress, means, when_read=when_read)
    relations, partition, facts = found.relations, found.partition, found.relations.facts
    firm = _firmness(found, options.cluster, means)
    progress("Measuring the blast radius", 0, 0)
    reach = kept(
        means.cache,
        "blast radius",
        lambda: (found.before, options.relate, *rests_on(facts, partition)),
        lambda: blast_radius(relations, partition, _between(relations, partition, options.relate)),
    )
    reach = replace(reach, hotspots=hotspots(facts, relations.changes))
    progress("Assessing the cut", 0, 0)
    assessment = kept(
        means.cache,
        "assessment",
        lambda: (found.code, partition, options.assess),
        lambda: assess(facts, partition, options.assess),
    )
    assessment = replace(assessment, walls=(*assessment.walls, *team_walls(facts, reach, partition.roots)))
    progress("Planning", 0, 0)
    held = [(fact.boundary, fact.modules) for fact in partition.boundaries]
    gained = kept(means.cache, "gains", lambda: (found.before, held), lambda: gains(facts, partition))
    planned = plan(facts, partition, assessment, options.plan, gained)
    progress("Measuring the proposal", 0, 0)
    measured = kept(
        means.cache,
        "quality",
        lambda: (found.before, found.code, options.relate, held, options.cluster.seed),
        lambda: quality(relations, partition, options.cluster.seed),
    )
    judged = {"groupings": measured, **firm()}
    return Analysis(facts, partition, assessment, planned, reach, relations.changes, judged)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A checkout's boundaries and what they rest on."""

    relations: Relations
    graph: CouplingGraph
    partition: Partition
    key: bytes = b""  # tells all that these are made of from anything else; b"" where that cannot be told
    before: bytes = b""  # a digest of `past`, where there is a cache
    code: bytes = b""  # a digest of `judged_by`


def bounds(
    path: Path,
    options: Options,
    progress: Progress,
    means: Means = ALONE,
    revision: str = "",
    by_owner: bool = False,
    when_read: WhenRead = unheard,
) -> Bounds:
    """The boundaries of `path`, or of a revision of its repository; `by_owner` starts from CODEOWNERS.

    Raises InputError where there is nothing to analyse, or where an order cannot be obeyed.
    """
    seen = state(path, revision, means.seen) if means.cache else b""
    key = digest(seen, options.extract, options.relate, options.weigh, options.cluster, by_owner) if seen else b""
    parts = kept(
        means.cache if key else None,
        "bounds",
        lambda: (key,),
        lambda: _bounds(path, options, progress, means, revision, by_owner, when_read),
    )
    facts, changed, apps, pairs, of_tables, graph, partition, *digests = parts
    relations = Relations(facts, import_graph(facts), changed, apps, pairs, of_tables)
    return Bounds(relations, graph, partition, key, *digests)


_Parts = tuple[Facts, Changes, Changes, CoChange, CoChange, CouplingGraph, Partition, bytes, bytes]
"""A `Bounds` that can be kept: grimp's graph, which is soon filled again, left out."""


def _bounds(
    path: Path,
    options: Options,
    progress: Progress,
    means: Means,
    revision: str,
    by_owner: bool,
    when_read: WhenRead,
) -> _Parts:
    facts = extract(path, options.extract, progress, revision, means, when_read)
    if not any(fact.kind is ModuleKind.SOURCE for fact in facts.modules):
        raise InputError(f"{path} holds no Python source to analyse")
    progress("Relating", 0, 0)
    before, code = (digest(*past(facts)), digest(*judged_by(facts))) if means.cache else (b"", b"")
    apart = kept(means.cache, "changes", lambda: (before, options.relate), lambda: together(facts, options.relate))
    progress("Finding boundaries", 0, 0)
    graph = kept(
        means.cache,
        "graph",
        lambda: (before, code, options.relate, options.weigh),
        lambda: weigh(Relations(facts, import_graph(facts), *apart), options.weigh),
    )
    wanted = replace(options.cluster, orders=owned(facts, options.cluster.orders)) if by_owner else options.cluster
    partition = kept(means.cache, "boundaries", lambda: (graph, wanted), lambda: cluster(graph, wanted))
    return (facts, *apart, graph, partition, before, code)


def _firmness(found: Bounds, chosen: ClusterOptions, means: Means) -> Callable[[], Mapping[str, object]]:
    """`boundaries`: how firmly each stands. `alternatives`: how many a coarser and a finer resolution would give; ()
    where people decided.

    Nothing else rests on these, which take as long as the proposal itself: where the graph is large, workers make them
    while the next stages run here.
    """
    executor = means.executor if len(found.graph.ties) >= _MANY else None
    asked = chosen.frozen or chosen.orders.boundaries or chosen.orders.count or chosen.method != "consensus"
    graph, partition, count = found.graph, found.partition, len(found.partition.boundaries)
    key = digest("firmness", graph, partition, chosen) if means.cache else b""
    known: Mapping[str, object] | None = recalled(means.cache, key) if means.cache else None
    if known is not None:
        return lambda: known
    stands = elsewhere(executor, standing, graph, partition, chosen.seed)
    others = (lambda: ()) if asked else elsewhere(executor, alternatives, graph, chosen, count)

    def result() -> Mapping[str, object]:
        sizes = [{"name": name, "resolution": at, "boundaries": size} for name, at, size in others()]
        firm = {"boundaries": stands(), "alternatives": sizes}
        if means.cache:
            keep(means.cache, key, firm)
        return firm

    return result


_MANY = 5_000  # ties; below, the work is done before a worker has started


def _between(relations: Relations, partition: Partition, options: RelateOptions) -> CoChange:
    """Which boundaries change together; an asset changes the boundary of the package that it lies in."""
    home = {module: i for i, fact in enumerate(partition.boundaries) for module in fact.modules}
    groups = [(home[fact.module],) if fact.module in home else () for fact in relations.facts.modules]
    return cochange(regroup(relations.app_changes, groups, len(partition.boundaries)), options.cochange)


def carving(
    found: Survey, places: Mapping[str, frozenset[Module]], boundary: str, options: "CarveOptions"
) -> "Carving":
    """Boundary `boundary` of `places` carved out of the surveyed tree; "" in `places` is the shared kernel.

    Raises InputError where the boundary is unknown, empty or everything, or its new place is taken.
    """
    from .carve import Order, Sources, carve

    if boundary not in places or not boundary:
        known = ", ".join(sorted(name for name in places if name)) or "none"
        raise InputError(f"there is no boundary {boundary!r}; there are: {known}")
    sources = Sources(found.files, {found.dotted[module]: path for module, path in found.paths.items()})
    wanted, *others = ({found.dotted[m] for m in places[name] if m in found.dotted} for name in [boundary, *places])
    held = frozenset[str]().union(*others) - wanted
    return carve(sources, Order(boundary, frozenset(wanted), held), options)


def document(done: Analysis, further: Mapping[str, object] | None = None) -> "Document":
    """The analysis as the document that every output is made from; `further` are keys such as `hindsight` finds."""
    from .render import analysis

    own = {"blast_radius": done.blast, "metrics": done.metrics}
    return analysis(done.facts, done.partition, done.assessment, done.plan, own | dict(further or {}))


def ask_blast(
    path: Path, what: tuple[str, ...], staged: bool, options: Options, progress: Progress, means: Means = ALONE
) -> Blast:
    """What the change at hand probably touches too, judged by what was known before it."""
    wanted = change_at_hand(path, what, staged, options.extract.history.anonymise)
    found = bounds(path, options, progress, means, wanted.base)
    progress("Learning from the history", 0, 0)
    model = _model(found, means)
    progress("Ranking", 0, 0)
    at = wanted.subject, wanted.files, wanted.authors, wanted.lines
    return blast(found.relations, found.partition, model, *at)


def _model(found: Bounds, means: Means) -> Model:
    return kept(means.cache if found.key else None, "model", lambda: (found.key,), lambda: fit(found.relations))


def ask_backtest(path: Path, moment: str, options: Options, progress: Progress, means: Means = ALONE) -> Backtest:
    """The proposal of a past `moment` (a date or a revision; "" is a year before the head) on what came after it."""
    return look_back(path, moment, options, progress, means).backtest


@dataclass(frozen=True, slots=True)
class Past:
    """The `backtest` of a moment, and the key figures of its packages (`layout`, in full) at that moment."""

    backtest: Backtest
    layout: tuple[str, ...]
    point: TrendPoint


def look_back(
    path: Path,
    moment: str,
    options: Options,
    progress: Progress,
    means: Means = ALONE,
    local: Executor | None = None,
    told: Callable[[], bytes] = bytes,
) -> Past:
    """As `ask_backtest`, and what a trend from there needs; kept by the histories of both ends.

    What is not kept is made by a process of `local`, if given; `told` waits for `Means.newer`.
    """
    cutoff = commit_at(path, moment)
    ends = (state(path, cutoff), state(path, "HEAD")) if means.cache else (b"",)

    def made() -> Past:
        given = replace(means, newer=told(), seen=None)
        return elsewhere(local, _looked_back, path, cutoff, options, progress, given)()

    return kept(
        means.cache if all(ends) else None,
        "look back",
        lambda: (*ends, options.extract, options.relate, options.weigh, options.cluster),
        made,
    )


def _looked_back(path: Path, cutoff: str, options: Options, progress: Progress, means: Means) -> Past:
    found = bounds(path, options, progress, means, cutoff)
    facts, partition = found.relations.facts, found.partition
    progress("Reading what came later", 0, 0)
    later = held_out(path, cutoff, facts, options.extract)
    held = changes(replace(facts, history=later), options.relate.changes)
    layout = package_names(facts, groups_in(proposed(facts, partition)))
    a_year_before = facts.history.head_time - _YEAR
    then = point(facts, found.relations.changes, packages_of(facts, layout), a_year_before)
    return Past(backtest(found.relations, partition, _model(found, means), later, held), layout, then)


_YEAR = 365 * 86_400


def then_and_now(past: Past, done: Analysis) -> Trend:
    """The key figures of the packages of a past day, on that day and at the head."""
    layout = packages_of(done.facts, past.layout)
    now = point(done.facts, done.changes, layout, past.backtest.time + 1)
    return trend(f"the {len(past.layout)} packages of {past.backtest.date}", (past.point, now))


def ask_trend(path: Path, count: int, options: Options, progress: Progress, means: Means = ALONE) -> Trend:
    """Key figures of today's packages at `count` commits, evenly spread over time."""
    moments = commits_along(path, count)
    today = bounds(path, options, progress, means)
    facts = today.relations.facts
    layout = package_names(facts, groups_in(proposed(facts, today.partition)))
    found = []
    for done, (revision, since) in enumerate(moments):
        progress("Going back", done, len(moments))
        past = relate(extract(path, options.extract, revision=revision, means=means), options.relate)
        found.append(point(past.facts, past.changes, packages_of(past.facts, layout), since))
    return trend(f"today's {len(layout)} packages", found)
