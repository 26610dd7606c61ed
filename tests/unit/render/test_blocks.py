import pytest

from decompose.errors import InputError
from decompose.render import diagrams
from decompose.render.blocks import FIGURES, TEXTS, refresh
from tests.documents import hostile, shop

TEXT = """# Our shop
<!-- decompose:context-map -->
old
<!-- /decompose -->
It has <!-- decompose:figure.boundaries -->99<!-- /decompose --> boundaries.
```
<!-- decompose:no-such-block -->
```
<!-- decompose:steps --><!-- /decompose -->
The end.
"""


def test_blocks_are_refreshed_and_the_rest_is_left_alone() -> None:
    done = refresh(TEXT, shop(), "images")
    assert "![Context map](images/context-map.svg)" in done.text
    assert "It has <!-- decompose:figure.boundaries -->3<!-- /decompose --> boundaries." in done.text
    assert "<!-- decompose:no-such-block -->\n```" in done.text
    assert done.changed == ("context-map", "figure.boundaries", "steps")
    assert done.pictures == {"context-map": diagrams(shop())["context-map"]}
    assert done.text.startswith("# Our shop\n") and done.text.endswith("The end.\n")


def test_a_refreshed_text_is_not_stale() -> None:
    once = refresh(TEXT, shop(), "images")
    assert refresh(once.text, shop(), "images").changed == ()
    other = shop()
    other["boundaries"][0]["tables"].append("one_more")
    assert refresh(once.text, other, "images").changed == ("context-map",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a\n<!-- decompose:nothing --><!-- /decompose -->", "README.md:2: no block is named 'nothing'"),
        ("a\nb\n<!-- decompose:steps -->\nnever closed", "README.md:3: the block 'steps' is not closed"),
        ("<!-- decompose:steps -->\n<!-- decompose:answer --><!-- /decompose -->", "README.md:1: the block 'steps'"),
        ("<!-- decompose:figure.nothing --><!-- /decompose -->", "no block is named 'figure.nothing'"),
    ],
)
def test_a_wrong_block_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        refresh(text, shop(), "images", "README.md")
    assert says in str(caught.value)


@pytest.mark.parametrize("name", [*TEXTS, *(f"figure.{one}" for one in FIGURES)])
def test_hostile_names_cannot_close_a_block(name: str) -> None:
    once = refresh(f"<!-- decompose:{name} -->x<!-- /decompose -->\nend", hostile(), "images")
    assert refresh(once.text, hostile(), "images") == once._replace(changed=())
