"""The dates of a series before they are booked: each with its state, and what to do about it."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from bookings.panel import new_request_key
from bookings.room_suggestions import rooms_for_all
from bookings.series_dates import SeriesWish, preview
from bookings.series_form import ALL

OTHER_ROOMS = 3


def wish_of(form, room, *, by):
    """What a filled-in form asks for."""
    given = form.cleaned_data
    return SeriesWish(
        room=room,
        rule=form.rule,
        purpose=given["purpose"],
        headcount=given["headcount"],
        by=by,
        request_key=given["request_key"] or new_request_key(),
        terms=room.center.room_terms.first(),
        all_or_none=form.decision == ALL,
        without=form.without,
        **form.taker,
    )


def page(request, form, wish, *, rooms, refusal=None, status=200):
    """Nothing is booked yet. `rooms` are others that whoever asks may book."""
    dates = preview(wish)
    free = [each for each in dates if each.can_be_had]
    clashing = [each for each in dates if each.no and each.no.code not in ("holiday", "left_out")]
    context = {
        "room": wish.room,
        "form": form,
        "dates": dates,
        "free": free,
        "clashing": clashing,
        "elsewhere": _elsewhere(form, wish, free + clashing, rooms) if clashing else [],
        "refusal": refusal,
    }
    return render(request, "rooms/series_preview.html", context, status=status)


def _elsewhere(form, wish, dates, rooms):
    """[(room, address of its form, filled in)] of rooms in which all dates can be had."""
    spans = sorted((each.starts_at, each.ends_at) for each in dates)
    others = [each for each in rooms if each != wish.room]
    fitting = rooms_for_all(others, spans, headcount=wish.headcount, at=timezone.now())
    names = ("date", "start", "end", "headcount", "purpose", "repeat_until", "rhythm",
             "on_days")  # fmt: skip
    query = urlencode({name: form.data.get(name, "") for name in names})
    return [
        (each, f"{reverse('rooms:room', args=[each.pk])}?{query}#ask")
        for each in fitting[:OTHER_ROOMS]
    ]
