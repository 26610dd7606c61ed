"""Which rows are there already when a loop asks for them: Facts + Reach -> Fetched."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from functools import cache

from ..model.facts import Access, Definition, Facts, Op, Query, Via
from ..model.names import Module, Table
from .reach import Place, Reach, around

__all__ = ["Fetched"]

FAR = 4
"""Calls over which rows that a caller has fetched are followed."""


class Fetched:
    """Knows which rows are there already when a loop asks for them."""

    def __init__(self, facts: Facts, reach: Reach, paths: Mapping[Module, str]) -> None:
        self._calls = reach.calls
        self._callers: defaultdict[Place, set[Place]] = defaultdict(set)
        for place, called in reach.calls.items():
            for one in called if place[0] in paths else ():
                self._callers[one].add(place)
        for one, callers in self._callers.items():  # not the class around a method that calls
            inside = {(module, outer) for module, function in callers for outer in around(function)[:-1]}
            self._callers[one] = callers - inside
        self._joined, self._brought = defaultdict[Place, set[Table]](set), defaultdict[Place, set[Table]](set)
        for query in facts.queries:
            place = query.module, query.function
            self._brought[place].update(query.prefetched)
            if len(query.tables) > 1:
                self._joined[place].update(set(query.tables).difference(query.prefetched))
        self._single = {
            place: {table for query in queries if not query.per_item for table in query.tables}
            for place, queries in _by_place(one for one in facts.queries if len(one.tables) > 1).items()
        }
        self._plain = _plain(facts.queries)
        self._rows = {
            ((one.module, one.function), one.line, table)
            for one in facts.queries
            if one.given and _is_all(one)
            for table in one.tables
        }
        self._asked = {((one.module, one.function), table) for one in facts.queries for table in one.tables}
        self._owners, self._keys = _owners(facts), _keys(facts)
        self._beside: defaultdict[tuple[str, int], set[Table]] = defaultdict(set)
        for read in facts.accesses:
            if read.via is Via.RELATION and read.op is Op.READ:
                self._beside[read.file, read.line].add(read.table)
        self._asked_of = _asked_of(facts)
        # the rows that were asked of one, by the column of their key to it: order.lines.filter(...)
        self._of_one = defaultdict[Place, set[tuple[Table, str]]](set)
        self._gone_over = defaultdict[tuple[Place, int], set[Table]](set)
        for read in facts.accesses:
            if read.op is Op.READ:
                self._gone_over[(read.module, read.function), read.line].add(read.table)
                if read.by:
                    self._of_one[read.module, read.function].add((read.table, read.by))
        self._heads = defaultdict[tuple[Place, int], set[Table]](set)
        for read in facts.accesses:
            if read.op is Op.READ and not read.repeats:
                self._heads[(read.module, read.function), read.line].add(read.table)
        self._bodies = [one for one in facts.queries if not one.function and one.prefetched]
        self._own = _of_classes(facts, self._bodies)
        self._related = defaultdict[Place, set[Table]](set)
        for read in facts.accesses:
            if read.via is Via.RELATION and read.op is Op.READ and not read.repeats:
                self._related[read.module, read.function].add(read.table)
        self._users = _users(facts)
        self._handed = cache(self._all_hand)

    def __call__(self, access: Access, loop: Place, line: int, called: Container[Place]) -> bool:
        # for user in users.select_related("department"): user.department.name
        place, table = (access.module, access.function), access.table
        given = (place, table) in self._plain or (place, table) not in self._asked  # as in `for line in lines`
        given = given or (place, access.line, table) in self._rows
        if access.op is Op.WRITE or not (access.via is Via.RELATION or given):
            return False
        if table in self._own.get((loop[0], loop[1].partition(".")[0]), ()):
            return True
        near = self._near(loop)
        if access.by and self._was_asked_of(access, loop, line, called):
            return True
        if any(table in self._brought[one] or table in self._single.get(one, ()) for one in near):
            return True
        if self._is_shown_by_a_view(loop, table) or (given and self._is_row_of(loop, line, called, table)):
            return True
        owners = set[Table]().union(*(self._owners[one] for one in near if one not in called))
        if given and table in owners:
            return True
        # for line in self.lines.all(): line.link(), which asks for self.order.shop: that order keeps it
        beside = (owners & self._beside[access.file, access.line]) - {table}
        if place in called and any(table in self._keys[one] for one in beside):
            return True
        return table in self._handed(loop, FAR) and table not in self._joined[place]

    def _was_asked_of(self, access: Access, loop: Place, line: int, called: Container[Place]) -> bool:
        """Does each row of the loop know the row that it is asked for, as that one was asked for all of them?

        for line in order.lines.filter(late=True): line.order.number
        """
        rows = {one for one in self._gone_over[loop, line] if access.table in self._keys[one] - {one}}
        near = (one for one in self._near(loop) if one not in called)
        return any((row, access.by) in self._of_one[one] for one in near for row in rows)

    def _is_row_of(self, loop: Place, line: int, called: Container[Place], table: Table) -> bool:
        """Were the rows of the loop's head asked of a row of `table`, as far as two calls away? They know it.

        for line in self.peers(): line.order      def peers(self): return self.order.lines.exclude(pk=self.pk)
        """
        heads = self._heads.get((loop, line), set())
        if not any(table in self._keys[head] for head in heads):
            return False
        near = {one for one in self._near(loop) if one not in called}
        near |= {one for place in near for one in self._calls.get(place, ())}
        return any((head, table) in self._asked_of.get(one, ()) for one in near for head in heads)

    def _is_shown_by_a_view(self, loop: Place, table: Table) -> bool:
        """Do all modules that name the class bring along, in a class's own query, what the loop goes over and asks for?

        class OrderView:
            queryset = Order.objects.prefetch_related("lines__product")
            serializer_class = OrderSerializer      def get_names(self, order): [x.product.name for x in order.lines...]
        """
        module, function = loop
        users = self._users.get((module, function.partition(".")[0]), frozenset({module}))
        rows = self._related.get(loop, set())
        bring = {one.module for one in self._bodies if table in one.prefetched and not rows.isdisjoint(one.prefetched)}
        return "." in function and bool(users) and users <= bring

    def _near(self, place: Place) -> tuple[Place, ...]:
        """A function, those around it, and those that they call themselves."""
        near = [(place[0], name) for name in around(place[1])]
        return (*near, *(called for one in near for called in self._calls.get(one, ())))

    def _all_hand(self, place: Place, depth: int) -> frozenset[Table]:
        """What all that call a function bring along: for want of the rows' own way, whoever of them passes them."""
        callers = self._callers.get(place, set()) - {place}
        if not (callers and depth):
            return frozenset()
        return frozenset.intersection(
            *(self._handed(one, depth - 1).union(*(self._brought[near] for near in self._near(one))) for one in callers)
        )


