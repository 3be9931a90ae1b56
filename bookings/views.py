"""A resident's own pages: booking, my bookings, one booking, my day."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import kept_forms, looks
from accounts.kept_forms import kept_over_sign_in
from activities.models import Activity, Question
from activities.pages import Page
from bookings import my_day, no_shows, outcomes, rules_in_words, services
from bookings.models import Booking, Place, places_seen_by
from bookings.own_answers import OwnAnswers
from bookings.panel import people_of
from bookings.rules import BookingRefused
from bookings.standing import Standing
from bookings.step_page import StepPage
from bookings.steps import Steps
from bookings.summaries import Summary
from bookings.swap_pages import may_swap_date
from prepared import prepared
from venues.models import Center

PAST_ROWS = 10


# Whom one may add in the middle of booking, and by which form.
WAYS_TO_ADD = {
    "child": "accounts:add_child",
    "relative": "accounts:add_relative",
    "neighbor": "accounts:add_neighbor",
}


@kept_over_sign_in("bookings:book")
@require_http_methods(["GET", "HEAD", "POST"])
def book(request, pk):
    """A GET shows the first step; a POST without `step` books."""
    activity = _bookable.first(pk)
    if activity is None:
        raise Http404
    if request.method == "POST":
        return _take_answers(request, activity)
    kept = kept_forms.kept(request)
    steps = _steps(request, activity, request.GET if kept is None else kept)
    if not steps.cares:
        here = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('accounts:me')}?{here}")
    if kept is None:
        steps.prefill()
    else:
        steps.join(request.GET.get("added"))
    if reason := steps.closed:
        return _show(request, StepPage(steps, refused=[(None, reason)]))
    if kept is None:
        return _show(request, StepPage(steps, steps.first()))
    step, is_wrong = steps.where_left()
    return _show(request, StepPage(steps, step, is_wrong=is_wrong))


@prepared
def _bookable(pk):
    return Activity.objects.public().select_related("center", "category").filter(pk=pk)


def _take_answers(request, activity):
    if way := WAYS_TO_ADD.get(request.POST.get("add")):
        return _add_first(request, way)
    steps = _steps(request, activity, request.POST)
    if found := steps.next_to(request.POST.get("step")):
        step, is_wrong = found
        page = StepPage(steps, step, is_wrong=is_wrong)
        return _show(request, page, status=422 if is_wrong else 200)
    outcome = steps.send()
    if not outcome.bookings:
        # Read anew: it is refused because something has just changed.
        steps = _steps(request, activity, request.POST)
        step = steps.to_mend(outcome.refused[0][1])
        return _show(request, StepPage(steps, step, refused=outcome.refused), status=409)
    kept_forms.forget(request)
    if len(outcome.bookings) + len(outcome.refused) == 1:
        return redirect("bookings:detail", outcome.bookings[0].reference)
    outcomes.remember(request, outcome, people=steps.form.cleaned_data["person"])
    return redirect("bookings:list")


def _add_first(request, way):
    """Off to add somebody; all that was chosen and typed is there when one comes back."""
    typed = request.POST.copy()
    typed["step"] = "who"
    back = urlencode({"next": kept_forms.keep(request, request.path, typed)})
    return redirect(f"{reverse(way)}?{back}")


def _steps(request, activity, data):
    return Steps(activity, request.user, data, one_by_one=looks.of(request).elder_view)


def _show(request, page, status=200):
    return render(request, "bookings/book.html", {"page": page}, status=status)


@require_safe
def my_bookings(request):
    """Offers first, then what comes, what is waited for, and the past, folded."""
    people = [care.person for care in people_of(request.user)]
    person = _person_named(request, people)
    bookings = Booking.objects.visible_to(request.user)
    if person:
        bookings = bookings.for_person(person)
    to_come = list(bookings.to_come().with_position().with_activity())
    page = Page.of(bookings.past().with_activity(), request.GET.get("page"), PAST_ROWS)
    prefetch_related_objects([*to_come, *page], places_seen_by(request.user))
    to_come = sorted(map(Summary, to_come), key=lambda each: each.next.session.starts_at)
    context = {
        "outcome": outcomes.recall(request),
        "people": people,
        "person": person,
        "rests": no_shows.rests([person] if person else people),
        "offers": [each for each in to_come if each.is_offered],
        "upcoming": [each for each in to_come if each.is_confirmed],
        "waiting": [each for each in to_come if each.is_waiting or each.is_applied],
        "past": [Summary(each) for each in page],
        "page": page,
    }
    return render(request, "bookings/list.html", context)


@require_POST
def close_outcome(request):
    outcomes.forget(request)
    return redirect("bookings:list")


def _person_named(request, people):
    """One of the user's people by `?person=`, or None for all of them."""
    named = request.GET.get("person")
    if not named:
        return None
    for person in people:
        if str(person.pk) == named:
            return person
    raise Http404


