"""Where can a Python monolith be cut, what would each cut cost, and in which order?

extract -> relate -> weigh -> cluster -> assess -> plan -> render        (and, on request: ask, carve)

Each arrow is one frozen value of `decompose.model`; `decompose.pipeline` is the only module that knows the order.
"""

__version__ = "0.1.0"