def _of_classes(facts: Facts, bodies: Iterable[Query]) -> Mapping[Place, set[Table]]:
    """What the queries in the bodies of classes bring along: queryset = Order.objects.prefetch_related("lines")"""
    classes = defaultdict[Module, list[Definition]](list)
    for one in facts.definitions:
        if one.kind == "class":
            classes[one.module].append(one)
    found = defaultdict[Place, set[Table]](set)
    for query in bodies:
        for one in classes[query.module]:
            if one.line <= query.line <= one.end_line:
                found[one.module, one.name].update(query.prefetched)
    return found


def _owners(facts: Facts) -> defaultdict[Place, set[Table]]:
    """The tables of the rows whose own rows a function asks for: each of `order.lines.all()` knows its order.

    Such a row is one of the class that the function is a method of, or that its signature names.
    """
    keys = _keys(facts)
    models: defaultdict[str, set[Table]] = defaultdict(set)
    for fact in facts.tables:
        models[fact.model].add(fact.table)
    signatures = {(one.module, one.name): one.signature for one in facts.definitions}
    found: defaultdict[Place, set[Table]] = defaultdict(set)
    for access in facts.accesses:
        if access.via is Via.RELATION and access.op is Op.READ and not access.repeats:
            place = access.module, access.function
            words = {*access.function.split("."), *_WORDS(signatures.get(place, ""))}
            found[place] |= keys[access.table] & {table for word in words for table in models.get(word, ())}
    return found


def _asked_of(facts: Facts) -> defaultdict[Place, set[tuple[Table, Table]]]:
    """The tables whose rows a line asks of a row that is a relation itself, and that row's: self.order.lines.all()"""
    keys = _keys(facts)
    lines: defaultdict[tuple[Place, int], set[Table]] = defaultdict(set)
    for access in facts.accesses:
        if access.via is Via.RELATION and access.op is Op.READ and not access.repeats:
            lines[(access.module, access.function), access.line].add(access.table)
    found: defaultdict[Place, set[tuple[Table, Table]]] = defaultdict(set)
    for query in facts.queries:  # self.order.shop sends none of its own
        place = query.module, query.function
        tables = lines.get((place, query.line), set[Table]()) if query.given else ()
        found[place].update(
            (one, other) for one in query.tables for other in (keys[one] & set(tables)).difference(query.tables)
        )
    return found


def _keys(facts: Facts) -> defaultdict[Table, set[Table]]:
    found: defaultdict[Table, set[Table]] = defaultdict(set)
    for key in facts.foreign_keys:
        found[key.table].add(key.to_table)
    return found


def _users(facts: Facts) -> Mapping[Place, frozenset[Module]]:
    """The modules that name a class in the body of one of theirs; none is told of itself."""
    found: defaultdict[Place, set[Module]] = defaultdict(set)
    classes = {(one.module, one.name) for one in facts.definitions if one.kind == "class"}
    for use in facts.uses:
        named = (use.used, use.name)
        if named in classes and (not use.function or (use.module, use.function) in classes):
            found[named].add(use.module)
    return {place: frozenset(found[place]) for place in found}


_WORDS = re.compile(r"\w+").findall


def _by_place(queries: Iterable[Query]) -> dict[Place, list[Query]]:
    found: defaultdict[Place, list[Query]] = defaultdict(list)
    for query in queries:
        found[query.module, query.function].append(query)
    return dict(found)


_Asked = set[tuple[Place, Table]]


def _plain(queries: Iterable[Query]) -> _Asked:
    """Where all rows of a table are asked for and no others, as `order.lines.all()` does: prefetching answers that."""
    plain, narrow = set[tuple[Place, Table]](), set[tuple[Place, Table]]()
    for query in queries:
        (plain if _is_all(query) else narrow).update(((query.module, query.function), table) for table in query.tables)
    return plain - narrow


def _is_all(query: Query) -> bool:
    return len(query.tables) == 1 and not (query.filtered or query.ordered or query.aggregates)
