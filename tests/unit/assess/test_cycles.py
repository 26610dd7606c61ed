from decompose.assess import assess
from decompose.model.judgements import Cycle
from tests.builders import facts, partition

CUT = partition("""
    a: m.a1 m.a2
    b: m.b1 m.b2
    c: m.c1
""")


def cycles(text: str) -> tuple[Cycle, ...]:
    return assess(facts(text), CUT).cycles


def test_one_way_is_no_cycle() -> None:
    assert not cycles("import m.a1 -> m.b1\nimport m.b1 -> m.c1\nimport m.a1 -> m.c1")


def test_the_lighter_direction_is_broken() -> None:
    (cycle,) = cycles("""
        import m.a1 -> m.b1
        import m.a2 -> m.b1
        import m.a2 -> m.b2
        import m.b2 -> m.a1 [lazy]
    """)
    assert [boundary.name for boundary in cycle.boundaries] == ["a", "b"]
    assert [(str(importer), str(imported)) for importer, imported in cycle.breakers] == [("m.b2", "m.a1")]
    assert cycle.seams == ("import:m.b2->m.a1",)


def test_without_its_breakers_nothing_is_left_of_a_cycle() -> None:
    lines = ["m.a1 -> m.b1", "m.b1 -> m.c1", "m.c1 -> m.a2", "m.b2 -> m.a1"]
    found = cycles("\n".join("import " + line for line in lines))
    assert [len(cycle.boundaries) for cycle in found] == [2, 3]
    broken = {f"{importer} -> {imported}" for cycle in found for importer, imported in cycle.breakers}
    assert not cycles("\n".join("import " + line for line in lines if line not in broken))


def test_a_type_only_import_closes_no_cycle() -> None:
    assert not cycles("import m.a1 -> m.b1\nimport m.b1 -> m.a1 [type]")
