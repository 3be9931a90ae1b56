"""Rooms as residents and partners see them: what is free, booking one, and what became of it."""

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import kept_forms
from accounts.kept_forms import kept_over_sign_in
from activities.pages import Page
from bookings import rooms, series_preview
from bookings.models import RoomBooking, RoomBookingStatus
from bookings.my_day import day_named
from bookings.panel import new_request_key, people_of
from bookings.room_feeds import staff_feed_of
from bookings.room_form import DayForm
from bookings.room_grid import Grid
from bookings.room_series import ask_for_series
from bookings.room_suggestions import suggestions
from bookings.rules import BookingRefused
from bookings.series_form import BACK, RepeatingRoomForm
from partners.models import Partner
from venues.models import Center, Equipment, Room

PAST_ROWS = 10


@require_safe
@login_not_required
def all_rooms(request):
    """Rooms × hours of one day, by floor. Whose a time is nobody reads here."""
    center = center_named(request)
    floors = list(center.floors.order_by("level")) if center else []
    form = DayForm(request.GET, floors=floors, day=day_named(request.GET.get("date", "")))
    found = bookable().filter(floor__center=center)
    grid = Grid(_wanted(found, form), form.day, span=form.span, mine=_mine(request.user))
    context = {
        "center": center,
        "centers": Center.objects.open_to_public(),
        "form": form,
        "grid": grid,
        "before": form.day - timedelta(days=1),
        "after": form.day + timedelta(days=1),
    }
    return render(request, "rooms/all.html", context)


@require_safe
@login_not_required
def room(request, pk):
    room = get_object_or_404(bookable(), pk=pk)
    kept = kept_forms.kept(request)
    day = day_named((request.GET if kept is None else kept).get("date", ""))
    return _show(request, room, _form(request, room, kept), day=day)


@kept_over_sign_in("rooms:room")
@require_POST
def book(request, pk):
    room = get_object_or_404(bookable(), pk=pk)
    if not people_of(request.user):
        here = kept_forms.keep(request, reverse("rooms:room", args=[pk]))
        way_back = urlencode({"next": here})
        return redirect(f"{reverse('accounts:me')}?{way_back}")
    form = _form(request, room, request.POST)
    if not form.is_valid():
        return _show(request, room, form, day=day_named(request.POST.get("date", "")), status=422)
    if form.repeats:
        return _book_series(request, room, form)
    wish = _wish(request, room, form)
    try:
        booking = rooms.ask_for(wish)
    except BookingRefused as no:
        nearby = []
        if no.reason.code == "room_taken":
            nearby = free_instead(
                room,
                starts_at=wish.starts_at,
                ends_at=wish.ends_at,
                headcount=wish.headcount,
                by_partner=wish.partner is not None,
            )
        context = {"refusal": no.reason, "nearby": nearby, "day": form.cleaned_data["date"]}
        return _show(request, room, form, status=409, **context)
    return redirect("rooms:booking", booking.reference)


def _book_series(request, room, form):
    """Where the page asks for it, the dates are shown before they are booked."""
    if form.decision == BACK:
        return _show(request, room, form, day=form.cleaned_data["date"])
    wish = series_preview.wish_of(form, room, by=request.user)
    try:
        if form.looks_first:
            return series_preview.page(request, form, wish, rooms=_bookable_by(wish))
        series = ask_for_series(wish)
    except BookingRefused as no:
        if no.reason.code == "not_all":
            return series_preview.page(
                request, form, wish, rooms=_bookable_by(wish), refusal=no.reason, status=409
            )
        context = {"refusal": no.reason, "day": form.cleaned_data["date"]}
        return _show(request, room, form, status=409, **context)
    return redirect("rooms:series", series.reference)


@require_safe
def mine(request):
    """What is to come, then what is over, folded."""
    found = RoomBooking.objects.visible_to(request.user).with_room().distinct()
    coming = list(found.to_come().order_by("starts_at", "pk"))
    past = found.exclude(pk__in=[each.pk for each in coming]).order_by("-starts_at", "-pk")
    waits = request.user.room_waits.open().select_related("room", "center")
    page = Page.of(past, request.GET.get("page"), PAST_ROWS)
    return render(request, "rooms/mine.html", {"coming": coming, "page": page, "waits": waits})


@require_safe
def booking(request, reference):
    return show_booking(request, mine_named(request, reference))


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, reference):
    booking = changed_here(request, reference)
    if request.method != "POST":
        return render(request, "rooms/cancel.html", {"booking": booking})
    try:
        rooms.cancel(booking, by=request.user)
    except BookingRefused as no:
        return show_booking(request, booking, refusal=no.reason, status=409)
    messages.success(request, _("It is canceled. Thank you for making room."))
    return redirect("rooms:booking", reference)


@require_POST
def check_in(request, reference):
    """They are here, and keep the room."""
    booking = changed_here(request, reference)
    try:
        rooms.check_in(booking)
    except BookingRefused as no:
        return show_booking(request, booking, refusal=no.reason, status=409)
    messages.success(request, _("Thank you. The room is yours until the end."))
    return redirect("rooms:booking", reference)


