"""Who serves everybody, and who puts the program together."""

from dataclasses import replace

from decompose.model.columns import columns
from decompose.model.facts import Wire, WireKind
from decompose.model.names import Module
from decompose.weigh import weigh
from tests.graphs import importing

AREAS = "billing orders stock users"


def shop(extra: str = "") -> str:
    """Four areas of four modules that import the next of their own and `p.common.errors`."""
    return f"{extra} " + " ".join(
        f"p.{area}.m{i}>p.{area}.m{(i + 1) % 4}:x,y p.{area}.m{i}>p.common.errors:E"
        for area in AREAS.split()
        for i in range(4)
    )


def apart(text: str) -> tuple[list[str], list[str]]:
    graph = weigh(importing(text))
    kernel, roots = ([graph.modules[i].name for i in nodes] for nodes in (graph.kernel, graph.roots))
    bound = {graph.modules[i].name for tie in graph.ties for i in (tie.a, tie.b)}
    assert bound.isdisjoint((*kernel, *roots))
    return kernel, roots


def test_what_everybody_imports_is_kernel() -> None:
    assert apart(shop()) == (["p.common.errors"], [])


def test_what_one_area_imports_is_not() -> None:
    hub = " ".join(f"p.billing.n{i}>p.billing.base:x" for i in range(5))
    assert apart(shop(hub))[0] == ["p.common.errors"]


def test_what_needs_the_areas_is_not() -> None:
    needy = " ".join(f"p.common.errors>p.{area}.m0:x" for area in AREAS.split())
    assert apart(shop(needy))[0] == []


def test_entry_points_are_roots() -> None:
    everything = " ".join(f"p.start>p.{area}.m{i}:x" for area in AREAS.split() for i in range(3))
    assert apart(shop(f"p p.settings p.urls>p.billing.m0:x {everything}"))[1] == [
        "p",
        "p.settings",
        "p.start",
        "p.urls",
    ]


def test_what_includes_from_everywhere_is_a_root_whoever_imports_it() -> None:
    relations = importing(shop(" ".join(f"p.{area}.m0>p.config:Mode" for area in AREAS.split())))
    included = [Module(f"p.{area}.m{i}") for area in AREAS.split() for i in range(3)]

    def roots(kind: WireKind) -> list[str]:
        wires = [Wire(Module("p.config"), module, kind, "", "p/config.py", 1) for module in included]
        graph = weigh(replace(relations, facts=replace(relations.facts, wires=columns(Wire, wires))))
        return [graph.modules[i].name for i in graph.roots]

    assert roots(WireKind.URL) == ["p.config"]
    assert roots(WireKind.STRING) == []


def test_the_head_of_a_package_is_no_root() -> None:
    everything = " ".join(f"p.stock.driver>p.{area}.m{i}:x" for area in AREAS.split() for i in range(3))
    assert apart(shop(everything))[1] == []


def test_of_many_top_level_packages_only_the_project_starts() -> None:
    assert apart("site.settings site.urls>orders.urls:x orders orders.urls>orders.m:x stock.urls>stock.m:x")[1] == [
        "site.settings",
        "site.urls",
    ]


def test_settings_in_a_package_are_roots_and_what_is_called_settings_and_needs_others_is_not() -> None:
    assert apart("p p.settings p.settings.live>p.settings.base:x p.settings.views>p.orders.m:x p.orders.m")[1] == [
        "p",
        "p.settings",
        "p.settings.base",
        "p.settings.live",
    ]
    assert apart("settings.live>settings.base:x orders.m>orders.n:x")[1] == ["settings.base", "settings.live"]


def test_a_project_may_stand_in_a_package() -> None:
    config = "p.config p.config.settings>p.config.utils:x p.config.utils p.config.urls>p.orders.urls:x p.config.wsgi"
    app = "p.orders.settings p.orders.urls>p.orders.m:x tools.m"
    assert apart(f"{config} {app}")[1] == ["p.config", "p.config.settings", "p.config.urls", "p.config.wsgi"]


def test_settings_may_need_others_where_only_settings_need_them() -> None:
    plugins = "p.settings.base>p.plugins.kinds:x p.settings.live>p.settings.base:x p.settings.live>p.plugins.kinds:y"
    assert apart(f"p p.settings p.plugins.m>p.plugins.kinds:x {plugins}")[1] == [
        "p",
        "p.settings",
        "p.settings.base",
        "p.settings.live",
    ]
