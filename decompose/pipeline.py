"""The whole program in order: the only module that knows the order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .assess import AssessOptions, assess
from .assess.blast import blast_radius
from .carve import Carving, Order, Sources, carve
from .carve import Options as CarveOptions
from .cluster import ClusterOptions, cluster
from .errors import InputError
from .extract import ALONE, ExtractOptions, Means, Progress, extract
from .extract.survey import Survey
from .model.blast import BlastRadius
from .model.changes import CoChange
from .model.facts import Facts, ModuleKind
from .model.judgements import Assessment, Partition, SplitPlan
from .model.names import Module
from .model.relations import Relations
from .plan import Weights, plan
from .relate import RelateOptions, cochange, regroup, relate
from .render import Document, analysis
from .weigh import WeighOptions, weigh

__all__ = ["Analysis", "Options", "Progress", "analyze", "carving", "document"]


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


def analyze(path: Path, options: Options, progress: Progress, means: Means = ALONE) -> Analysis:
    """From a checkout to its split plan. Raises InputError where `path` holds nothing to analyse."""
    facts = extract(path, options.extract, progress, means=means)
    if not any(fact.kind is ModuleKind.SOURCE for fact in facts.modules):
        raise InputError(f"{path} holds no Python source to analyse")
    progress("Finding boundaries", 0, 0)
    relations = relate(facts, options.relate)
    partition = cluster(weigh(relations, options.weigh), options.cluster)
    progress("Assessing the cut", 0, 0)
    assessment = assess(facts, partition, options.assess)
    blast = blast_radius(relations, partition, _between(relations, partition, options.relate))
    return Analysis(facts, partition, assessment, plan(facts, partition, assessment, options.plan), blast)


def _between(relations: Relations, partition: Partition, options: RelateOptions) -> CoChange:
    """Which boundaries change together; an asset changes the boundary of the package that it lies in."""
    home = {module: i for i, fact in enumerate(partition.boundaries) for module in fact.modules}
    groups = [(home[fact.module],) if fact.module in home else () for fact in relations.facts.modules]
    return cochange(regroup(relations.app_changes, groups, len(partition.boundaries)), options.cochange)


def carving(found: Survey, places: Mapping[str, frozenset[Module]], boundary: str, options: CarveOptions) -> Carving:
    """Boundary `boundary` of `places` carved out of the surveyed tree; "" in `places` is the shared kernel.

    Raises InputError where the boundary is unknown, empty or everything, or its new place is taken.
    """
    if boundary not in places or not boundary:
        known = ", ".join(sorted(name for name in places if name)) or "none"
        raise InputError(f"there is no boundary {boundary!r}; there are: {known}")
    sources = Sources(found.files, {found.dotted[module]: path for module, path in found.paths.items()})
    wanted, *others = ({found.dotted[m] for m in places[name] if m in found.dotted} for name in [boundary, *places])
    held = frozenset[str]().union(*others) - wanted
    return carve(sources, Order(boundary, frozenset(wanted), held), options)


def document(done: Analysis) -> Document:
    """The analysis as the document that every output is made from."""
    return analysis(done.facts, done.partition, done.assessment, done.plan, {"blast_radius": done.blast})
