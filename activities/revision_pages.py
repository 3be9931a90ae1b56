"""A partner changes what is published: the same form, and the old words stay until the center agrees."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities import revisions
from activities.forms import RevisionForm
from activities.models import Activity, RevisionStatus
from activities.posting import PostingRefused


def change_published(request, activity):
    """The form of a published activity, as it would be with the change that is open."""
    revision = revisions.open_of(activity)
    is_with_the_center = revision is not None and revision.status == RevisionStatus.SUBMITTED
    if request.method != "POST" and is_with_the_center:
        messages.info(request, revisions.WHERE_IT_IS[RevisionStatus.SUBMITTED])
        return redirect("partner:posting", activity.pk)
    was_asked = revision is not None and revision.status == RevisionStatus.CHANGES_ASKED
    form = RevisionForm(
        request.POST or None,
        request.FILES or None,
        instance=revisions.proposed(activity, revision),
        notes=revision.field_notes if was_asked else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            said = _keep(request, form.instance)
        except PostingRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, said)
            return redirect("partner:posting", activity.pk)
    context = {
        "form": form,
        "activity": activity,
        "partner": activity.partner,
        "asked": revision if was_asked else None,
    }
    return render(request, "partners/change.html", context, status=422 if form.errors else 200)


@require_POST
def take_back(request, pk):
    """From the center to write on; and once it is there, given up."""
    mine = Activity.objects.posted_by(request.user)
    revision = revisions.open_of(get_object_or_404(mine, pk=pk))
    try:
        if revision and revision.status == RevisionStatus.SUBMITTED:
            revisions.take_back(revision)
            messages.success(request, _("It is yours again, with all you wrote."))
        elif revision:
            revisions.withdraw(revision)
            messages.success(request, _("Given up. What is public stays as it is."))
    except PostingRefused as refused:
        messages.error(request, refused.reason)
    return redirect("partner:posting", pk)


def _keep(request, typed):
    revision = revisions.keep(typed, by=request.user)
    if revision is None:
        return _("Saved. There is nothing that the center has to look at.")
    if "submit" not in request.POST:
        return _("Saved as a draft. Submit it when it is ready.")
    revisions.submit(revision, by=request.user)
    return _("Submitted. Until the center has looked at it, residents see the old words.")
