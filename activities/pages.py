"""A long list, some rows at a time, without ever counting all of it."""

from dataclasses import dataclass

# Nobody turns so many pages; a bigger number would only break the database's arithmetic.
LAST = 100_000


@dataclass(frozen=True)
class Page:
    """Speaks like a page of Django's Paginator, as far as `_pagination.html` listens."""

    object_list: list
    number: int
    has_next: bool

    @classmethod
    def of(cls, rows, number, size):
        """`number` as it came with the address; what is no number is the first page."""
        text = str(number)
        number = min(max(int(text[:9]), 1), LAST) if text.isascii() and text.isdigit() else 1
        start = (number - 1) * size
        found = list(rows[start : start + size + 1])
        return cls(found[:size], number, len(found) > size)

    def __iter__(self):
        return iter(self.object_list)

    @property
    def has_previous(self):
        return self.number > 1

    @property
    def has_other_pages(self):
        return self.has_next or self.has_previous

    @property
    def next_page_number(self):
        return self.number + 1

    @property
    def previous_page_number(self):
        return self.number - 1
