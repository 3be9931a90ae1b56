from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from bench.bare_app.models import Meeting, Order


def page(request, pk):
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    return render(request, "page.html", {"meeting": get_object_or_404(Meeting, pk=pk)})


@transaction.atomic
def book(request, pk):
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    order = Order.objects.create(meeting_id=pk, user=request.user)
    free = Meeting.objects.filter(pk=pk, places_taken__lt=F("capacity"))
    if not free.update(places_taken=F("places_taken") + 1):
        return HttpResponse(status=409)
    return redirect(f"/booking/{order.pk}/")


def booking(request, pk):
    order = get_object_or_404(Order.objects.select_related("meeting"), pk=pk, user=request.user)
    return render(request, "booking.html", {"order": order})


def some(request):
    meetings = Meeting.objects.filter(starts_at__gt=timezone.now()).order_by("starts_at")[:20]
    return render(request, "list.html", {"meetings": meetings, "user": request.user})
