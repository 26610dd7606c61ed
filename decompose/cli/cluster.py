"""decompose cluster: groups of any weighted graph, by any of the clusterers."""

import json
from pathlib import Path

import click

from ..cluster import CLUSTERERS, ClusterOptions, Orders, cluster, read_graph
from ..errors import InputError
from .terminal import say

__all__ = ["command"]

EXAMPLES = """
\b
Examples:
  decompose cluster --graph calls.json
  decompose cluster --graph calls.graphml --method louvain --resolution 1
  decompose cluster --graph calls.json --count 7 --json
"""


@click.command("cluster", epilog=EXAMPLES)
@click.option("--graph", "file", type=click.Path(path_type=Path), required=True, help="JSON or GraphML.")
@click.option("--method", type=click.Choice(list(CLUSTERERS)), default="consensus", show_default=True)
@click.option("--resolution", default=1.0, show_default=True, help="Higher gives more and smaller groups.")
@click.option("--smallest", default=1, show_default=True, help="Smaller groups join their nearest.")
@click.option("--count", default=0, help="Number of groups wanted.")
@click.option("--seed", default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print {node: group}.")
def command(*, file: Path, method: str, resolution: float, smallest: int, count: int, seed: int, as_json: bool) -> None:
    """Cluster a graph of your own: {"nodes": [...], "edges": [[a, b, weight], ...]}, or GraphML."""
    if resolution <= 0:
        raise click.UsageError("--resolution must be above 0.")
    try:
        graph = read_graph(file.read_bytes(), str(file))
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from None
    options = ClusterOptions(
        method=method,
        seed=seed,
        resolution=resolution,
        smallest=smallest,
        largest_share=1.0,
        most=len(graph.modules),
        orders=Orders(count=max(count, 0)),
    )
    found = cluster(graph, options)
    if as_json:
        homes = {module.name: fact.boundary.name for fact in found.boundaries for module in fact.modules}
        click.echo(json.dumps(homes, indent=1, sort_keys=True, ensure_ascii=False))
        return
    say(f"{fact.boundary}: {' '.join(module.name for module in fact.modules)}" for fact in found.boundaries)
