"""What people say afterwards, for staff: averages, and on a second look the lines without names."""

from django.contrib import admin
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities.models import Activity
from bookings import feedback
from venues.models import Center
from venues.staffing import duty_of, workplaces


@require_safe
def averages(request):
    """Numbers name nobody, so those who look on from the district read them, too."""
    rows = feedback.averages(Center.objects.managed_by(request.user))
    context = {
        **admin.site.each_context(request),
        "title": _("How it was"),
        "rows": rows,
        "enough": feedback.ENOUGH,
        "may_read_lines": duty_of(request.user).works,
    }
    return TemplateResponse(request, "admin/feedback.html", context)


@require_safe
def lines(request, activity_id):
    """Only at one's own workplace, and only where it cannot be guessed who wrote what."""
    here = Activity.objects.filter(center__in=workplaces(request.user))
    activity = get_object_or_404(here, pk=activity_id)
    average = feedback.average_of(activity)
    if average.marks is None:
        raise Http404
    context = {
        **admin.site.each_context(request),
        "title": activity.title,
        "average": average,
        "lines": feedback.lines_of(activity),
    }
    return TemplateResponse(request, "admin/feedback_lines.html", context)
