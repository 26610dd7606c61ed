"""Outside of the stages: the program of the child process that draws, run by its path: it needs pygraphviz alone."""

import json
import re
import sys
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from math import ceil

__all__ = ["serve"]

# Cairo draws, gd writes the file: half the time and a third of the bytes of Cairo's own writer.
FORMS = (b"svg", b"png:cairo:gd")
PAD = 0.3  # inches around a picture, as its DOT says, where an inch has 72 pixels


def serve(seconds: float, texts: Sequence[str]) -> None:
    """A JSON line with the base64 of SVG and PNG on stdout for each of `texts` (DOT), while `seconds` of CPU last."""
    with suppress(ImportError):  # where there is no such module, the parent's patience is the limit
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (ceil(seconds), ceil(seconds)))
    for text in texts:
        try:
            pair = [b64encode(one).decode() for one in _drawn(text)]
        except Exception:  # whatever the library raises, the other pictures are drawn
            pair = ["", ""]
        sys.stdout.write(json.dumps(pair) + "\n")
        sys.stdout.flush()


def _drawn(text: str) -> list[bytes]:
    """One layout for all forms; `AGraph.draw` would make one for each."""
    from pygraphviz import AGraph, graphviz

    graph, context = AGraph(string=text), graphviz.gvContextWithBuiltins()
    graphviz.gvLayout(context, graph.handle, b"dot")
    svg = graphviz.gvRenderData(context, graph.handle, FORMS[0])[1]
    graph.graph_attr["pad"] = _whole(svg)
    made = [svg, graphviz.gvRenderData(context, graph.handle, FORMS[1])[1]]
    graphviz.gvFreeLayout(context, graph.handle)
    graphviz.gvFreeContext(context)
    return made


def _whole(svg: bytes) -> str:
    """The pad, in inches, with which a drawing fills whole pixels: a part of one at its edge would be grey."""
    corners = re.search(rb' points="([-\d.]+),([-\d.]+) [-\d.]+,([-\d.]+) ([-\d.]+),', svg)  # of what is behind it
    left, bottom, top, right = map(float, corners.groups()) if corners else (0.0, 0.0, 0.0, 0.0)
    sides = (right - left, bottom - top)
    return ",".join(f"{PAD + (ceil(side - 0.01) - side) / 144:.6f}" for side in sides)


if __name__ == "__main__":
    serve(float(sys.argv[1]), json.load(sys.stdin))
