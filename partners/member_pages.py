"""Who acts for a partner, for its members to see and its managers to change."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.fields import AddressField
from partners import members as services
from partners.joining import PartnerRefused
from partners.models import Invitation, Partner, PartnerMember, Role


class InvitationForm(forms.Form):
    address = AddressField(
        label=gettext_lazy("Phone or e-mail"),
        help_text=gettext_lazy("They get a link and sign in with whatever address they like."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("What they may do"), choices=Role, initial=Role.POSTER
    )


@require_safe
def members(request, pk):
    return _show(request, get_object_or_404(Partner.objects.of_member(request.user), pk=pk))


@require_POST
def invite(request, pk):
    partner = get_object_or_404(Partner.objects.run_by(request.user), pk=pk)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _show(request, partner, form=form, status=422)
    try:
        services.invite(partner, by=request.user, **form.cleaned_data)
    except PartnerRefused as refused:
        form.add_error(None, str(refused.reason))
        return _show(request, partner, form=form, status=409)
    messages.success(request, _("The invitation is on its way. It is open for 14 days."))
    return redirect("partners:members", pk)


@require_POST
def withdraw(request, pk):
    run = Partner.objects.run_by(request.user)
    invitation = get_object_or_404(Invitation.objects.filter(partner__in=run), pk=pk)
    try:
        services.withdraw(invitation)
    except PartnerRefused as refused:
        return _show(request, invitation.partner, refusal=refused.reason, status=409)
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("partners:members", invitation.partner_id)


@require_POST
def give_role(request, pk):
    run = Partner.objects.run_by(request.user)
    member = get_object_or_404(PartnerMember.objects.filter(partner__in=run), pk=pk)
    role = request.POST.get("role")
    if role not in Role.values:
        return _show(request, member.partner, refusal=_("Please choose a role."), status=422)
    try:
        services.give_role(member, role)
    except PartnerRefused as refused:
        return _show(request, member.partner, refusal=refused.reason, status=409)
    messages.success(request, _("The role is changed."))
    return redirect("partners:members", member.partner_id)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request, pk):
    """A manager ends a membership, or somebody leaves, after being asked."""
    acting = PartnerMember.objects.acting().select_related("partner", "user")
    member = get_object_or_404(acting, pk=pk)
    is_me = member.user_id == request.user.pk
    may_see = Partner.objects.of_member if is_me else Partner.objects.run_by
    if not may_see(request.user).filter(pk=member.partner_id).exists():
        raise Http404
    if request.method != "POST":
        is_last = not acting.filter(partner=member.partner_id).exclude(pk=pk).exists()
        context = {"member": member, "is_me": is_me, "is_last": is_last}
        return render(request, "partners/end_member.html", context)
    try:
        services.end(member)
    except PartnerRefused as refused:
        return _show(request, member.partner, refusal=refused.reason, status=409)
    if is_me:
        messages.success(request, _("You have left. Thank you for everything."))
        return redirect("home")
    messages.success(request, _("They act for the partner no more."))
    return redirect("partners:members", member.partner_id)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, token):
    """Whoever holds the link may accept it; whom it was sent to is shown, not asked for."""
    found = Invitation.objects.select_related("partner", "invited_by")
    invitation = get_object_or_404(found, token=token)
    closed = services.why_closed(invitation)
    if request.method == "POST" and not closed:
        try:
            services.accept(invitation, by=request.user)
        except PartnerRefused as refused:
            closed = refused.reason
        else:
            messages.success(request, _("Welcome. This is your desk."))
            return redirect("partner:desk", invitation.partner_id)
    context = {"invitation": invitation, "closed": closed}
    status = 409 if closed and request.method == "POST" else 200
    return render(request, "partners/invitation.html", context, status=status)


def _show(request, partner, *, form=None, refusal="", status=200):
    acting = PartnerMember.objects.acting().filter(partner=partner).select_related("user")
    runs = Partner.objects.run_by(request.user).filter(pk=partner.pk).exists()
    context = {
        "partner": partner,
        "members": list(acting.order_by("created_at", "pk")),
        "runs": runs,
        "roles": Role.choices,
        "invitations": list(partner.invitations.open()) if runs else [],
        "form": form or InvitationForm(),
        "refusal": refusal,
    }
    return render(request, "partners/members.html", context, status=status)
