"""A file's kind: by place first, then by content."""

import pytest

from decompose.extract.file import kind_of


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("shop/test_orders.py", "def test_it():\n    assert 1\n", "test"),
        ("shop/orders_test.py", "import pytest\n", "test"),
        ("shop/test_results.py", "class TestResults:\n    def test_it(self):\n        pass\n", "test"),
        ("build/test_results.py", "class TestResultsComponent:\n    pass\n", "source"),
        ("shop/commands/test_emails.py", "class Command:\n    pass\n", "source"),
        ("shop/tests/helpers.py", "x = 1\n", "test"),
        ("shop/tests.py", "", "test"),
        ("shop/conftest.py", "x = 1\n", "test"),
        ("shop/test_orders.py", "", "test"),
    ],
)
def test_a_file_named_like_a_test_is_one_where_it_tests_something(path: str, text: str, kind: str) -> None:
    assert kind_of(path, text.encode()) == kind
