"""What is kept about oneself: to read, to take along, and to end."""

from django.contrib import messages
from django.contrib.auth import logout
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bookings import goodbye
from bookings.answers import WHERE
from bookings.my_data import copy_of, readings_for
from bookings.rules import BookingRefused


@require_safe
@never_cache
def my_data(request):
    readings = [(each, WHERE.get(each.where, each.where)) for each in readings_for(request.user)]
    return render(request, "bookings/my_data.html", {"readings": readings})


@require_safe
@never_cache
def as_json(request):
    response = JsonResponse(
        copy_of(request.user),
        encoder=DjangoJSONEncoder,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    return _to_be_kept(response, "json")


@require_safe
@never_cache
def as_page(request):
    """One file that any browser opens, also in ten years and without this site."""
    data = copy_of(request.user, in_words=True)
    page = render_to_string("bookings/my_data_file.html", {"data": data}, request)
    return _to_be_kept(HttpResponse(page), "html")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def close(request):
    if request.method != "POST" or "sure" not in request.POST:
        return _ask(request, status=422 if request.method == "POST" else 200)
    try:
        goodbye.close_account(request.user)
    except BookingRefused:
        return _ask(request, status=409)
    logout(request)
    messages.success(request, _("Your account is closed, and what could be deleted is deleted."))
    return redirect("home")


def _ask(request, status):
    context = {
        "goodbye": goodbye.foresee(request.user),
        "stays": goodbye.stays(request.user),
        "not_sure": status == 422,
    }
    return render(request, "bookings/close_account.html", context, status=status)


def _to_be_kept(response, ending):
    name = f"my-data-{timezone.localdate()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
