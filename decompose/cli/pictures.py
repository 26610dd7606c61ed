"""Outside of the stages: DOT -> SVG and PNG, through the Graphviz libraries that pygraphviz carries.

Drawing happens in a child process: it can be stopped when a layout takes too long, and it can have a Fontconfig file of
its own. That file knows one folder, with the fonts that come with this package, so that pictures are the same on every
machine, also on one without any font.
"""

import json
import os
import subprocess
import sys
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..errors import DecomposeError
from ..render.assets import font_files

__all__ = ["Picture", "draw", "pictures"]

# The families that browsers should take for text that was measured in DejaVu Sans Condensed: none of them is wider.
FAMILIES = "Helvetica, Arial, Liberation Sans, DejaVu Sans Condensed, sans-serif"
LIMITS = (40, 24, 12)

# Cairo draws, gd writes the file: half the time and a third of the bytes of Cairo's own writer.
_FORMS = (("svg", ""), ("png:cairo:gd", "-Gdpi=120"))

Picture = tuple[str, bytes, bytes]  # DOT, SVG, PNG

_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir><config><rescan><int>0</int></rescan></config></fontconfig>
"""


def pictures(
    diagrams: Callable[[int], Mapping[str, str]], seconds: float = 5.0, limits: Sequence[int] = LIMITS
) -> dict[str, Picture]:
    """File stem -> picture, of what `diagrams` gives for the largest limit of nodes that can be drawn in time.

    All first attempts share `seconds`; a picture that was not finished is tried again with fewer nodes. One that cannot
    be drawn even so is left out: its DOT is in the caller's hands.
    """
    done: dict[str, Picture] = {}
    for limit in limits:
        wanted = {stem: text for stem, text in diagrams(limit).items() if stem not in done}
        if not wanted:
            break
        done |= draw(wanted, seconds)
    return dict(sorted(done.items()))


def draw(texts: Mapping[str, str], seconds: float) -> dict[str, Picture]:
    """File stem -> picture, for those of `texts` (DOT) that were drawn within `seconds`, smallest first."""
    with tempfile.TemporaryDirectory(prefix="decompose-") as folder:
        for name, content in font_files().items():
            (Path(folder) / name).write_bytes(content)
        config = Path(folder) / "fonts.conf"
        config.write_text(_FONTCONFIG.format(folder=folder), "utf-8")
        order = sorted(texts, key=lambda stem: (len(texts[stem]), stem))
        output = _child([texts[stem] for stem in order], config, seconds)
    drawn = (_decoded(line) for line in output.splitlines())
    return {
        stem: (texts[stem], _portable(svg), png)
        for stem, pair in zip(order, drawn, strict=False)
        if pair
        for svg, png in [pair]
    }


def _child(texts: Sequence[str], config: Path, seconds: float) -> str:
    """What the child wrote before it ended or was stopped: a JSON line for each picture."""
    environment = os.environ | {"FONTCONFIG_FILE": str(config), "XDG_CACHE_HOME": str(config.parent)}
    command = [sys.executable, "-P", "-c", "from decompose.cli.pictures import _serve; _serve()"]
    environment["PYTHONPATH"] = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    try:
        done = subprocess.run(
            command,
            input=json.dumps(texts),
            capture_output=True,
            env=environment,
            timeout=seconds,
            check=False,
            text=True,
        )
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode() if not isinstance(late.stdout, str) else late.stdout
    if done.returncode and not done.stdout:
        raise DecomposeError(
            f"Pictures cannot be drawn here: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"
        )
    return done.stdout


def _decoded(line: str) -> tuple[bytes, bytes] | None:
    try:
        svg, png = json.loads(line)
    except ValueError:  # the last line of a child that was stopped
        return None
    return (b64decode(svg), b64decode(png)) if svg else None


def _serve() -> None:
    """The child: a JSON list of DOT on stdin; a JSON line with the base64 of SVG and PNG each on stdout."""
    import pygraphviz

    for text in json.load(sys.stdin):
        try:
            graph = pygraphviz.AGraph(string=text)
            graph.layout(prog="dot")
            pair = [b64encode(graph.draw(format=form, args=args)).decode() for form, args in _FORMS]
        except Exception:  # whatever the library raises, the other pictures are drawn
            pair = ["", ""]
        sys.stdout.write(json.dumps(pair) + "\n")
        sys.stdout.flush()


def _portable(svg: bytes) -> bytes:
    return svg.replace(b'font-family="DejaVu Sans Condensed"', f'font-family="{FAMILIES}"'.encode())
