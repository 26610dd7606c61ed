"""python -m decompose"""

import os
import sys
from pathlib import Path

# `python -m` searches the folder that one stands in first, which may be the target: its `click` would be ours.
if sys.path[:1] in ([""], [os.getcwd()]) and Path(__file__).parents[1] != Path.cwd():  # noqa: PTH109 # as `-m` spells it
    del sys.path[0]

from .cli import main

if __name__ == "__main__":  # worker processes import this file too
    main()
