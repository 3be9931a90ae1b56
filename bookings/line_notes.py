"""What is written down about a line: who was served or passed, and why.

They are gathered in `locked.notes`, and written together with the counters.
"""

from bookings.models import LineFact, LineNote, Status


def moved_up(booking, *, at, by=None, reason=""):
    """Now it has its places, or they are held for it until a deadline."""
    if booking.status == Status.OFFERED:
        facts = {"until": booking.offer_expires_at.isoformat(), "people": booking.party_size}
        return LineNote(booking=booking, fact=LineFact.OFFERED, at=at, facts=facts)
    facts = {"people": booking.party_size}
    return LineNote(booking=booking, fact=LineFact.SERVED, at=at, by=by, reason=reason, facts=facts)


def lapsed(booking, *, deadline, at):
    facts = {"until": deadline.isoformat(), "people": booking.party_size}
    return LineNote(booking=booking, fact=LineFact.LAPSED, at=at, facts=facts)


def moved(booking, *, by, reason, at, before, after, passed):
    """Staff put it from one position to another, in front of the bookings `passed`."""
    facts = {"from": before, "to": after, "passed": [each.pk for each in passed]}
    return LineNote(booking=booking, fact=LineFact.MOVED, at=at, by=by, reason=reason, facts=facts)


def skipped(booking, lack, *, at):
    """Somebody behind got places in a session this booking needs, too; `lack` says why not it."""
    return LineNote(booking=booking, fact=LineFact.SKIPPED, at=at, facts=lack)


def lack_of(needs, locked, barred=frozenset()):
    """Why a booking that needs {session id: people} cannot be served, as plain JSON.

    The first of its sessions without enough places, or else with somebody before it.
    """
    sessions = sorted((locked.by_id[pk] for pk in needs), key=lambda each: each.starts_at)
    tight = [each for each in sessions if each.places_free < needs[each.pk]]
    held_up = [each for each in sessions if each.pk in barred]
    session = [*tight, *held_up, *sessions][0]
    return {
        "session": session.pk,
        "starts_at": session.starts_at.isoformat(),
        "needs": needs[session.pk],
        "free": session.places_free,
    }
