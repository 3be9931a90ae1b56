"""A line in plain words: which rules hold in it, and what happened in it."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import FreedPlace
from bookings.models import LineFact, LineNote
from bookings.rules import moment


def rules_of(activity) -> list[str]:
    """Which rules hold where people wait for this activity, a sentence each."""
    said = [_freed(activity), _("A party stays together: it waits until there is room for all.")]
    if activity.smaller_may_pass:
        said.append(
            _("When too few places are free for the first party, the next that fits goes first.")
        )
    else:
        said.append(_("It goes strictly in order: nobody passes a party that needs more places."))
    return said


def in_words(note: LineNote) -> str:
    """What was noted, for staff."""
    facts = note.facts
    match note.fact:
        case LineFact.SKIPPED:
            return passed(facts)
        case LineFact.OFFERED:
            return _("Offered until %(until)s") % {"until": _moment(facts["until"])}
        case LineFact.LAPSED:
            return _("Not answered by %(until)s") % {"until": _moment(facts["until"])}
        case LineFact.MOVED:
            where = {"before": facts["from"], "after": facts["to"], "reason": note.reason}
            return _("Moved from number %(before)s to %(after)s: %(reason)s") % where
        case _ if note.reason:
            return _("Let in: %(reason)s") % {"reason": note.reason}
    return _("Got a place")


def passed(facts) -> str:
    """Why somebody behind went first."""
    if facts["free"] >= facts["needs"]:
        return _(
            "On %(when)s somebody before needs more than is free, so the course waits on; a single "
            "date went to somebody behind."
        ) % {"when": _moment(facts["starts_at"])}
    words = ngettext(
        "%(free)s place was free on %(when)s, and %(needs)s are needed: somebody behind went first.",
        "%(free)s places were free on %(when)s, and %(needs)s are needed: somebody behind went "
        "first.",
        facts["free"],
    )
    return words % {
        "free": facts["free"],
        "needs": facts["needs"],
        "when": _moment(facts["starts_at"]),
    }


def _freed(activity):
    if activity.freed_place == FreedPlace.GIVEN:
        return _("A place that comes free is given to the next in line at once.")
    return _(
        "A place that comes free is held for the next in line, %(time)s to answer. Only the time "
        "from %(opening)s to %(closing)s counts; shortly before booking closes it is less."
    ) % {
        "time": _length(activity.offer_minutes),
        "opening": f"{activity.offer_from:%H:%M}",
        "closing": f"{activity.offer_to:%H:%M}",
    }


def _length(minutes):
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


def _moment(text):
    return moment(datetime.fromisoformat(text))
