"""What inference leaves holds no circles, which only a collector would free: there is none while a command runs."""

import gc
from pathlib import Path

from decompose.extract import ExtractOptions, extract
from tests.end_to_end.test_analyze import SHOP
from tests.trees import write


def test_nothing_is_left_to_collect(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", SHOP)
    extract(folder, ExtractOptions())  # imports what it needs
    gc.collect()
    gc.disable()
    try:
        kept = extract(folder, ExtractOptions())
        assert gc.collect() < 100
    finally:
        gc.enable()
    assert kept.definitions
