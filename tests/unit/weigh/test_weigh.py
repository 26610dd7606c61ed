from decompose.weigh import WeighOptions, weigh, words
from tests.graphs import importing


def test_more_names_bind_more():
    ties = weigh(importing("p.a>p.b:x,y,z p.c>p.d:x"), WeighOptions(names=0)).ties
    assert ties[0].imports == 2 * ties[1].imports


def test_hubs_are_damped():
    facts = importing("p.a>p.hub:x p.b>p.hub:x p.c>p.hub:x p.d>p.hub:x p.e>p.f:x")
    weights = {(tie.a, tie.b): tie.weight for tie in weigh(facts, WeighOptions(names=0)).ties}
    assert weights[0, 6] * 2 == weights[4, 5]


def test_evidence_can_be_switched_off():
    assert not weigh(importing("p.a>p.b:x"), WeighOptions(imports=0, names=0)).ties


def test_nothing_gives_nothing():
    assert weigh(importing("")).modules == ()


def test_words_of_names():
    assert words("shop.OrderLine_v2.HTTPServer") == {"shop", "order", "line", "v", "http", "server"}
    assert words("größe.заказ") == {"größe", "заказ"}