@require_safe
def booking(request, reference):
    return _show_booking(request, reference)


def _show_booking(request, reference, *, refusal=None, status=200):
    summary = _mine(request, reference)
    has_stood_in_line = summary.is_waiting or summary.has_lapsed
    context = {
        "summary": summary,
        "standing": Standing(summary) if has_stood_in_line else None,
        "own": OwnAnswers(summary, request.user),
        "refusal": refusal,
        "may_swap_date": may_swap_date(summary, request.user),
    }
    return render(request, "bookings/detail.html", context, status=status)


def _mine(request, reference):
    """The summary of a booking that this user may see."""
    booking = _visible.first(request.user, reference)
    if booking is None:
        raise Http404
    return Summary(booking, places=_visible_places(request.user, booking))


@prepared
def _visible(user, reference):
    asks = Question.objects.filter(activity=OuterRef("activity"))
    named = Booking.objects.visible_to(user).with_activity().filter(reference=reference)
    return named.annotate(asks=Exists(asks))


@prepared
def _visible_places(user, booking):
    return Place.objects.visible_to(user).with_session().filter(booking=booking)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, reference):
    """Of several `place`s only these; without any, all that is the user's to cancel."""
    summary = _mine(request, reference)
    if request.method != "POST":
        return render(request, "bookings/cancel.html", {"summary": summary})
    if "some" in request.POST and "place" not in request.POST:
        # Nobody loses all because nothing was ticked.
        context = {"summary": summary, "nothing_ticked": True}
        return render(request, "bookings/cancel.html", context, status=422)
    try:
        services.cancel(summary.booking, by=request.user, places=_places_named(request, summary))
    except BookingRefused as no:
        return _show_booking(request, reference, refusal=no.reason, status=409)
    messages.success(request, _("It is canceled. Thank you for making room."))
    return redirect("bookings:detail", reference)


def _places_named(request, summary):
    """None for everything; a place that is not the user's to cancel is not found."""
    named = set(request.POST.getlist("place"))
    mine = {str(place.pk): place for date in summary.dates for place in date.places}
    if not named:
        return None if summary.is_all_of(request.user) else list(mine.values())
    if not named <= mine.keys():
        raise Http404
    return [mine[pk] for pk in named]


@require_POST
def accept(request, reference):
    return _answer_offer(request, reference, services.accept)


@require_POST
def decline(request, reference):
    return _answer_offer(request, reference, services.decline)


def _answer_offer(request, reference, answer):
    try:
        answer(_mine(request, reference).booking, by=request.user)
    except BookingRefused as no:
        return _show_booking(request, reference, refusal=no.reason, status=409)
    return redirect("bookings:detail", reference)


@require_safe
def my_day_page(request):
    """`?person=` is oneself and `?date=` is today unless said otherwise."""
    people = [care.person for care in people_of(request.user)]
    if not people:
        here = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('accounts:me')}?{here}")
    person = _person_named(request, people) or people[0]
    day = my_day.day_named(request.GET.get("date", ""))
    stops = my_day.stops(person, day)
    context = {
        "people": people,
        "person": person,
        "day": day,
        "yesterday": day - timedelta(days=1),
        "tomorrow": day + timedelta(days=1),
        "stops": stops,
        "next_day": None if stops else my_day.next_day(person, day),
    }
    return render(request, "bookings/my_day.html", context)


@require_safe
@login_not_required
def rules_of_center(request, slug):
    center = get_object_or_404(Center.objects.open_to_public(), slug=slug)
    context = {"center": center, "chapters": rules_in_words.of_center(center)}
    return render(request, "bookings/rules.html", context)
