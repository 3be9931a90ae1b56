"""Becoming a partner, as whoever applies sees it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import kept_forms
from accounts.kept_forms import kept_over_sign_in
from partners import joining
from partners.apply_form import ApplicationForm
from partners.joining import PartnerRefused
from partners.models import IS_AN_APPLICATION, Partner, PartnerStatus


@require_safe
@login_not_required
def apply(request):
    """For everybody to read and fill in; who one is is asked when it is sent."""
    kept = kept_forms.kept(request)
    form = ApplicationForm(kept, initial=_of(request.user))
    if kept is not None:
        # It was typed before signing in, and nothing has been judged yet.
        form = ApplicationForm(initial=_of(request.user) | _as_typed(form))
    mine = []
    if request.user.is_authenticated:
        mine = list(Partner.objects.applied_for_by(request.user))
    context = {"form": form, "mine": mine, "is_kept": kept is not None}
    return render(request, "partners/apply.html", context)


@kept_over_sign_in("partners:apply")
@require_POST
def send(request):
    form = ApplicationForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            partner = joining.apply(form.instance, by=request.user, **_given(form))
        except PartnerRefused as refused:
            form.add_error(None, str(refused.reason))
        else:
            kept_forms.forget(request)
            messages.success(request, _("Thank you. The center looks at it and tells you."))
            return redirect("partners:application", partner.pk)
    return render(request, "partners/apply.html", {"form": form, "mine": []}, status=422)


@require_safe
def application(request, pk):
    """Where it stands, and everything that was said."""
    partner = _mine(request, pk)
    context = {
        "partner": partner,
        "steps": list(partner.steps.all()),
        "papers": list(partner.papers.filter(agreement=None)),
        "centers": list(partner.centers.all()),
        "may_change": partner.status in IS_AN_APPLICATION,
        "is_declined": partner.status == PartnerStatus.DECLINED,
        "has_desk": Partner.objects.of_member(request.user).filter(pk=pk).exists(),
    }
    return render(request, "partners/application.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request, pk):
    """Mend it while it is looked at, or send a declined one once more."""
    partner = _mine(request, pk)
    if partner.status not in IS_AN_APPLICATION:
        return redirect("partners:application", pk)
    form = ApplicationForm(request.POST or None, request.FILES or None, instance=partner)
    if request.method == "POST" and form.is_valid():
        try:
            joining.apply_again(form.instance, by=request.user, **_given(form))
        except PartnerRefused as refused:
            form.add_error(None, str(refused.reason))
        else:
            messages.success(request, _("Thank you. The center looks at it and tells you."))
            return redirect("partners:application", pk)
    context = {"form": form, "partner": partner}
    return render(request, "partners/apply.html", context, status=422 if form.errors else 200)


def _mine(request, pk):
    return get_object_or_404(Partner.objects.applied_for_by(request.user), pk=pk)


def _given(form):
    return {"centers": form.cleaned_data["centers"], "papers": form.cleaned_data["papers"]}


def _of(user):
    """What is known of whoever applies."""
    if not user.is_authenticated:
        return {}
    return {"contact_name": user.name, "contact_phone": user.phone or ""}


def _as_typed(form):
    return {name: form[name].value() for name in form.fields if name != "papers"}
