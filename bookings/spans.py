"""How long something is, in words."""

from django.utils.translation import ngettext

MINUTES_OF_A_DAY = 24 * 60


def span(minutes):
    """90 minutes, 2 hours, 3 days: in the largest unit that is even."""
    if minutes and minutes % MINUTES_OF_A_DAY == 0:
        days = minutes // MINUTES_OF_A_DAY
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if minutes and minutes % 60 == 0:
        return ngettext("%(n)s hour", "%(n)s hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
