"""What a partner can give, on their own desk: written, changed, paused and removed by them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.models import Partner, Resource
from partners.resource_form import ResourceForm

ROWS = 20


@require_safe
def resources(request, pk):
    partner = get_object_or_404(Partner.objects.of_member(request.user), pk=pk)
    context = {
        "partner": partner,
        "page": _page(partner, request.GET.get("page")),
        "may_change": Partner.objects.posted_by(request.user).filter(pk=pk).exists(),
    }
    return render(request, "partners/resources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request, pk):
    partner = get_object_or_404(Partner.objects.posted_by(request.user), pk=pk)
    return _write(request, Resource(partner=partner))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request, pk):
    return _write(request, _own(request.user, pk))


@require_POST
def pause(request, pk):
    """Not to be had for a while; said again, it is on offer again."""
    resource = _own(request.user, pk)
    # The button says what it does, so that a second tap changes nothing.
    resource.is_available = "again" in request.POST
    resource.save(update_fields=["is_available"])
    return redirect("partners:resources", resource.partner_id)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, pk):
    resource = _own(request.user, pk)
    is_promised = resource.agreements.in_force().exists()
    if is_promised or request.method != "POST":
        context = {"resource": resource, "is_promised": is_promised}
        status = 409 if request.method == "POST" else 200
        return render(request, "partners/remove_resource.html", context, status=status)
    resource.delete()
    messages.success(request, _("Removed."))
    return redirect("partners:resources", resource.partner_id)


def _write(request, resource):
    form = ResourceForm(request.POST if request.method == "POST" else None, instance=resource)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("partners:resources", resource.partner_id)
    context = {"form": form, "resource": resource, "partner": resource.partner}
    status = 422 if form.errors else 200
    return render(request, "partners/write_resource.html", context, status=status)


def _own(user, pk):
    theirs = Resource.objects.filter(partner__in=Partner.objects.posted_by(user))
    return get_object_or_404(theirs.select_related("partner"), pk=pk)


def _page(partner, number):
    rows = partner.resources.select_related("category").order_by("-is_available", "pk")
    return Paginator(rows, ROWS).get_page(number)
