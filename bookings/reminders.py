"""Reminders are derived, not planned: what is due now follows from the bookings as they are.

So a late booker gets none that is out of date, a moved session brings its own, and nothing
has to be remembered when either changes.
"""

from django.conf import settings
from django.db import connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

# From so many hours on a reminder counts as one of the day before.
DAY_BEFORE = 12

# One statement: of each booking and session that start soon, the reminder whose time has
# come last, unless it is there already. `audience` and `facts` in bookings.telling say the
# same of one booking in Python.
LEAVE = """
INSERT INTO notices_notice (
    key, recipient_id, address, kind, context, link, expires_at, created_at, send_after,
    channel, language, subject, body, is_private, attempts, last_error)
SELECT party.key, recipient.id, CASE WHEN recipient.id IS NULL THEN asked_by.phone ELSE '' END,
       'bookings/reminder',
       jsonb_build_object(
           'title', activity.title,
           'starts_at', session.starts_at,
           'ends_at', session.ends_at,
           'place', CASE WHEN room.id IS NULL THEN session.outside_place ELSE
               format(%(place)s, floor.level, room.name) END,
           'names', party.names,
           'reference', overlay(party.reference PLACING ' ' FROM 5 FOR 0),
           'center', center.name,
           'phone', center.phone),
       '/bookings/' || party.reference || '/', session.starts_at, %(at)s, %(at)s,
       '', '', '', '', FALSE, 0, ''
  FROM activities_session AS session
  JOIN activities_activity AS activity ON activity.id = session.activity_id
  JOIN venues_center AS center ON center.id = activity.center_id
  LEFT JOIN venues_taking AS taking ON taking.id = session.taking_id
  LEFT JOIN venues_room AS room ON room.id = taking.room_id
  LEFT JOIN venues_floor AS floor ON floor.id = room.floor_id
 CROSS JOIN LATERAL (
       SELECT min(hours) FILTER (
                  WHERE session.starts_at <= %(at)s + hours * interval '1 hour') AS hours,
              min(hours) >= %(day_before)s OR max(hours) < %(day_before)s AS has_one_sort
         FROM unnest(activity.reminder_hours) AS hours
       ) AS lead
 CROSS JOIN LATERAL (
       SELECT booking.reference, name.key,
              jsonb_agg(person.name ORDER BY place.id) AS names,
              CASE WHEN booking.channel = 'web' THEN booking.booked_by_id END AS carer_id,
              coalesce(booking.asked_by_id, (array_agg(person.id ORDER BY place.id))[1])
                  AS asked_by_id
         FROM bookings_place AS place
         JOIN accounts_person AS person ON person.id = place.person_id
         JOIN bookings_booking AS booking ON booking.id = place.booking_id
        CROSS JOIN LATERAL format('reminder-%%s-%%s-%%s-%%sh', booking.id, session.id,
              extract(epoch FROM session.starts_at)::bigint, lead.hours) AS name (key)
        WHERE place.session_id = session.id
          AND place.canceled_at IS NULL
          AND booking.status = 'confirmed'
          AND coalesce(booking.confirmed_at, booking.created_at)
              < session.starts_at - lead.hours * interval '1 hour'
          AND NOT EXISTS (SELECT FROM notices_notice WHERE notices_notice.key = name.key)
        GROUP BY booking.id, name.key
       ) AS party
  JOIN accounts_person AS asked_by ON asked_by.id = party.asked_by_id
  LEFT JOIN LATERAL (
       SELECT care.user_id
         FROM accounts_care AS care
         JOIN accounts_user AS carer ON carer.id = care.user_id AND carer.is_active
        WHERE party.carer_id IS NULL
          AND care.person_id = party.asked_by_id AND care.ended_at IS NULL
        ORDER BY care.role <> 'self', care.role, care.user_id
        LIMIT 1
       ) AS found ON TRUE
  LEFT JOIN accounts_user AS recipient ON recipient.id = coalesce(party.carer_id, found.user_id)
  LEFT JOIN notices_preference AS preference ON preference.user_id = recipient.id
 WHERE session.starts_at > %(at)s
   AND session.starts_at <= %(at)s + interval '1 hour' * (
       SELECT max(hours) FROM activities_activity, unnest(reminder_hours) AS hours
       WHERE status = 'published')
   AND session.canceled_at IS NULL
   AND activity.status = 'published'
   AND (recipient.id IS NOT NULL OR asked_by.phone <> '')
   AND coalesce(preference.reminders, TRUE)
   AND (coalesce(preference.lead, 'both') = 'both'
        OR (preference.lead = 'early') = (lead.hours >= %(day_before)s)
        -- Where an activity reminds only once, it is that or nothing.
        OR lead.has_one_sort)
 ORDER BY party.key
    ON CONFLICT (key) DO NOTHING
"""


def leave_reminders(at=None) -> int:
    """Leave all reminders that are due and not left yet; returns how many."""
    with translation.override(settings.LANGUAGE_CODE):
        place = _("Floor %(level)s %(room)s") % {"level": "%1$s", "room": "%2$s"}
    with connection.cursor() as cursor:
        cursor.execute(
            LEAVE, {"at": at or timezone.now(), "place": place, "day_before": DAY_BEFORE}
        )
        return cursor.rowcount
