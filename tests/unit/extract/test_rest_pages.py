"""Paginators and filters of Django REST framework, which a view gives its query to."""

import pytest

from tests.accesses import DJANGO, found

PAGES = """
    from rest_framework.pagination import BasePagination
    class Pages(BasePagination):
        def paginate_queryset(self, queryset, request, view=None):
            return queryset[: queryset.count()]
    class Late:
        def filter_queryset(self, request, queryset, view):
            return queryset.filter(customer=queryset.first())
"""
VIEWS = """
    from rest_framework.viewsets import ReadOnlyModelViewSet
    from shop.models import Order
    from shop.pages import Late, Pages
    class Orders(ReadOnlyModelViewSet):
        queryset = Order.objects.all()
"""


@pytest.mark.parametrize(
    ("said", "settings", "line"),
    [
        ("        pagination_class = Pages", "", 5),
        ("        filter_backends = [Late]", "", 8),
        ("", 'REST_FRAMEWORK = {"PAGE_SIZE": 9, "DEFAULT_PAGINATION_CLASS": "shop.pages.Pages"}', 5),
    ],
)
def test_what_a_view_names_is_given_its_query(said: str, settings: str, line: int) -> None:
    files = {"shop.models": DJANGO, "shop.pages": PAGES, "shop.views": VIEWS + said, "shop.settings": settings}
    done = found(files).accesses
    assert {f"{one.line} {one.op} {one.table}" for one in done if one.module.name == "shop.pages"} == {
        f"{line} read shop_order"
    }


def test_views_without_either_read_alone() -> None:
    done = found({"shop.models": DJANGO, "shop.pages": PAGES, "shop.views": VIEWS}).accesses
    assert {one.module.name for one in done} == {"shop.views"}
