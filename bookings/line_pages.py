"""The pages for staff about a line, of one session or of a whole course."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from activities.models import Activity, BookingMode, Session
from bookings import line_words, lines
from bookings.lines import END, FRONT, Line
from bookings.models import LineFact
from bookings.rules import BookingRefused
from bookings.summaries import in_a_row
from venues.staffing import workplaces


class MoveForm(forms.Form):
    """Somebody of this line, where to, and why."""

    booking = forms.ChoiceField(label=gettext_lazy("Whom to move"))
    where = forms.ChoiceField(label=gettext_lazy("Where to"))
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        help_text=gettext_lazy("It is kept, and whoever is moved reads it."),
    )

    def __init__(self, line, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._waiting = {str(each.pk): each for each in line.waiting}
        named = [(pk, names(each)) for pk, each in self._waiting.items()]
        before = [(pk, _("before %(names)s") % {"names": who}) for pk, who in named]
        self.fields["booking"].choices = named
        self.fields["where"].choices = [
            (FRONT, _("to the front")),
            *before[1:],
            (END, _("to the end")),
        ]

    @property
    def answers(self):
        given = self.cleaned_data
        return {
            "booking": self._waiting[given["booking"]],
            "to": self._waiting.get(given["where"], given["where"]),
            "reason": given["reason"],
        }


def names(booking):
    """Everybody of a booking once, from the places that were fetched along."""
    return in_a_row({place.person_id: place.person for place in booking.places.all()}.values())


@require_http_methods(["GET", "HEAD", "POST"])
def of_session(request, pk):
    sessions = Session.objects.filter(activity__center__in=workplaces(request.user))
    related = sessions.select_related("activity__center", "activity__category").with_room()
    session = get_object_or_404(related, pk=pk)
    if session.activity.booking_mode == BookingMode.COURSE:
        return redirect("rosters:course_line", session.activity_id)
    return _line(request, Line(session.activity, session))


@require_http_methods(["GET", "HEAD", "POST"])
def of_course(request, pk):
    activities = Activity.objects.filter(center__in=workplaces(request.user))
    activities = activities.exclude(booking_mode=BookingMode.SINGLE)
    return _line(request, Line(get_object_or_404(activities.select_related("center"), pk=pk)))


def _line(request, line):
    if request.method != "POST":
        form = MoveForm(line, initial={"booking": request.GET.get("move"), "where": FRONT})
        return _page(request, line, form)
    form = MoveForm(line, request.POST)
    if not form.is_valid():
        return _page(request, line, form, status=422)
    try:
        lines.move(**form.answers, by=request.user)
    except BookingRefused as refused:
        # Read anew: it is refused because something has just changed.
        line = Line(line.activity, line.session)
        form = MoveForm(line, initial=request.POST.dict())
        return _page(request, line, form, refusal=refused.reason, status=409)
    messages.success(request, _("The order is changed, and the reason is kept."))
    return redirect(request.path)


def _page(request, line, form, *, refusal=None, status=200):
    context = {
        "line": line,
        "session": line.session,
        "activity": line.activity,
        "rules": line_words.rules_of(line.activity),
        "waiting": [(each, names(each), _last_skip(each)) for each in line.waiting],
        "offered": [(each, names(each)) for each in line.offered],
        "notes": [(each, names(each.booking), line_words.in_words(each)) for each in line.notes],
        "form": form,
        "may_move": len(line.waiting) > 1 and not line.is_drawn,
        "drawn": lines.drawn() if line.is_drawn else None,
        "refusal": refusal,
    }
    return render(request, "rosters/line.html", context, status=status)


def _last_skip(booking):
    """Why somebody behind went first the last time, in words, or None."""
    skips = [note for note in booking.line_notes.all() if note.fact == LineFact.SKIPPED]
    return line_words.in_words(skips[-1]) if skips else None
