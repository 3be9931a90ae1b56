"""Where a partner writes: the form of a posting, kept while one types, and last time's once more."""

import secrets

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import differences, drafts, wished_times
from activities import posting as postings
from activities.forms import PostingForm
from activities.models import IN_THE_PARTNERS_HANDS, Activity, Status
from activities.posting import PARTNERS_FIELDS, NewerWords, PostingRefused
from activities.revision_pages import change_published
from activities.wish_forms import WishForms
from partners.models import Need, Partner

LONGEST_KEY, LONGEST_NUMBER = 64, 9


@require_http_methods(["GET", "HEAD", "POST"])
def post(request, pk):
    """A new activity, perhaps one that residents have asked for (`?need=`)."""
    partner = _posted_by(request.user, pk)
    number = request.GET.get("need", "")
    need = open_needs(partner).filter(pk=number).first() if number.isdecimal() else None
    initial = {"title": need.title, "description": need.description} if need else {}
    return _write(request, _begun_or_new(request, partner), initial)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    activity = written_by(request.user, pk)
    if activity.is_published:
        return change_published(request, activity)
    if request.method != "POST" and activity.status not in IN_THE_PARTNERS_HANDS:
        messages.info(request, postings.WHERE_IT_IS[activity.status])
        return redirect("partner:posting", activity.pk)
    return _write(request, activity)


@require_POST
def autosave_new(request, pk):
    partner = _posted_by(request.user, pk)
    return _autosave(request, _begun_or_new(request, partner))


@require_POST
def autosave(request, pk):
    return _autosave(request, written_by(request.user, pk))


@require_POST
def copy(request, pk):
    activity = written_by(request.user, pk)
    made = drafts.copy(activity, by=request.user, request_key=_key(request))
    messages.success(
        request, _("This is a new draft with the words of last time. The dates are still to find.")
    )
    return redirect("partner:edit", made.pk)


def written_by(user, pk):
    """One that this user may write and submit; a partner's viewers only look."""
    mine = Activity.objects.posted_by(user).select_related("partner", "center", "category")
    return get_object_or_404(mine, pk=pk)


def open_needs(partner):
    return Need.objects.open_to_partners().filter(center__partners=partner)


def new_key():
    return secrets.token_urlsafe(12)


def _posted_by(user, pk):
    return get_object_or_404(Partner.objects.posted_by(user), pk=pk)


def _begun_or_new(request, partner):
    """The draft that this very form has begun already, kept while one typed."""
    begun = postings.begun_with(_key(request), by=request.user, partner=partner)
    return begun or Activity(partner=partner)


def _write(request, activity, initial=None):
    """The form of a posting, saved as a draft or submitted; what was typed is never lost."""
    submits, checks = "submit" in request.POST, "check" in request.POST
    wish_forms = WishForms(request.POST or None, activity=activity)
    asked = _last_wish_of_the_center(activity)
    form = PostingForm(
        request.POST or None,
        request.FILES or None,
        instance=activity,
        initial=initial,
        complete=submits,
        is_wished=bool(wish_forms.wishes),
        notes=asked.field_notes if asked else None,
    )
    version, newer = _version(request) or activity.text_version, []
    if checks:
        # Somebody looks at times in the middle of writing: nothing is missing yet.
        form.is_valid()
        form.errors.clear()
    elif request.method == "POST" and _are_valid(form, wish_forms):
        try:
            activity = _save(request, activity, wish_forms.wishes)
            if submits:
                postings.submit(activity, by=request.user)
        except PostingRefused as refused:
            form.add_error(None, refused.reason)
            if isinstance(refused, NewerWords):
                version, newer = refused.stored.text_version, _compared(refused.stored, activity)
        else:
            messages.success(request, _said(submits))
            return redirect("partner:posting", activity.pk)
    context = {
        "form": form,
        "wish_forms": wish_forms.forms,
        "chances": _chances(wish_forms, activity) if checks or request.method != "POST" else [],
        "activity": activity,
        "partner": activity.partner,
        "asked": asked,
        "version": version,
        "newer": newer,
        "request_key": _key(request) or new_key(),
    }
    has_errors = form.errors or (not checks and any(each.errors for each in wish_forms.forms))
    return render(request, "partners/write.html", context, status=422 if has_errors else 200)


def _autosave(request, activity):
    """What was typed so far, kept if it can be kept; the answer is for static/js/autosave.js.

    Pictures wait until somebody saves: they are large, and there is nothing to type in them.
    """
    form = PostingForm(request.POST, instance=activity)
    wish_forms = WishForms(request.POST, activity=activity)
    if not form.is_valid():
        return JsonResponse({"said": _what_is_missing(form)}, status=422)
    try:
        # A time of which half is typed is no reason to keep nothing.
        is_whole = _are_valid(form, wish_forms)
        activity = _save(request, activity, wish_forms.wishes if is_whole else None)
    except PostingRefused as refused:
        return JsonResponse({"said": refused.reason}, status=409)
    return JsonResponse(
        {
            "said": _("Saved %(time)s")
            % {"time": time_format(timezone.localtime(timezone.now()), "H:i")},
            "version": activity.text_version,
            "page": reverse("partner:edit", args=[activity.pk]),
            "autosave": reverse("partner:autosave", args=[activity.pk]),
        }
    )


def _are_valid(form, wish_forms):
    are_both = [form.is_valid(), not wish_forms.is_said or wish_forms.is_valid()]
    return all(are_both) and (not wish_forms.is_said or wish_forms.are_at(form.instance.center))


def _chances(wish_forms, activity):
    """What there is for the times in the form, or those written down."""
    if wish_forms.is_said:
        is_clear = activity.center_id and wish_forms.is_valid()
        is_clear = is_clear and wish_forms.are_at(activity.center)
        return wished_times.chances(wish_forms.wishes, activity.center) if is_clear else []
    return wished_times.chances(activity.wished_times.all(), activity.center) if activity.pk else []


def _save(request, activity, wishes):
    return postings.save_draft(
        activity,
        by=request.user,
        wishes=wishes,
        version=_version(request),
        request_key=_key(request),
    )


def _compared(stored, typed):
    there, here = (differences.values_of(each, PARTNERS_FIELDS) for each in (stored, typed))
    return differences.between(there, here)


def _what_is_missing(form):
    field, errors = next(iter(form.errors.items()))
    label = "" if field == "__all__" else f"{form.fields[field].label}: "
    return _("Kept on this device only, until this is clear. %(what)s") % {
        "what": f"{label}{errors[0]}"
    }


def _key(request):
    return request.POST.get("request_key", "")[:LONGEST_KEY]


def _version(request):
    """Which one was read before typing; None where a form does not say."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) <= LONGEST_NUMBER else None


def _said(submits):
    if submits:
        return _("Submitted. The center will look at it and tell you.")
    return _("Saved as a draft. Submit it when it is ready.")


def _last_wish_of_the_center(activity):
    if activity.status != Status.CHANGES_ASKED:
        return None
    return activity.reviews.filter(status=Status.CHANGES_ASKED).first()
