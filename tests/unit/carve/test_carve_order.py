"""Old packages go on being loaded first where imports go in a circle; where that cannot be, it is told."""

import pytest

from tests.carving import carved, run
from tests.trees import tree

TAX = """
--- app/__init__.py
--- app/core/__init__.py
from .tax import rate
--- app/core/base.py
x = 1
--- app/core/tax.py
from .base import x
rate = x
"""
FIRST = "import app.core as _app_core  # noqa: F401  loaded before these modules, as ever\n"


def test_a_package_goes_on_being_loaded_before_the_modules_that_left_it() -> None:
    files, carving = carved(TAX, "app.core.tax", into="sales", face=False)
    assert files["sales/__init__.py"] == FIRST
    assert not carving.unfollowed
    files, _ = carved(TAX, "app.core.tax", into="app.core.sales", face=False)
    assert files["app/core/sales/__init__.py"] == ""  # inside app.core, which is loaded first anyway


@pytest.mark.parametrize("init", ["", "from .base import x", "def late():\n    from .tax import rate"])
def test_a_package_that_leads_into_no_circle_is_left_alone(init: str) -> None:
    files, _ = carved(TAX.replace("from .tax import rate", init), "app.core.tax", into="sales", face=False)
    assert files["sales/__init__.py"] == ""


def test_what_only_type_checkers_import_closes_no_circle() -> None:
    init = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .tax import rate"
    files, _ = carved(TAX.replace("from .tax import rate", init), "app.core.tax", into="sales", face=False)
    assert files["sales/__init__.py"] == ""


@pytest.mark.parametrize(
    "init",
    ["import importlib\nimportlib.import_module('app.core.tax')", "class Rates:\n    from .tax import rate"],
)
def test_a_circle_may_lead_through_a_loader_or_a_class(init: str) -> None:
    files, _ = carved(TAX.replace("from .tax import rate", init), "app.core.tax", into="sales", face=False)
    assert files["sales/__init__.py"] == FIRST


def test_a_package_leads_into_a_circle_beside_what_moves() -> None:
    text = """
--- app/__init__.py
import b
--- app/tax.py
import a
--- a.py
from b import y
x = 1
--- b.py
y = 1
from a import x
--- main.py
import app.tax
print(app.tax.a.x)
"""
    files, _ = carved(text, "app.tax", into="sales")
    assert run(files) == run(tree(text)) == "1\n"


def test_a_circle_that_the_new_place_closes_is_told() -> None:
    text = """
--- app/__init__.py
from lib import x
--- lib/__init__.py
from .tools import x
--- lib/tools.py
x = 1
"""
    _, carving = carved(text, "lib.tools", into="app.moved")
    told = [lost for lost in carving.unfollowed if lost.kind == "import_circle"]
    assert [(lost.path, lost.blocks) for lost in told] == [("lib/tools.py", True)]
    assert told[0].text == "app is loaded before lib.tools from now on, and leads into imports that go in a circle"


def test_a_package_for_which_nothing_can_be_loaded_first_is_told() -> None:
    text = """
--- app/__init__.py
from .core import rate
--- app/base.py
x = 1
--- app/core/__init__.py
from app.base import x
rate = x
"""
    _, carving = carved(text, "app.core", into="core")
    told = [lost.text for lost in carving.unfollowed if lost.kind == "import_circle"]
    assert told == ["app is no longer loaded before app.core, and leads into imports that go in a circle"]