@require_POST
def answer(request, reference):
    """What the staff wanted to know before they decide."""
    booking = changed_here(request, reference)
    text = request.POST.get("answer", "").strip()
    if not text or len(text) > RoomBooking._meta.get_field("answer").max_length:
        wrong = _("Please write an answer of at most 200 characters.")
        return show_booking(request, booking, wrong=wrong, typed=text, status=422)
    try:
        rooms.answer(booking, text=text)
    except BookingRefused as no:
        return show_booking(request, booking, refusal=no.reason, status=409)
    messages.success(request, _("Thank you. The staff read it and decide."))
    return redirect("rooms:booking", reference)


def free_instead(room, *, starts_at, ends_at, headcount, by_partner):
    """What is free instead, in rooms that whoever asks may book."""
    others = _bookable_beside(room, by_partner=by_partner)
    return suggestions(
        room,
        starts_at=starts_at,
        ends_at=ends_at,
        headcount=headcount,
        rooms=others if room in others else [room, *others],
        at=timezone.now(),
    )


def _bookable_by(wish):
    return _bookable_beside(wish.room, by_partner=wish.partner is not None)


def _bookable_beside(room, *, by_partner):
    whose = {"for_partners": True} if by_partner else {"for_residents": True}
    return list(bookable().filter(floor__center=room.floor.center_id, **whose))


def bookable():
    return Room.objects.active().filter(is_bookable=True).select_related("floor__center")


def center_named(request):
    """The center named in the address, or the first there is; None in an empty house."""
    centers = Center.objects.open_to_public()
    if slug := request.GET.get("center"):
        return get_object_or_404(centers, slug=slug)
    return centers.first()


def _wanted(rooms, form):
    if level := form.given("floor"):
        rooms = rooms.filter(floor__level=level)
    if form.given("step_free"):
        rooms = rooms.filter(is_step_free=True)
    if words := form.given("q"):
        rooms = rooms.filter(equipment__icontains=words)
    people = form.given("headcount")
    return [room for room in rooms if people is None or room.holds(people)]


def _mine(user):
    if not user.is_authenticated:
        return RoomBooking.objects.none()
    return RoomBooking.objects.visible_to(user).alive()


def _form(request, room, data=None):
    user = request.user
    people = [care.person for care in people_of(user)] if user.is_authenticated else []
    partners = list(Partner.objects.posted_by(user)) if user.is_authenticated else []
    initial = {
        "request_key": new_request_key(),
        "date": day_named(request.GET.get("date", "")),
        "start": request.GET.get("start"),
        "end": request.GET.get("end"),
        "headcount": request.GET.get("headcount"),
        "purpose": request.GET.get("purpose", "")[:120],
        "repeat_until": request.GET.get("repeat_until"),
        "rhythm": request.GET.get("rhythm"),
        "on_days": request.GET.get("on_days"),
    }
    return RepeatingRoomForm(
        data,
        room=room,
        people=people if room.for_residents else [],
        partners=partners if room.for_partners else [],
        terms=room.center.room_terms.first(),
        equipment=Equipment.objects.to_lend().for_room(room),
        initial=initial,
    )


def _wish(request, room, form):
    given = form.cleaned_data
    starts_at, ends_at = form.span
    return rooms.Wish(
        room=room,
        starts_at=starts_at,
        ends_at=ends_at,
        purpose=given["purpose"],
        headcount=given["headcount"],
        by=request.user,
        request_key=given["request_key"] or new_request_key(),
        terms=room.center.room_terms.first(),
        equipment=form.equipment,
        **form.taker,
    )


def _show(request, room, form, *, day, status=200, **more):
    context = {
        "room": room,
        "form": form,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "grid": Grid([room], day, mine=_mine(request.user)),
        "terms": room.center.room_terms.first(),
        "staff_feed": staff_feed_of(room, request.user),
    }
    return render(request, "rooms/room.html", context | more, status=status)


def mine_named(request, reference):
    found = RoomBooking.objects.visible_to(request.user).with_room()
    return get_object_or_404(found.distinct(), reference=reference)


def changed_here(request, reference):
    """One that this user may change, too; a partner's viewers only look."""
    found = RoomBooking.objects.changed_by(request.user).with_room()
    return get_object_or_404(found.distinct(), reference=reference)


def show_booking(request, booking, *, status=200, **more):
    booking.refresh_from_db()
    partners = Partner.objects.posted_by(request.user)
    may_change = not booking.partner_id or partners.filter(pk=booking.partner_id).exists()
    context = {
        "booking": booking,
        "is_to_come": booking.is_alive and booking.starts_at > timezone.now(),
        "is_over": booking.ends_at <= timezone.now(),
        "waits": booking.status == RoomBookingStatus.REQUESTED,
        "may_change": may_change,
        "may_check_in": may_change and rooms.may_check_in(booking),
    }
    return render(request, "rooms/booking.html", context | more, status=status)
