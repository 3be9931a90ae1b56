"""What residents ask for, on the partner's desk: questions of the center, and what fits us first."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activities import taking_on
from bookings import matching
from bookings.partner_answer_form import AnswerForm
from partners import asking
from partners.models import OPEN_TO_PARTNERS, Need, NeedAsk, NeedStatus, Partner
from partners.needs import NeedRefused

ROWS = 20


@require_safe
def needs(request, pk):
    partner = get_object_or_404(Partner.objects.of_member(request.user), pk=pk)
    wanted = matching.needs_for(partner, open_to(partner))
    context = {
        "partner": partner,
        "may_answer": Partner.objects.posted_by(request.user).filter(pk=pk).exists(),
        "questions": questions_to(partner),
        "taken": list(partner.needs.filter(status=NeedStatus.MATCHED).order_by("pk")),
        "page": Paginator(wanted, ROWS).get_page(request.GET.get("page")),
    }
    return render(request, "bookings/partner_needs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request, pk):
    """A question of the center: yes makes a draft, no is as welcome."""
    ours = NeedAsk.objects.filter(partner__in=Partner.objects.posted_by(request.user))
    found = get_object_or_404(
        ours.select_related("need__center", "need__category", "partner"), pk=pk
    )
    form = AnswerForm(request.POST if request.method == "POST" else None)
    is_yes = "yes" in request.POST
    if request.method == "POST" and form.is_valid():
        say = taking_on.accept if is_yes else asking.decline
        try:
            answered = say(found, by=request.user, note=form.cleaned_data["note"])
        except NeedRefused as refused:
            form.add_error(None, str(refused.reason))
        else:
            return _to_draft(request, answered) if is_yes else _thanked(request, found)
    context = {"question": found, "need": found.need, "partner": found.partner, "form": form}
    return render(request, "bookings/question.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def volunteer(request, pk, need):
    partner = get_object_or_404(Partner.objects.posted_by(request.user), pk=pk)
    wanted = Need.objects.shown().filter(center__partners=partner)
    found = get_object_or_404(wanted.select_related("center", "category"), pk=need)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        [best] = matching.needs_for(partner, Need.objects.filter(pk=found.pk))
        try:
            draft = taking_on.volunteer(
                found,
                partner,
                by=request.user,
                resource=best.resource,
                note=form.cleaned_data["note"],
            )
        except NeedRefused as refused:
            form.add_error(None, str(refused.reason))
        else:
            return _to_draft(request, draft)
    context = {"need": found, "partner": partner, "form": form}
    return render(request, "bookings/volunteer.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request, pk):
    taken = Need.objects.filter(partner__in=Partner.objects.posted_by(request.user))
    found = get_object_or_404(taken.select_related("center", "category", "partner"), pk=pk)
    partner, form = found.partner, AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            taking_on.give_back(found, partner, by=request.user, note=form.cleaned_data["note"])
        except NeedRefused as refused:
            form.add_error(None, str(refused.reason))
        else:
            messages.success(request, _("It is open again. The center knows; thank you."))
            return redirect("bookings:partner_needs", partner.pk)
    context = {"need": found, "partner": partner, "form": form}
    return render(request, "bookings/give_back.html", context, status=_status(form))


def open_to(partner):
    """What they may take on by themselves; what the center asks them stands apart."""
    asked = partner.asks.open()
    open_ones = Need.objects.open_to_partners().filter(center__partners=partner)
    return open_ones.exclude(pk__in=asked.values("need"))


def questions_to(partner):
    """Not about what has been settled otherwise meanwhile."""
    waiting = partner.asks.open().filter(need__status__in=OPEN_TO_PARTNERS)
    waiting = waiting.select_related("need__center", "need__category")
    return list(waiting.order_by("asked_at", "pk"))


def _to_draft(request, activity):
    messages.success(
        request, _("Thank you. Here is a draft with what we know; add the rest and submit it.")
    )
    return redirect("partner:edit", activity.pk)


def _thanked(request, found):
    messages.success(request, _("Thank you for telling us. The center asks somebody else."))
    return redirect("bookings:partner_needs", found.partner_id)


def _status(form):
    return 409 if form.non_field_errors() else 422 if form.errors else 200
