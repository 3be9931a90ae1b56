"""The opinion box, open to everybody without signing in; and the answer, for who has the code."""

import re
import secrets
import unicodedata

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits
from partners import letters
from partners.box_forms import LetterForm
from partners.models import CODE_LENGTH, Letter
from venues.models import Center

ROWS = 20


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def box(request):
    centers = list(Center.objects.open_to_public())
    named = next((each for each in centers if each.slug == request.GET.get("center")), None)
    form = LetterForm(
        request.POST or None,
        request.FILES or None,
        centers=Center.objects.filter(pk__in=[each.pk for each in centers]),
        user=request.user,
        initial={"center": named, "request_key": secrets.token_urlsafe(12)},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if not limits.spend(request, "write_letter"):
            form.add_error(
                None, _("That was a little too often. Please wait a minute and try again.")
            )
            status = 429
        elif form.is_valid():
            letter = letters.put_in(form.letter(), request_key=form.cleaned_data["request_key"])
            return redirect("partners:letter_sent", letter.code)
    return render(request, "partners/box.html", {"form": form, "centers": centers}, status=status)


@login_not_required
@never_cache
@require_safe
def sent(request, code):
    """The code to keep, right after the letter was put in."""
    return _page_of(request, code, "partners/letter_sent.html")


@login_not_required
@never_cache
@require_safe
def letter(request, code):
    return _page_of(request, code, "partners/letter.html")


@login_not_required
@never_cache
@require_safe
def find(request):
    """A form without an answer of its own: it leads to the page of the code, whatever it is."""
    # Also as Chinese keyboards write them, with whatever stands between.
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", request.GET.get("code", "")))
    if digits:
        return redirect("partners:letter", digits[: CODE_LENGTH * 2])
    return render(request, "partners/find_letter.html", {"missed": "code" in request.GET})


@never_cache
@require_safe
def my_letters(request):
    mine = Letter.objects.written_by(request.user).select_related("center", "need")
    page = Paginator(mine, ROWS).get_page(request.GET.get("page"))
    return render(request, "partners/my_letters.html", {"page": page})


def _page_of(request, code, template):
    """Whatever is wrong with a code, the answer is the same; many wrong ones end in a pause."""
    if not limits.spend(request, "miss_letter", only_look=True):
        return render(request, "errors/429.html", status=429)
    found = Letter.objects.with_code(code)
    if found is None:
        limits.spend(request, "miss_letter")
        return render(request, "partners/find_letter.html", {"missed": True}, status=404)
    steps = found.need.steps.filter(is_public=True) if found.need else []
    address = settings.SITE_URL + reverse("partners:letter", args=[found.code])
    return render(request, template, {"letter": found, "steps": steps, "address": address})
