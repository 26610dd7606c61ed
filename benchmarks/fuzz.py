"""Robustness: thousands of broken files through all of extraction; none may raise, or take long for its size.

    python -m benchmarks.fuzz [--count 10000] [--seed 0] [FOLDER ...]

Real files (of FOLDER, else of this repository) are mutated; each is read alone, and in projects of a hundred. Prints
what was kept of the files, the slowest of them, and how the time of hostile shapes grows with their size.
"""

import argparse
import ast
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from decompose.extract import ExtractOptions, extract
from decompose.extract.file import says
from decompose.extract.parse import parse

__all__ = ["HOSTILE", "MUTATIONS", "mutated"]

BATCH = 100  # files of one project
FLOOR, RATE = 2.0, 50e-6  # seconds that any file may take, and seconds a byte more


def _without_lines(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    start = rng.randrange(len(lines) + 1)
    return b"".join(lines[:start] + lines[start + rng.randrange(1, 6) :])


def _lines_moved(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    for _ in range(rng.randrange(1, 4)):
        lines.insert(rng.randrange(len(lines) + 1), lines.pop(rng.randrange(len(lines))) if lines else b"")
    return b"".join(lines)


def _truncated(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _bytes_flipped(data: bytes, rng: random.Random) -> bytes:
    flipped = bytearray(data)
    for _ in range(rng.randrange(1, 8)):
        if flipped:
            flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
    return bytes(flipped)


_SYNTAX = b"( ) [ ] { } : , ; = ' \" ''' \"\"\" \\ \n \t @ # . f\" t' :: ** -> := $ ` <> ? ! \0 \r \x0c".split(b" ")
_WORDS = (
    b"def class if else elif try except finally import from with for while return lambda match case type async await "
    b"print exec raise"
).split()


def _tokens_inserted(data: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.choice([*_SYNTAX, *(b" " + word + b" " for word in _WORDS)]) + data[at:]
    return data


def _tokens_swapped(data: bytes, rng: random.Random) -> bytes:
    words = data.split(b" ")
    for _ in range(rng.randrange(1, 4)):
        a, b = rng.randrange(len(words)), rng.randrange(len(words))
        words[a], words[b] = words[b], words[a]
    return b" ".join(words)


def _repeated(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[at : at + rng.randrange(1, 12)] * rng.choice([10, 300, 2000]) + data[at:]


def _indented(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(rng.choice([b"", b"", b"", b"", b" ", b"\t"]) + line for line in lines)


def _names_odd(data: bytes, rng: random.Random) -> bytes:
    words = [word for word in set(data.split()) if word.isalnum()]
    if not words:
        return data
    odd = rng.choice(["\\ud800", "名前", "\u202e", "{{ name }}", "\\x00", "%s", "é" * 50]).encode()
    return data.replace(rng.choice(sorted(words)), odd)


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _without_lines,
    _lines_moved,
    _truncated,
    _bytes_flipped,
    _tokens_inserted,
    _tokens_swapped,
    _repeated,
    _indented,
    _names_odd,
)


def mutated(data: bytes, rng: random.Random) -> bytes:
    """`data` after one to three mutations."""
    for mutation in rng.choices(MUTATIONS, k=rng.choice([1, 1, 2, 3])):
        data = mutation(data, rng)
    return data


# Shapes that invite more than linear work: size -> text.
HOSTILE: dict[str, Callable[[int], str]] = {
    "open brackets": lambda n: "(\n" * n,
    "open calls": lambda n: "f(a,\n" * n,
    "open quotes": lambda n: 'x = "\n' * n,
    "open docstrings": lambda n: 'x = """ "" \n' * (n | 1),
    "Python 2": lambda n: "print 'x'\n" * n,
    "f-strings": lambda n: 'x = f"{' * n + "\n",
    "formats": lambda n: 'x = f"{a:' + "{b:" * n + "\n",
    "clauses": lambda n: "else:\n" * n,
    "headers": lambda n: "def f(:\n" * n,
    "backslashes": lambda n: "x = \\\n" * n,
    "a staircase": lambda n: "".join(" " * (i % 300) + "if x y:\n" for i in range(n)),
    "exceptions": lambda n: "try: pass\nexcept " + "A, " * n + ":\n",
    "a sum": lambda n: "x = " + "1 + " * n + "1\n",
    "an elif chain": lambda n: "if x: pass\n" + "elif x: pass\n" * n,
    "blocks": lambda n: "\n".join(" " * (i % 1000) + "if x:" for i in range(n)),
}


def main() -> int:
    """Run the benchmark; the exit code is 1 where a file raised or took too long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[Path(__file__).parent.parent])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    sources = [
        file.read_bytes() for folder in options.folders for file in sorted(folder.rglob("*.py")) if file.is_file()
    ]
    inputs = _inputs(sources, options.seed, options.count)
    failed, done = 0, 0
    kept: Counter[str] = Counter()
    slowest: list[tuple[float, int]] = []
    while batch := list(islice(inputs, BATCH)):
        for data in batch:
            failed += _read_alone(data, kept, slowest)
        failed += _read_together(batch)
        done += len(batch)
        print(f"\r{done} files, {failed} failures", end="", file=sys.stderr, flush=True)
    print(f"\n{done} mutated files: {failed} raised or took longer than {FLOOR:g} s + {RATE * 1e6:g} us a byte")
    print(
        f"parsed whole {kept['whole']}, in part {kept['part']}; of those in part, lines told unreadable {kept['told']}"
    )
    print("slowest:", ", ".join(f"{seconds:.2f} s for {size} bytes" for seconds, size in sorted(slowest)[-3:]))
    for name, shape in HOSTILE.items():
        once, twice = _seconds(shape(5_000)), _seconds(shape(10_000))
        print(f"{name:>18}: {once:6.2f} s at 5,000, x{twice / max(once, 1e-3):.1f} at 10,000")
    return int(failed > 0)


def _inputs(sources: Sequence[bytes], seed: int, count: int) -> Iterator[bytes]:
    for number in range(count):
        rng = random.Random(f"{seed}:{number}")
        yield mutated(rng.choice(sources), rng)


def _read_alone(data: bytes, kept: Counter[str], slowest: list[tuple[float, int]]) -> bool:
    before = time.process_time()
    try:
        said = says("shop/fuzzed.py", data)
    except Exception:
        _keep(data)
        return True
    seconds = time.process_time() - before
    kept["part" if said.partial else "whole"] += 1
    kept["told"] += len(said.problems)
    slowest[:] = sorted([*slowest, (seconds, len(data))])[-3:]
    return seconds > FLOOR + RATE * len(data)


def _read_together(batch: Iterable[bytes]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(batch):
            place = Path(folder, "shop", f"area{number % 7}", f"part{number}.py")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        try:
            extract(Path(folder), ExtractOptions())
        except Exception:
            _keep(b"\n# ---\n".join(batch))
            return True
    return False


def _keep(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(prefix="fuzz-", suffix=".py", delete=False) as file:
        file.write(data)
    print(f"\n{file.name}", file=sys.stderr)
    traceback.print_exc(limit=-4)


def _seconds(text: str) -> float:
    before = time.process_time()
    tree = parse(text.encode(), "shop/hostile.py").tree
    assert isinstance(tree, ast.Module)
    return time.process_time() - before


if __name__ == "__main__":
    sys.exit(main())
