"""The partner's own desk: what they offer, what the center says to it, how many signed up.

Numbers come from the counters of the sessions: a partner never sees a name or a phone.
"""

from django.contrib import messages
from django.db.models import Case, OuterRef, Subquery, When
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import posting as postings
from activities import revisions
from activities.models import (
    IN_THE_PARTNERS_HANDS,
    Activity,
    Review,
    Revision,
    RevisionStatus,
    Session,
    Status,
)
from activities.pages import Page
from activities.posting import PostingRefused
from activities.writing_pages import new_key, written_by
from partners.models import MAY_POST, Partner, Role

ROWS = 20
DATES = 40

# What the desk says of the next session of each activity.
OF_THE_NEXT = ["starts_at", "capacity", "places_taken", "places_waiting"]

# On top what waits for the partner, at the bottom what is over.
WHAT_IS_TO_DO_FIRST = [
    Status.CHANGES_ASKED,
    Status.DRAFT,
    Status.SUBMITTED,
    Status.PUBLISHED,
    Status.ARCHIVED,
]


@require_safe
def home(request):
    """The desk at once; whoever acts for several partners chooses first."""
    partners = list(Partner.objects.of_member(request.user))
    if not partners:
        raise Http404
    if len(partners) > 1:
        return render(request, "partners/choose.html", {"partners": partners})
    return _desk(request, partners[0])


@require_safe
def desk(request, pk):
    return _desk(request, _partner_of(request.user, pk))


@require_safe
def posting(request, pk):
    return _posting(request, _posting_of(request.user, pk))


@require_POST
def submit(request, pk):
    activity = written_by(request.user, pk)
    try:
        postings.submit(activity, by=request.user)
    except PostingRefused as refused:
        return _posting(request, activity, refused=refused.reason)
    messages.success(request, _("Submitted. The center will look at it and tell you."))
    return redirect("partner:posting", activity.pk)


def _desk(request, partner):
    role = partner.members.get(user=request.user, ended_at=None).role
    page = Page.of(_postings(partner), request.GET.get("page"), ROWS)
    context = {
        "partner": partner,
        "may_post": role in MAY_POST,
        "runs": role == Role.MANAGER,
        "page": page,
        "to_revise": list(
            Revision.objects.filter(
                activity__in=partner.activities.published(), status=RevisionStatus.CHANGES_ASKED
            ).select_related("activity")
        ),
        "to_change": [each for each in page if each.status == Status.CHANGES_ASKED],
        "agreements": list(
            partner.agreements.select_related("center", "partner").prefetch_related(
                "categories", "resources", "papers"
            )
        ),
    }
    return render(request, "partners/desk.html", context)


def _posting(request, activity, refused=""):
    steps = list(activity.reviews.select_related("by"))
    may_post = Partner.objects.posted_by(request.user).filter(pk=activity.partner_id).exists()
    revision = revisions.open_of(activity) if activity.is_published else None
    context = {
        "activity": activity,
        "partner": activity.partner,
        "revision": revision,
        "revised": revisions.changes_of(revision, activity) if revision else [],
        "refused": refused,
        "steps": steps,
        "asked": steps[0] if steps and activity.status == Status.CHANGES_ASKED else None,
        "page": Page.of(_dates(activity), request.GET.get("page"), DATES),
        "may_post": may_post,
        "request_key": new_key(),
        "may_change": may_post and activity.status in IN_THE_PARTNERS_HANDS,
        "may_revise": may_post and activity.is_published,
    }
    return render(request, "partners/posting.html", context, status=409 if refused else 200)


def _partner_of(user, pk):
    return get_object_or_404(Partner.objects.of_member(user), pk=pk)


def _posting_of(user, pk):
    mine = Activity.objects.of_partners(user).select_related("partner", "center", "category")
    return get_object_or_404(mine, pk=pk)


def _postings(partner):
    """With `asked`, what the center has asked to change, and the numbers of the next date."""
    order = [When(status=status, then=place) for place, status in enumerate(WHAT_IS_TO_DO_FIRST)]
    notes = Review.objects.filter(activity=OuterRef("pk"), status=Status.CHANGES_ASKED)
    coming = Session.objects.live().not_over().filter(activity=OuterRef("pk"))
    return (
        partner.activities.annotate(asked=Subquery(notes.values("note")[:1]))
        .annotate(**{f"next_{name}": Subquery(coming.values(name)[:1]) for name in OF_THE_NEXT})
        .select_related("center")
        .defer("description", "search_text", "search_vector")
        .order_by(Case(*order), "-pk")
    )


def _dates(activity):
    """What is to come in front, then what is over."""
    is_over = Case(When(ends_at__gt=timezone.now(), then=0), default=1)
    return activity.sessions.with_room().order_by(is_over, "starts_at", "pk")
