"""The roster of a session: on the phone at the door, and on paper."""

from django import forms
from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import search
from accounts.models import Person
from activities.models import Session
from bookings import check_in, desk, no_shows, passing_on, rosters, taps
from bookings.desk_form import FEWEST_LETTERS, NewcomerForm
from bookings.models import Booking
from bookings.rosters import Roster
from bookings.rules import BookingRefused
from venues.staffing import workplaces

FOUND_AT_MOST = 8
REASON_LENGTH = 120
# Lines for people who come without a booking.
EMPTY_LINES = 5


class WalkInForm(NewcomerForm):
    """Somebody at the door: found in the list (`person`), or written down."""

    person = forms.ModelChoiceField(Person.objects.active(), required=False)
    reason = forms.CharField(label=gettext_lazy("Why without a booking"), max_length=200)

    def clean(self):
        given = super().clean()
        if not (given.get("person") or given.get("new_name") or self.errors):
            self.add_error("new_name", gettext_lazy("Please write a name."))
        return given


@require_safe
@never_cache
def roster(request, pk):
    """With `?who=` only whoever is called so; a booking number opens that booking."""
    session = _session(request, pk)
    who = request.GET.get("who", "").strip()
    if booking := check_in.numbered(who, workplaces(request.user)):
        return redirect("rosters:check_in", check_in.token_of(booking))
    return _page(request, session, who=who)


@require_safe
def sheet(request, pk):
    """On paper, with a column to sign in."""
    session = _session(request, pk)
    context = {"session": session, "roster": Roster(session), "empty_lines": range(EMPTY_LINES)}
    return render(request, "rosters/print.html", context)


@require_POST
def mark(request, pk, place):
    """One tap; the script of the page asks for JSON, and may hand it in later (`tapped_at`)."""
    session = _session(request, pk)
    place = get_object_or_404(session.places.select_related("person", "booking"), pk=place)
    place.session = session
    refusal = ""
    try:
        taps.take(
            place,
            mark=request.POST.get("mark"),
            tapped_at=request.POST.get("tapped_at", ""),
            by=request.user,
        )
    except BookingRefused as refused:
        refusal = str(refused.reason)
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return _marked(request, session, place, refusal)
    if refusal:
        return _page(request, session, refusal=refusal, status=409)
    return redirect(f"{reverse('rosters:roster', args=[pk])}#place-{place.pk}")


def _marked(request, session, place, refusal):
    """The row as it is now, if it is on the roster still, and the counts."""
    roster = Roster(session)
    context = {"session": session, "roster": roster, "place": roster.row(place)}
    return JsonResponse(
        {
            "reason": refusal,
            "row": context["place"] and render_to_string("rosters/_row.html", context, request),
            "counts": render_to_string("rosters/_counts.html", context, request),
        },
        status=409 if refusal else 200,
    )


@require_POST
def excuse(request, pk, place):
    """Somebody was ill, say: then it does not count that they were not there."""
    session = _session(request, pk)
    place = get_object_or_404(session.places, pk=place)
    reason = request.POST.get("reason", "").strip()[:REASON_LENGTH]
    if not reason:
        return _page(request, session, refusal=_("Please say why."), status=422)
    try:
        no_shows.excuse(place, by=request.user, reason=reason)
    except BookingRefused as refused:
        return _page(request, session, refusal=str(refused.reason), status=409)
    return redirect(f"{reverse('rosters:roster', args=[pk])}#place-{place.pk}")


@require_POST
def walk_in(request, pk):
    session = _session(request, pk)
    form = WalkInForm(request.POST)
    if form.is_valid():
        try:
            desk.walk_in(
                session,
                by=request.user,
                reason=form.cleaned_data["reason"],
                person=form.cleaned_data["person"],
                newcomer=form.newcomer,
            )
        except BookingRefused as refused:
            form.add_error(None, str(refused.reason))
        else:
            messages.success(request, _("They are on the list now."))
            return redirect("rosters:roster", pk)
    return _page(request, session, form=form, status=422)


@require_POST
def let_in(request, pk, booking):
    """A party from the waitlist that came anyway."""
    session = _session(request, pk)
    booking = get_object_or_404(Booking, pk=booking, session=session)
    try:
        passing_on.let_in(booking, by=request.user, reason=_("Came and was let in"))
    except BookingRefused as refused:
        return _page(request, session, refusal=str(refused.reason), status=409)
    messages.success(request, _("They are on the list now."))
    return redirect("rosters:roster", pk)


@require_POST
def rest_absent(request, pk):
    """Everybody who was not ticked."""
    session = _session(request, pk)
    try:
        count = rosters.mark_rest_absent(session, by=request.user)
    except BookingRefused as refused:
        return _page(request, session, refusal=str(refused.reason), status=409)
    messages.success(
        request,
        ngettext(
            "%(count)s person is marked as not there.",
            "%(count)s people are marked as not there.",
            count,
        )
        % {"count": count},
    )
    return redirect("rosters:roster", pk)


@require_POST
def pass_on(request, pk):
    """What the clock does each minute, at once."""
    session = _session(request, pk)
    try:
        count = passing_on.pass_on(session)
    except BookingRefused as refused:
        return _page(request, session, refusal=str(refused.reason), status=409)
    messages.success(
        request,
        ngettext("%(count)s place was passed on.", "%(count)s places were passed on.", count)
        % {"count": count},
    )
    return redirect("rosters:roster", pk)


def _session(request, pk):
    """A session where this user works; any other is not there."""
    mine = Session.objects.filter(activity__center__in=workplaces(request.user))
    return get_object_or_404(
        mine.select_related("activity__center", "activity__category", "leader").with_room(), pk=pk
    )


def _page(request, session, *, who="", form=None, refusal="", status=200):
    words = request.GET.get("q", "").strip()
    found = search.found(Person.objects.active(), words)[:FOUND_AT_MOST]
    now = timezone.now()
    passes_on_at = passing_on.passes_on_at(session)
    roster = Roster(session)
    context = {
        "session": session,
        "roster": roster,
        "who": who,
        "places": roster.called(who) if who else roster.places,
        "has_begun": session.starts_at <= now,
        "passes_on_at": passes_on_at,
        "may_pass_on": bool(passes_on_at) and passes_on_at <= now < session.ends_at,
        "refusal": refusal,
        "form": form or WalkInForm(initial={"reason": _("Came by")}),
        "q": words,
        "found": found if len(words) >= FEWEST_LETTERS else [],
    } | _neighbors(session)
    return render(request, "rosters/roster.html", context, status=status)


def _neighbors(session):
    """The dates before and after this one, found by one statement."""
    dates = Session.objects.live().filter(activity=session.activity_id).only("starts_at")
    before = dates.filter(starts_at__lt=session.starts_at).order_by("-starts_at")[:1]
    after = dates.filter(starts_at__gt=session.starts_at).order_by("starts_at")[:1]
    found = {each.starts_at > session.starts_at: each for each in before.union(after, all=True)}
    return {"earlier": found.get(False), "later": found.get(True)}
