"""Another date, or somebody else: from the page of a booking, in one step each."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Care, Role
from activities.models import Allocation, BookingMode, Session
from bookings import rules, swaps
from bookings.models import Booking
from bookings.panel import date_choices, people_of, questions_of
from bookings.rules import BookingRefused, Refusal
from bookings.step_page import ROLE_WORDS
from bookings.steps import says_another_start
from bookings.summaries import Summary
from bookings.swap_forms import SwapDateForm, SwapPersonForm
from prepared import prepared


@require_http_methods(["GET", "HEAD", "POST"])
def swap_date(request, reference):
    page = DatePage(_mine(request, reference), request.user, request.POST or None)
    if request.method != "POST" or page.refusal:
        return _show(request, "date", page, 409 if request.method == "POST" else 200)
    if not page.form.is_valid():
        return _show(request, "date", page, 422)
    session = page.form.cleaned_data["session"]
    try:
        if says_another_start(request.POST, session):
            raise BookingRefused(rules.moved())
        swaps.swap_date(page.booking, session, by=request.user)
    except BookingRefused as no:
        # Read anew: it is refused because something has just changed.
        page = DatePage(_mine(request, reference), request.user, request.POST, refused=no.reason)
        return _show(request, "date", page, 409)
    messages.success(request, _("The date is swapped. Your booking number stays."))
    return redirect("bookings:detail", reference)


@require_http_methods(["GET", "HEAD", "POST"])
def swap_person(request, reference):
    page = PersonPage(_mine(request, reference), request.user, request.POST or None)
    if request.method != "POST" or page.refusal:
        return _show(request, "person", page, 409 if request.method == "POST" else 200)
    if not page.form.is_valid():
        return _show(request, "person", page, 422)
    given = page.form.cleaned_data
    try:
        swaps.swap_person(
            page.booking,
            given["leaving"],
            given["coming"],
            session=given["date"],
            answers=page.form.answers(),
            by=request.user,
        )
    except BookingRefused as no:
        page = PersonPage(_mine(request, reference), request.user, request.POST, refused=no.reason)
        return _show(request, "person", page, 409)
    words = _("%(coming)s comes instead of %(leaving)s.")
    messages.success(request, words % {"coming": given["coming"], "leaving": given["leaving"]})
    return redirect("bookings:detail", reference)


class _Page:
    def __init__(self, summary, user, data, *, refused=None):
        self.summary = summary
        self.user = user
        self.data = data
        self.refused = refused

    @property
    def booking(self):
        return self.summary.booking

    @property
    def activity(self):
        return self.summary.activity


class DatePage(_Page):
    @cached_property
    def refusal(self):
        """Why there is nothing to choose at all."""
        if not self.summary.is_to_come:
            return rules.over()
        if reason := swaps.not_swappable(self.booking) or self.summary.stays:
            return reason
        if not self.summary.is_all_of(self.user):
            return not_all_yours()
        return None if self.choices else no_other_date()

    @cached_property
    def choices(self):
        """[(date, whether it can be chosen)] of all other dates to come."""
        others = self.activity.sessions.not_over().exclude(pk=self.booking.session_id).with_room()
        chosen = self.data.getlist("session") if self.data else ()
        dates = date_choices(self.activity, others, chosen=chosen, at=self.summary.at)
        return [(date, self._has_room(date)) for date in dates]

    @property
    def can_choose(self):
        return any(has_room for _date, has_room in self.choices)

    def _has_room(self, date):
        behind = date.session.places_waiting and not self.activity.smaller_may_pass
        fits = date.session.places_free >= len(self.summary.people)
        return date.is_open and fits and not behind

    @cached_property
    def form(self):
        return SwapDateForm(self.data, sessions=[date.session for date, _ in self.choices])


@dataclass(frozen=True)
class Newcomer:
    care: Care
    refusal: Refusal | None
    is_chosen: bool

    @property
    def person(self):
        return self.care.person

    @property
    def role(self):
        return ROLE_WORDS[self.care.role]

    @property
    def age(self):
        return None if self.care.role == Role.SELF else self.person.age


class PersonPage(_Page):
    @cached_property
    def refusal(self):
        if not self.summary.is_to_come or not self.dates:
            return rules.over()
        if reason := swaps.names_are_final(self.booking):
            return reason
        return None if self.cares else nobody_else()

    @cached_property
    def dates(self):
        """Those that have not begun."""
        return [d for d in self.summary.coming if d.session.starts_at > self.summary.at]

    @cached_property
    def leaving(self):
        return list({p.person_id: p.person for d in self.dates for p in d.active}.values())

    @property
    def chosen_leaving(self):
        named = self.data.get("leaving") if self.data else None
        return named or (str(self.leaving[0].pk) if len(self.leaving) == 1 else None)

    @property
    def asks_dates(self):
        """Whoever has a place in several dates may swap one of them."""
        return self.summary.is_confirmed and len(self.dates) > 1

    @cached_property
    def cares(self):
        """Of the user's people, those who are not in it on every date."""
        there = [{place.person_id for place in date.active} for date in self.dates]
        everywhere = set.intersection(*there) if there else set()
        return [care for care in people_of(self.user) if care.person_id not in everywhere]

    @cached_property
    def newcomers(self):
        people = [care.person for care in self.cares]
        sessions = [date.session for date in self.dates]
        wishes = [[session] for session in sessions] if self.asks_dates else [sessions]
        had = rules.commitments(people, sessions)
        refusals = rules.for_each(
            self.activity,
            wishes=wishes,
            people=people,
            had=had,
            by=self.user,
            at=self.summary.at,
        )
        named = self.data.get("coming") if self.data else None
        return [
            Newcomer(care, refusals.get(care.person), str(care.person_id) == named)
            for care in self.cares
        ]

    @property
    def can_choose(self):
        return any(choice.refusal is None for choice in self.newcomers)

    @cached_property
    def form(self):
        return SwapPersonForm(
            self.data,
            leaving=self.leaving,
            coming=[care.person for care in self.cares],
            sessions=[date.session for date in self.dates] if self.asks_dates else [],
            questions=[
                question
                for question in questions_of(self.activity)
                if question.is_per_person and not question.is_sensitive
            ],
        )


def may_swap_date(summary, user):
    """Whether the page of a booking offers another date."""
    booking, activity = summary.booking, summary.activity
    is_theirs = booking.status in swaps.MAY_SWAP_DATES and not summary.stays
    if not (is_theirs and booking.session_id and summary.is_to_come):
        return False
    if activity.booking_mode == BookingMode.COURSE or activity.allocation == Allocation.DRAW:
        return False
    if not summary.is_all_of(user):
        return False
    return bool(_other_dates(activity.pk, booking.session_id, summary.at))


@prepared
def _other_dates(activity, session, at):
    others = Session.objects.open_for_booking(at).filter(activity=activity)
    return others.exclude(pk=session).only("pk")[:1]


def not_all_yours():
    return Refusal(
        "not_all_yours",
        _("Others have places in this booking."),
        _("Please ask whoever booked it, or the desk."),
    )


def no_other_date():
    return Refusal(
        "no_other_date", _("There is no other date to choose."), _("Your place stays as it is.")
    )


def nobody_else():
    return Refusal(
        "nobody_else",
        _("There is nobody else among your people."),
        _("Please add them to my people first."),
    )


def _mine(request, reference):
    visible = Booking.objects.visible_to(request.user).for_pages(request.user)
    return Summary(get_object_or_404(visible, reference=reference))


def _show(request, what, page, status=200):
    return render(request, f"bookings/swap_{what}.html", {"page": page}, status=status)
