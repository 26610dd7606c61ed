"""What a command and the processes that it starts hold in memory: Linux's proportional set size, git's apart."""

import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["peak"]

_PROC = Path("/proc")
_EVERY = 0.1  # seconds


def peak(command: Sequence[str]) -> float:
    """The most GB that `command` and its descendants held at once, memory that they share counted once.

    git's processes are left out: what they map is the repository. 0 where there is no /proc. Raises
    CalledProcessError where the command fails.
    """
    most, ended = 0.0, threading.Event()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:

        def watch() -> None:
            nonlocal most
            while not ended.wait(_EVERY):
                most = max(most, sum(map(_held, _family(process.pid))))

        watcher = threading.Thread(target=watch)
        watcher.start()
        process.wait()
        ended.set()
        watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return most / 1e6


def _family(root: int) -> Iterator[int]:
    """`root` and its living descendants, without those that run git."""
    children: dict[int, list[int]] = {}
    names: dict[int, str] = {}
    for folder in _PROC.glob("[0-9]*"):
        try:  # 123 (python) S 77 ...
            name, _, rest = (folder / "stat").read_text().partition(" (")[2].rpartition(") ")
        except OSError:
            continue
        names[int(folder.name)] = name
        children.setdefault(int(rest.split()[1]), []).append(int(folder.name))
    waiting = [root]
    while waiting:
        found = waiting.pop()
        waiting += children.get(found, ())
        if not names.get(found, "").startswith("git"):
            yield found


def _held(process: int) -> float:
    """kB: "Pss:  12345 kB"; 0 for one that has ended."""
    try:
        lines = (_PROC / str(process) / "smaps_rollup").read_text(encoding="ascii").splitlines()
        return sum(float(line.split()[1]) for line in lines if line.startswith("Pss:"))
    except (OSError, ValueError):
        return 0.0
