"""What a command loads before it has anything to do."""

import subprocess
import sys


def test_heavy_libraries_are_loaded_where_they_are_used() -> None:
    """A question that finds its boundaries kept needs none of them."""
    told = "import sys, decompose.pipeline; print(*{'networkx', 'sqlglot', 'libcst', 'graphviz'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)
    assert found.stdout.split() == []
