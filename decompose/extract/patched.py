"""Stage 1, one file: the text of a test -> what it names as text: modules that it patches, files that it opens."""

import re
from collections.abc import Iterator

__all__ = ["patched"]

# @mock.patch("shop.orders.views.pay")     monkeypatch.setattr("shop.orders.views.pay", 1)
_PATCHED = re.compile(rb"\b(?:patch(?:\.\w{1,20})?|setattr|delattr)\(\s{0,80}[\"']([A-Za-z_]\w*(?:\.\w+)+)[\"']")
# open("shop/orders/tests/media/order.jpg")
_FILE = re.compile(rb"[\"']((?:[\w-]{1,80}/){1,20}[\w.-]{1,120}\.\w{1,10})[\"']")


def patched(data: bytes) -> Iterator[tuple[int, str, str]]:
    """The line, "name" or "path", and the text."""
    for how, pattern in (("name", _PATCHED), ("path", _FILE)):
        line, seen = 1, 0
        for one in pattern.finditer(data):
            line, seen = line + data.count(b"\n", seen, one.start()), one.start()
            yield line, how, one[1].decode("utf-8", "replace")
