"""Last time's once more: a new draft with the same words and questions, and no dates."""

from django.db import transaction

from activities import posting
from activities.models import Activity, Question
from activities.posting import PARTNERS_FIELDS


@transaction.atomic
def copy(activity, *, by, request_key="", at=None):
    """Begin a draft with the words of `activity`; asked again with the same key, it is the same."""
    begun = posting.begun_with(request_key, by=by, partner=activity.partner)
    if begun:
        return begun
    words = {name: getattr(activity, name) for name in PARTNERS_FIELDS}
    draft = posting.save_draft(
        Activity(partner=activity.partner, **words), by=by, request_key=request_key, at=at
    )
    if not draft.questions.exists():
        Question.objects.bulk_create(_asked_again(activity, draft))
    return draft


def _asked_again(activity, draft):
    for question in activity.questions.filter(retired_at=None):
        question.pk, question.activity, question._state.adding = None, draft, True
        yield question
