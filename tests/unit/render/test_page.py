import json
import re
from base64 import b64encode
from dataclasses import fields
from hashlib import sha256

from decompose.model.judgements import Quality, RemedyKind
from decompose.render import RENDERERS, page
from decompose.render.definitions import MEASURES, REMEDIES
from tests.documents import HOSTILE, hostile, shop


def parts(text: str) -> tuple[str, str]:
    """The data and the script of a page."""
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    script = re.search(r"<script>(.*?)</script>", text, re.S)
    assert data and script
    return data.group(1), script.group(1)


def test_the_page_allows_its_own_script_alone() -> None:
    text = RENDERERS["html"](shop())
    digest = b64encode(sha256(parts(text)[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text
    assert "default-src 'none'" in text
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", text)


def test_names_of_the_target_stay_inside_of_the_data() -> None:
    text = page(hostile())
    assert text.count("<script") == 2
    assert "<img" not in text
    assert json.loads(parts(text)[0])["boundaries"][0]["name"] in HOSTILE


def test_a_page_is_the_same_twice() -> None:
    assert page(shop()) == page(shop())


def test_each_metric_of_a_grouping_has_its_name_and_meaning() -> None:
    keys = {field.name for field in fields(Quality)} - {"name", "groups"}
    assert [key for key, *_ in MEASURES] == [field.name for field in fields(Quality) if field.name in keys]


def test_each_kind_of_remedy_has_its_meaning() -> None:
    assert list(REMEDIES) == list(RemedyKind)
