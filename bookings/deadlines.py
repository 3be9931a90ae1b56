"""How long somebody has to answer an offer. Only arithmetic on moments."""

from datetime import datetime, timedelta

from django.utils import timezone

# However near the closing is: long enough to read a message and to answer it.
SHORTEST = timedelta(minutes=10)


def offer_deadline(at, *, closes_at, minutes, day):
    """When an offer made at that moment lapses; None when booking has closed.

    Only time between the two hours of `day` counts, so that nobody loses a place asleep. Of the
    counted time that is left until booking closes an offer takes half at most, so that somebody
    else can still be asked. Where none of it counts, a session at dawn, half of the night must do.
    """
    if at >= closes_at:
        return None
    left = counted_time(at, closes_at, day)
    half = (left or closes_at - at) / 2
    time = max(min(timedelta(minutes=minutes), half), SHORTEST)
    return _after(at, time, closes_at, day) if left else min(at + time, closes_at)


def counted_time(since, until, day):
    """How much of the time from one moment to another lies between the hours of `day`."""
    spans = _spans(since, until, day)
    return sum((end - start for start, end in spans), timedelta())


def _after(at, time, closes_at, day):
    """The moment at which so much counted time has passed, at the latest when it closes."""
    for start, end in _spans(at, closes_at, day):
        if time <= end - start:
            return start + time
        time -= end - start
    return closes_at


def _spans(since, until, day):
    """(start, end) of each stretch of counted time between two moments."""
    date = timezone.localdate(since)
    while (opening := _moment(date, day[0])) < until:
        start, end = max(opening, since), min(_moment(date, day[1]), until)
        if start < end:
            yield start, end
        date += timedelta(days=1)


def _moment(date, time):
    return timezone.make_aware(datetime.combine(date, time))
