"""Changes of published activities at the desk: what waits, what differs, and the decision."""

import hashlib
import json

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activities import differences, revisions
from activities.models import Revision, RevisionStatus
from activities.pages import Page
from activities.posting import PostingRefused
from activities.review_form import ReviewForm
from bookings import revised
from venues.staffing import duty_of, workplaces

ROWS = 50


@require_safe
def waiting(request):
    """What partners have submitted, the longest waiting first."""
    rows = _ours(request.user).submitted().select_related("activity__partner", "activity__center")
    context = {
        **admin.site.each_context(request),
        "title": _("Changes of published activities"),
        "page": Page.of(rows.order_by("created_at", "pk"), request.GET.get("page"), ROWS),
    }
    return TemplateResponse(request, "admin/revisions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request, pk):
    """What would change, and two buttons; what was decided on is what was shown."""
    revision = get_object_or_404(_ours(request.user).select_related("activity__partner"), pk=pk)
    changes = revisions.changes_of(revision)
    values = differences.in_words(revisions.proposed(revision.activity, revision), revision.values)
    form = ReviewForm(request.POST or None, values=values, fields=list(revision.values))
    form.may_be_empty = "accept" in request.POST
    if request.method == "POST" and form.is_valid():
        try:
            done = _decide(request, revision, form.cleaned_data, changes)
        except PostingRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, done)
            return redirect("admin:revisions")
    context = {
        **admin.site.each_context(request),
        "title": revision.activity.title,
        "revision": revision,
        "changes": changes,
        "seen": _fingerprint(changes),
        "is_waiting": revision.status == RevisionStatus.SUBMITTED,
        "form": form,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/revision.html", context, status=status)


def _decide(request, revision, said, changes):
    if "accept" not in request.POST:
        revisions.ask_for_changes(revision, by=request.user, **said)
        return _("The partner has been told.")
    if request.POST.get("seen") != _fingerprint(changes):
        raise PostingRefused(_("Something has changed meanwhile. Please look again."))
    revised.accept(revision, by=request.user, note=said["note"], seen=changes)
    return _("It is public now, and the partner has been told.")


def _ours(user):
    """For those who work there; who looks on decides nothing."""
    if not duty_of(user).works:
        raise Http404
    return Revision.objects.filter(activity__center__in=workplaces(user))


def _fingerprint(changes):
    return hashlib.sha256(json.dumps(changes, sort_keys=True).encode()).hexdigest()[:16]
