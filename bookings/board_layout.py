"""One day of a board on a wide screen: half hours as columns, by the clock."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from bookings.board import Block, Board, Row, midnight_of

HALF_HOUR = 30 * 60  # seconds
USUAL_DAY = (16, 44)  # 8:00 to 22:00, where nothing says more


@dataclass(frozen=True)
class Laid:
    """Something on the lines of half hours: it begins on line `begin`, `halves` wide."""

    begin: int
    halves: int
    block: Block | None = None
    starts_at: datetime | None = None  # where it begins on this day


@dataclass(frozen=True)
class LaidRow:
    row: Row
    opened: list[Laid]
    blocks: list[Laid]


class DayLayout:
    """The only day of a board, from the first to the last hour at which anything is open or on."""

    def __init__(self, board: Board):
        self.board, self.day = board, board.first
        self.first, self.last = self._edges()

    @property
    def halves(self):
        return self.last - self.first

    @property
    def hours(self):
        """What stands above each half hour: the hour at its begin."""
        return ["" if half % 2 else half // 2 for half in range(self.first, self.last)]

    @property
    def now(self):
        """The line of this moment, or None on another day and at night."""
        if timezone.localdate(self.board.at) != self.day:
            return None
        line = int(self._line(self.board.at)) - self.first + 1
        return line if 1 <= line <= self.halves else None

    @property
    def rows(self):
        return [self._row(row) for row in self.board.rows]

    def _row(self, row):
        cell = row.cells[0]
        opened = [self._laid(*span) for span in cell.opened]
        blocks = []
        for block in cell.blocks:
            start, end = cell.within(block)
            blocks.append(self._laid(start, end, block=block, starts_at=start))
        return LaidRow(row, opened, blocks)

    def _laid(self, start, end, **more):
        begin = min(max(round(self._line(start)), self.first), self.last - 1)
        done = max(min(round(self._line(end)), self.last), begin + 1)
        return Laid(begin - self.first + 1, done - begin, **more)

    def _line(self, moment):
        """Half hours since midnight; the end of the day is 48."""
        return (moment - midnight_of(self.day)).total_seconds() / HALF_HOUR

    def _edges(self):
        """Whole hours; what is shut or asked for all day does not stretch the day."""
        spans = [span for row in self.board.rows for span in row.cells[0].opened]
        spans += [
            (block.starts_at, block.ends_at)
            for row in self.board.rows
            for block in row.cells[0].blocks
            if midnight_of(self.day) < block.starts_at
        ]
        if not spans:
            return USUAL_DAY
        first = min(self._line(start) for start, _ in spans)
        last = max(self._line(end) for _, end in spans)
        return max(int(first // 2) * 2, 0), min(-int(-last // 2) * 2, 48)
