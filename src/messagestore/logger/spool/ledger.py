"""The ledger: which ids were given, and which of them are expected among the entries.

An id that is expected and not found was lost; so a loss is noticed without reading anything twice.
"""

from collections.abc import Iterable

import apsw

from messagestore.logger.spool.queries import sql
from messagestore.logger.spool.ranges import IdRanges, runs
from messagestore.logger.spool.rows import Row, require_sound, sealed


class Ledger:
    """Ids, in memory as in the tables `mark` and `gone`. Changes need an open transaction."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self.load()

    def load(self) -> None:
        """Read the tables. Raises DamageFound, and what APSW raises."""
        self.last_id = 0
        row: Row
        for row in self._connection.execute(sql("get_mark")).fetchall():
            require_sound("mark", row)
            self.last_id = row[1]
        self._gone = IdRanges()
        for row in self._connection.execute(sql("list_gone")).fetchall():
            require_sound("gone", row)
            self._gone.add(row[0], row[1])
        self._absent = IdRanges(self._gone)
        self.quarantined = self.damaged = 0
        apart: list[Row] = self._connection.execute(sql("list_apart")).fetchall()
        for number, in_quarantine in apart:
            self._absent.add(number, number)
            self.quarantined += in_quarantine
            self.damaged += 1 - in_quarantine

    @property
    def depth(self) -> int:
        """How many entries wait."""
        return self.last_id - len(self._absent)

    @property
    def empty(self) -> bool:
        """Whether the file holds nothing at all."""
        return len(self._gone) == self.last_id

    def expects(self, number: int) -> bool:
        """Say whether an id is to be found among the entries."""
        return 0 < number <= self.last_id and number not in self._absent

    def expected(self, low: int, high: int) -> int:
        """Return how many entries there are to be found from low to high."""
        return self._absent.count_missing(low, high)

    def give(self, count: int) -> range:
        """Return so many new ids. Their place is among the entries until `set_apart`."""
        first, self.last_id = self.last_id + 1, self.last_id + count
        self._connection.execute(sql("insert_mark"), sealed("mark", 1, self.last_id))
        return range(first, self.last_id + 1)

    def adopt(self, gone: IdRanges, last_id: int) -> None:
        """Write what was salvaged of another file into the tables of this one; then `load`."""
        self._connection.execute(sql("insert_mark"), sealed("mark", 1, last_id))
        self._connection.executemany(
            sql("insert_gone"), (sealed("gone", first, last) for first, last in gone)
        )

    def settle(self, ids: Iterable[int]) -> None:
        """Note that ids were deleted, wherever they were."""
        for run in runs(ids):
            swallowed, (first, last) = self._gone.add(*run)
            self._connection.executemany(
                sql("delete_gone"), [(start,) for start in swallowed if start != first]
            )
            self._connection.execute(sql("insert_gone"), sealed("gone", first, last))
            self._absent.add(*run)

    def set_apart(self, number: int, *, quarantined: int = 0, damaged: int = 0) -> None:
        """Note that an id stands in the quarantine, or among the damaged."""
        self._absent.add(number, number)
        self.quarantined += quarantined
        self.damaged += damaged
