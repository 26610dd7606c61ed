"""What inference finds in a few modules given as text."""

import ast
from collections.abc import Iterable
from textwrap import dedent

from decompose.extract import code
from decompose.extract.fixtures import Loaded
from decompose.extract.program import Source
from decompose.extract.tables import Found, find
from decompose.model.facts import ModuleKind
from decompose.model.names import Module

__all__ = ["DJANGO", "found", "touched"]

DJANGO = """
    from django.db import models
    class Customer(models.Model):
        email = models.EmailField(unique=True)
    class Order(models.Model):
        customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="orders")
        tags = models.ManyToManyField("shop.Tag")
    class Tag(models.Model):
        class Meta:
            db_table = "labels"
"""


def found(files: dict[str, str], loaded: Iterable[Loaded] = ()) -> Found:
    """What `find` says of modules given as {dotted name: text}; a name that ends in "/" is a package."""
    sources = [
        Source(
            Module(name.rstrip("/")),
            name.rstrip("/"),
            "",
            name.rstrip("/").replace(".", "/") + ("/__init__.py" if name.endswith("/") else ".py"),
            name.endswith("/"),
            ModuleKind.SOURCE,
            code.read(ast.parse(dedent(text))),
        )
        for name, text in files.items()
    ]
    return find(sources, loaded=loaded)


def touched(files: dict[str, str]) -> set[str]:
    """{"module:line op table"} of every access."""
    return {f"{one.module}:{one.line} {one.op} {one.table}" for one in found(files).accesses}
