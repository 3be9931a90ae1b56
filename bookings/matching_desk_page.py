"""Needs beside what partners can give, for staff: ranked with the reasons, and who is asked."""

from django import forms
from django.contrib import admin, messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from unfold.widgets import UnfoldAdminTextareaWidget

from activities.pages import Page
from bookings import matching
from partners import asking
from partners.models import OPEN_TO_PARTNERS, Need, NeedAsk, Partner, PartnerStatus
from partners.needs import NeedRefused
from venues.staffing import duty_of, workplaces

ROWS = 50


class QuestionForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("note to the partner"),
        help_text=gettext_lazy("Why you think of them, and what you can help with."),
        max_length=1000,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )


@require_safe
def partners(request, pk):
    """What could help with this need, and who has been asked."""
    needs = Need.objects.managed_by(request.user).select_related("center", "category", "partner")
    need = get_object_or_404(needs, pk=pk)
    offers = matching.offers_for(need, Partner.objects.managed_by(request.user))
    is_here = duty_of(request.user).works and duty_of(request.user).is_at(need.center)
    context = {
        **admin.site.each_context(request),
        "title": _("Who could take it on"),
        "need": need,
        "page": Page.of(offers, request.GET.get("page", "1"), ROWS),
        "asked": list(need.asks.select_related("partner", "asked_by")),
        "may_ask": is_here and need.status in OPEN_TO_PARTNERS,
    }
    return TemplateResponse(request, "admin/need_partners.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, pk, partner):
    need = get_object_or_404(_ours(request.user), pk=pk)
    theirs = Partner.objects.managed_by(request.user).active()
    partner = get_object_or_404(theirs, pk=partner)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        resource = _resource(partner, request.GET.get("resource", ""))
        note = form.cleaned_data["note"]
        try:
            asking.ask(need, partner, by=request.user, resource=resource, note=note)
        except NeedRefused as refused:
            form.add_error(None, str(refused.reason))
        else:
            messages.success(request, _("Asked. You are told when they answer."))
            return redirect("admin:need_partners", need.pk)
    context = {
        **admin.site.each_context(request),
        "title": _("Ask %(partner)s: %(need)s?") % {"partner": partner, "need": need},
        "text": _("Whoever answers for them is told. You may ask several; one can take it on."),
        "label": _("Ask this partner"),
        "form": form,
        "back": reverse("admin:need_partners", args=[need.pk]),
    }
    status = 409 if form.non_field_errors() else 422 if form.errors else 200
    return TemplateResponse(request, "admin/ask_first.html", context, status=status)


@require_POST
def withdraw(request, pk):
    questions = NeedAsk.objects.filter(need__in=_ours(request.user))
    question = get_object_or_404(questions.select_related("need__center", "partner"), pk=pk)
    try:
        asking.withdraw(question, by=request.user)
    except NeedRefused as refused:
        messages.error(request, str(refused.reason))
    else:
        messages.success(request, _("Taken back. Whoever was asked is being told."))
    return redirect("admin:need_partners", question.need_id)


@require_safe
def needs(request, pk):
    """What residents ask for that this partner could give."""
    partner = get_object_or_404(Partner.objects.managed_by(request.user), pk=pk)
    open_ones = Need.objects.managed_by(request.user).filter(
        center__partners=partner, status__in=OPEN_TO_PARTNERS
    )
    rows = matching.needs_for(partner, open_ones)
    context = {
        **admin.site.each_context(request),
        "title": _("What residents ask for"),
        "partner": partner,
        "page": Page.of(rows, request.GET.get("page", "1"), ROWS),
        "may_ask": duty_of(request.user).works and partner.status == PartnerStatus.ACTIVE,
    }
    return TemplateResponse(request, "admin/partner_needs.html", context)


def _ours(user):
    needs = Need.objects.filter(center__in=workplaces(user))
    return needs.select_related("center", "category")


def _resource(partner, number):
    return partner.resources.filter(pk=number[:9]).first() if number.isdecimal() else None
