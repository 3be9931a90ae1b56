"""The rules of a center as one neighbor tells them another; said from its real settings."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Allocation, FreedPlace, OverlapRule, Status
from activities.rules_of_centers import rules_of
from bookings import limits, room_rules_in_words
from bookings.models import Limit
from bookings.spans import span


@dataclass(frozen=True)
class Chapter:
    title: str
    sentences: list[str]


def of_center(center):
    """[Chapter], only of what there is something to say about."""
    rules = rules_of(center)
    chapters = [
        Chapter(_("When booking is open"), _opening(rules)),
        Chapter(_("Who comes first"), _first(rules, center)),
        Chapter(_("When all places are taken"), _full(rules)),
        Chapter(_("Places given by lot"), _lots(center)),
        Chapter(_("How much one person may book"), _much(rules, center)),
        Chapter(_("If you cannot come"), _canceling(rules)),
        Chapter(_("If nobody came"), _missing(rules)),
        Chapter(_("Booking a room"), room_rules_in_words.of_center(center)),
    ]
    return [chapter for chapter in chapters if chapter.sentences]


def in_short(center):
    """What the page of help says from the settings of this center, by subject."""
    rules = rules_of(center)
    return {"opening": _opening(rules), "full": _full(rules), "canceling": _canceling(rules)}


def _opening(rules):
    said = [_("Booking opens as soon as a date is in the catalog.")]
    if rules.opens_days_before is not None:
        days = rules.opens_days_before
        said = [
            ngettext(
                "Booking opens %(n)s day before, at %(time)s.",
                "Booking opens %(n)s days before, at %(time)s.",
                days,
            )
            % {"n": days, "time": f"{rules.opens_at_time:%H:%M}"}
        ]
    if rules.closes_minutes_before:
        said.append(
            _("It closes %(span)s before the start.") % {"span": span(rules.closes_minutes_before)}
        )
    else:
        said.append(_("It closes at the start."))
    return said


def _first(rules, center):
    said = []
    if rules.own_residents_days and center.community:
        days = rules.own_residents_days
        said.append(
            ngettext(
                "On the first day only residents of %(community)s book online, then everybody.",
                "On the first %(n)s days only residents of %(community)s book online, then everybody.",
                days,
            )
            % {"n": days, "community": center.community}
        )
        said.append(
            _("Of a party, everybody must live there. You say where you live under my people.")
        )
    else:
        said.append(_("Whoever books first has the place; it makes no difference who you are."))
    if rules.desk_places:
        said.append(
            ngettext(
                "In every session %(n)s place is kept for neighbors who call or come by, "
                "until %(span)s before the start.",
                "In every session %(n)s places are kept for neighbors who call or come by, "
                "until %(span)s before the start.",
                rules.desk_places,
            )
            % {"n": rules.desk_places, "span": span(rules.desk_release_hours * 60)}
        )
    said.append(
        _("Without a phone or the internet: the desk books for you, with the same chances.")
    )
    return said


def _full(rules):
    if not rules.has_waitlist:
        return [_("There is no waitlist; a place that is given back is free for everybody.")]
    said = [_("You can wait. The line goes by when you joined, and the page shows your number.")]
    if rules.freed_place == FreedPlace.OFFERED:
        said.append(
            _(
                "A place that comes free is held for the next in line for %(span)s, counted from "
                "%(first)s to %(last)s; we tell you, and you say yes or no."
            )
            % {
                "span": span(rules.offer_minutes),
                "first": f"{rules.offer_from:%H:%M}",
                "last": f"{rules.offer_to:%H:%M}",
            }
        )
        said.append(_("Who does not answer in time loses nothing and may wait again."))
    else:
        said.append(
            _("A place that comes free is booked for the next in line at once; we tell you.")
        )
    if rules.smaller_may_pass:
        said.append(_("If too few places are free for a larger party, a smaller one may go first."))
    else:
        said.append(_("Nobody passes a larger party that waits for enough places."))
    return said


def _lots(center):
    drawn = center.activities.filter(status=Status.PUBLISHED, allocation=Allocation.DRAW)
    if not drawn.exists():
        return []
    return [
        _("When you apply makes no difference, as long as it is in time."),
        _("Everybody can check the draw afterwards; the page of the activity says how."),
    ]


def _much(rules, center):
    said = [
        ngettext(
            "In one booking there may be %(n)s person.",
            "In one booking there may be up to %(n)s people.",
            rules.party_limit,
        )
        % {"n": rules.party_limit}
    ]
    if most := rules.people_per_carer:
        said.append(
            ngettext(
                "One account may book for %(n)s person in one session or course.",
                "One account may book for %(n)s people in one session or course.",
                most,
            )
            % {"n": most}
        )
    found = Limit.objects.filter(center=center).select_related("category", "activity")
    said += [_("For each person: %(limit)s.") % {"limit": limits.in_words(each)} for each in found]
    if found:
        said.append(_("What you wait for counts, too; a whole course counts once."))
    if rules.overlaps == OverlapRule.RULE:
        said.append(_("Nobody can be in two places at one time, so we do not book that."))
    else:
        said.append(_("Two things at one time may be booked; we tell you that they overlap."))
    return said


def _canceling(rules):
    until = (
        _("You can cancel freely until %(span)s before the start.")
        % {"span": span(rules.cancel_minutes_before)}
        if rules.cancel_minutes_before
        else _("You can cancel freely until the start.")
    )
    said = [until]
    if rules.cancel_minutes_before:
        said.append(
            _("Later, too: it is kept as late, and counted like not coming.")
            if rules.late_cancel_counts
            else _("Later, too: it is kept as late, and nothing follows from it.")
        )
    said.append(_("The place goes to a neighbor who waits. Thank you for telling us."))
    return said


def _missing(rules):
    if not rules.counts_no_shows:
        return [_("That happens. It is not counted.")]
    said = [_("The first time we write you a kind line.")]
    if rules.no_shows_until_pause is None:
        return said
    said.append(
        ngettext(
            "%(n)s time within %(days)s days: online booking rests for %(pause)s days, and then "
            "works again by itself.",
            "%(n)s times within %(days)s days: online booking rests for %(pause)s days, and then "
            "works again by itself.",
            rules.no_shows_until_pause,
        )
        % {
            "n": rules.no_shows_until_pause,
            "days": rules.no_shows_counted_days,
            "pause": rules.pause_days,
        }
    )
    said.append(_("The desk and the phone book for you all the time."))
    if rules.excused_from_age is not None:
        said.append(
            _("From the age of %(age)s on it is never counted.") % {"age": rules.excused_from_age}
        )
    said.append(_("Who was ill, or was there after all, tells the desk, and it does not count."))
    return said
