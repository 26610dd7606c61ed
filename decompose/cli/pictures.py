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
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from zlib import crc32

from ..errors import DecomposeError
from ..extract.kept import digest, keep, recalled
from ..extract.readers import Cache
from ..render import PALETTE
from ..render.assets import font_files
from ..render.escape import html
from . import graphviz_child

__all__ = ["Picture", "draw", "pictures"]

# The families that browsers should take for text that was measured in DejaVu Sans Condensed: none of them is wider.
FAMILIES = "Helvetica, Arial, Liberation Sans, DejaVu Sans Condensed, sans-serif"
LIMITS = (40, 24, 12)
_PATIENCE = 12  # seconds on the clock for a second of processor time

Picture = tuple[str, bytes, bytes]  # DOT, SVG, PNG

# Letters that are not fitted to pixels keep their distances at any size.
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir><config><rescan><int>0</int></rescan></config>
<match target="pattern"><edit name="hinting" mode="assign"><bool>false</bool></edit>
<edit name="hintstyle" mode="assign"><const>hintnone</const></edit></match></fontconfig>
"""


def pictures(
    diagrams: Callable[[int], Mapping[str, str]],
    seconds: float = 10.0,
    limits: Sequence[int] = LIMITS,
    cache: Cache | None = None,
) -> dict[str, Picture]:
    """File stem -> picture, of what `diagrams` gives for the largest limit of nodes that can be drawn in time.

    A picture that was not finished is tried again with fewer nodes. One that cannot be drawn even so is left out: its
    DOT is in the caller's hands.
    """
    done: dict[str, Picture] = {}
    for limit in limits:
        wanted = {stem: text for stem, text in diagrams(limit).items() if stem not in done}
        if not wanted:
            break
        done |= draw(wanted, seconds, cache)
    return dict(sorted(done.items()))


def draw(texts: Mapping[str, str], seconds: float, cache: Cache | None = None) -> dict[str, Picture]:
    """File stem -> picture, for those of `texts` (DOT) that `cache` holds, or that are drawn in time."""
    if cache is None:
        return _drawn(texts, seconds)
    keys = {stem: digest("picture", text) for stem, text in texts.items()}
    known = {stem: picture for stem in texts if (picture := recalled(cache, keys[stem])) is not None}
    drawn = _drawn({stem: text for stem, text in texts.items() if stem not in known}, seconds)
    for stem, picture in drawn.items():
        keep(cache, keys[stem], picture)
    return known | drawn


def _drawn(texts: Mapping[str, str], seconds: float) -> dict[str, Picture]:
    """Those of `texts` that are drawn in time, smallest first.

    A child may use `seconds` of processor time, so that a busy machine changes nothing.
    """
    order = sorted(texts, key=lambda stem: (len(texts[stem]), stem))
    if not order:
        return {}
    with tempfile.TemporaryDirectory(prefix="decompose-") as folder:
        lines = _child([texts[stem] for stem in order], _fonts(Path(folder)), seconds).splitlines()
    drawn = {stem: pair for stem, line in zip(order, lines, strict=False) if (pair := _decoded(line))}
    return {stem: (texts[stem], _portable(svg), _exact(png)) for stem, (svg, png) in drawn.items()}


def _fonts(folder: Path) -> Path:
    """The Fontconfig file of `folder`, which gets our fonts."""
    for name, content in font_files().items():
        (folder / name).write_bytes(content)
    config = folder / "fonts.conf"
    config.write_text(_FONTCONFIG.format(folder=html(folder)), "utf-8")
    return config


def _child(texts: Sequence[str], config: Path, seconds: float) -> str:
    """What the child wrote before it ended or was stopped: a JSON line for each picture."""
    environment = os.environ | {"FONTCONFIG_FILE": str(config), "XDG_CACHE_HOME": str(config.parent)}
    environment["PYTHONPATH"] = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    command = [sys.executable, "-S", "-P", graphviz_child.__file__, str(seconds)]
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(
                command, input=json.dumps(texts).encode(), stdout=output, stderr=subprocess.PIPE, env=environment,
                timeout=seconds * _PATIENCE, check=False,
            )  # fmt: skip
            failed = done.returncode > 0
        except subprocess.TimeoutExpired:
            failed = False
        output.seek(0)
        lines = output.read().decode()
    if failed and not lines:
        reason = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
        raise DecomposeError(f"Pictures cannot be drawn here: {reason}")
    return lines


def _decoded(line: str) -> tuple[bytes, bytes] | None:
    try:
        svg, png = json.loads(line)
    except ValueError:  # the last line of a child that was stopped
        return None
    return (b64decode(svg), b64decode(png)) if svg else None


def _portable(svg: bytes) -> bytes:
    return svg.replace(b'font-family="DejaVu Sans Condensed"', f'font-family="{FAMILIES}"'.encode())


def _exact(png: bytes) -> bytes:
    """gd keeps 6 bits of each colour of a palette; those of ours that it changed are set right."""
    start, end = (at := png.find(b"PLTE") + 4), at + int.from_bytes(png[at - 8 : at - 4], "big")
    if start < 4:
        return png
    colours = [png[at : at + 3] for at in range(start, end, 3)]
    palette = b"".join(map(_nearest, colours))
    return png[:start] + palette + crc32(b"PLTE" + palette).to_bytes(4, "big") + png[end + 4 :]


@cache
def _nearest(colour: bytes) -> bytes:
    return next((one for one in PALETTE if max(abs(a - b) for a, b in zip(one, colour, strict=True)) <= 4), colour)
