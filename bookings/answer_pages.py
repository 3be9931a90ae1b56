"""A person's consents taken back, and the answers of a booking corrected."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Care, ConsentKind
from bookings import answers
from bookings.models import Booking
from bookings.own_answers import SPEAK_FOR, OwnAnswers
from bookings.rules import BookingRefused
from bookings.summaries import Summary


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def correct(request, reference):
    """Look at what was answered, and put it right until booking closes."""
    visible = Booking.objects.visible_to(request.user).for_pages(request.user)
    own = OwnAnswers(Summary(get_object_or_404(visible, reference=reference)), request.user)
    if not own.may_be_corrected:
        return _show(request, own, None, status=409 if request.method == "POST" else 200)
    form = own.form(request.POST if request.method == "POST" else None)
    if form.is_bound and form.asks_more:
        form.errors.clear()  # Of questions that have not been seen yet.
        return _show(request, own, form)
    if not form.is_valid():
        return _show(request, own, form, status=422 if form.is_bound else 200)
    try:
        answers.correct(
            own.booking,
            form.answers(),
            replaced=form.replaced,
            people=own.people,
            by=request.user,
            agreed=form.agreed,
        )
    except BookingRefused as no:
        return _show(request, own, form, refusal=no.reason, status=409)
    messages.success(request, _("Your answers are kept."))
    return redirect("bookings:detail", reference)


@require_POST
def withdraw(request, pk, consent):
    mine = request.user.cares.active().select_related("person").filter(person__retired_at=None)
    care = get_object_or_404(mine, person=pk)
    given = get_object_or_404(care.person.consents.active(), pk=consent)
    if given.given_by_id != request.user.pk and not _may_end(care, given):
        raise Http404
    answers.withdraw(given)
    messages.success(request, _("Your consent is withdrawn, as of now."))
    is_still_mine = Care.objects.active().filter(pk=care.pk).exists()
    return redirect("accounts:person", pk) if is_still_mine else redirect("accounts:people")


def _may_end(care, consent):
    return consent.kind == ConsentKind.HEALTH and care.role in SPEAK_FOR


def _show(request, own, form, *, refusal=None, status=200):
    context = {"own": own, "summary": own.summary, "form": form, "refusal": refusal}
    return render(request, "bookings/answers.html", context, status=status)
