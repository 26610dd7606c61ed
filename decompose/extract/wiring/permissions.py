"""Permissions by their names, as Django has them: "app.codename", asked for and declared."""

import re
from collections.abc import Iterator

from ...model.facts import WireKind
from ..code import Assign, Call, Const, Dict, Display, Expr
from .hint import Hint, Site, chain, constant, looks_at

__all__ = ["declared", "permissions", "rights"]

_ASKS = ("has_perm", "has_perms", "has_module_perms", "permission_required")

_NAMED = re.compile(r"[A-Za-z_]\w*\.[A-Za-z_]\w*")


@looks_at(Call, Assign)
def permissions(site: Site) -> Iterator[Hint]:
    """user.has_perm("shop.view_order")   @permission_required("shop.pay")   permission_required = "shop.pay"

    Tab(permission="shop.view_order")   {"link": ..., "permission": "shop.pay"}
    """
    node = site.node
    found: list[Expr] = []
    if isinstance(node, Call):
        given = (*node.args, *(value for _, value in node.keywords))
        found += given if _is_of(chain(node.func).rpartition(".")[2]) else ()
        found += [value for name, value in node.keywords if name and _is_of(name)]
        found += [one for value in given for one in _kept(value)]
    elif isinstance(node, Assign) and node.value is not None:
        target = node.targets[0]
        found += [node.value] if isinstance(target, str) and _is_of(target) else _kept(node.value)
    for text in dict.fromkeys(text for one in found for text in _texts(one)):
        if _NAMED.fullmatch(text):
            yield Hint(WireKind.PERMISSION, "permission", text, site.function, site.line)


@looks_at(Call, called=_ASKS)
def rights(site: Site) -> Iterator[Hint]:
    """user.has_perm(name)   @permission_required("shop.pay")"""
    assert isinstance(site.node, Call)
    yield Hint(WireKind.STRING, "right", chain(site.node.func).rpartition(".")[2], site.function, site.line)


def _is_of(name: str) -> bool:
    return "perm" in name.lower()


def _texts(value: Expr) -> Iterator[str]:
    if isinstance(value, Display):
        yield from (text for item in value.items if (text := constant(item)))
    elif text := constant(value):
        yield text


def _kept(value: Expr) -> Iterator[Expr]:
    """What a dictionary, or one in a list, keeps by a key that speaks of permissions."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Display):
            waiting += one.items
        elif isinstance(one, Dict):
            for key, item in zip(one.keys, one.values, strict=True):
                if key is not None and _is_of(constant(key)):
                    yield item
                else:
                    waiting.append(item)


@looks_at(Assign)
def declared(site: Site) -> Iterator[Hint]:
    """class Order: class Meta: permissions = (("pay", "May pay"),)"""
    node = site.node
    if isinstance(node, Assign) and node.targets[0] == "permissions" and site.function.endswith(".Meta"):
        for one in node.value.items if isinstance(node.value, Display) else ():
            if (
                isinstance(one, Display)
                and one.items
                and isinstance(one.items[0], Const)
                and (text := constant(one.items[0]))
            ):
                yield Hint(WireKind.STRING, "declared", text, site.function, site.line)
