"""Reminders are derived, not planned: what is due now follows from the bookings as they are.

So a late booker gets none that is out of date, a moved session brings its own, and nothing
has to be remembered when either changes.
"""

from django.conf import settings
from django.db import connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

# One statement: the reminder whose time has come last, for each booking and session that
# start soon, unless it is there already. Whom it is for says `bookings.telling.audience`,
# and the same is said here in SQL.
LEAVE = """
WITH due AS (
    SELECT session.*, lead.hours,
           format('%%s-%%s-%%sh', session.id, extract(epoch FROM starts_at)::bigint, hours) AS name,
           activity.title, center.name AS center, center.phone
      FROM activities_session AS session
      JOIN activities_activity AS activity ON activity.id = session.activity_id
      JOIN venues_center AS center ON center.id = activity.center_id
     CROSS JOIN LATERAL (
           SELECT min(hours) AS hours
             FROM unnest(activity.reminder_hours) AS hours
            WHERE session.starts_at <= %(at)s + hours * interval '1 hour'
           ) AS lead
     WHERE session.starts_at > %(at)s
       AND session.starts_at <= %(at)s + interval '1 hour' * (
           SELECT max(hours) FROM activities_activity, unnest(reminder_hours) AS hours
           WHERE status = 'published')
       AND session.canceled_at IS NULL
       AND activity.status = 'published'
       AND lead.hours IS NOT NULL
), told AS (
    SELECT due.id AS session_id, booking.id AS booking_id,
           format('reminder-%%s-%%s', booking.id, due.name) AS key,
           CASE WHEN booking.channel = 'web' THEN booking.booked_by_id END AS carer_id,
           coalesce(booking.asked_by_id, (array_agg(place.person_id ORDER BY place.id))[1])
               AS asked_by_id,
           jsonb_agg(person.name ORDER BY place.id) AS names
      FROM due
      JOIN bookings_place AS place ON place.session_id = due.id AND place.canceled_at IS NULL
      JOIN accounts_person AS person ON person.id = place.person_id
      JOIN bookings_booking AS booking ON booking.id = place.booking_id
     WHERE booking.status = 'confirmed'
       AND coalesce(booking.confirmed_at, booking.created_at)
           < due.starts_at - due.hours * interval '1 hour'
       AND NOT EXISTS (
           SELECT FROM notices_notice
           WHERE key = format('reminder-%%s-%%s', booking.id, due.name))
     GROUP BY due.id, due.name, booking.id
)
INSERT INTO notices_notice (
    key, recipient_id, address, kind, context, link, expires_at, created_at, send_after,
    channel, language, subject, body, is_private, attempts, last_error)
SELECT told.key, recipient.id, CASE WHEN recipient.id IS NULL THEN asked_by.phone ELSE '' END,
       'bookings/reminder',
       jsonb_build_object(
           'title', due.title,
           'starts_at', due.starts_at,
           'ends_at', due.ends_at,
           'place', CASE WHEN room.id IS NULL THEN due.outside_place ELSE concat_ws(' ',
               coalesce(nullif(floor.name, ''), format(%(floor)s, floor.level)), room.name) END,
           'names', told.names,
           'reference', overlay(booking.reference PLACING ' ' FROM 5 FOR 0),
           'center', due.center,
           'phone', due.phone),
       '/bookings/' || booking.reference || '/', due.starts_at, %(at)s, %(at)s,
       '', '', '', '', FALSE, 0, ''
  FROM told
  JOIN due ON due.id = told.session_id
  JOIN bookings_booking AS booking ON booking.id = told.booking_id
  JOIN accounts_person AS asked_by ON asked_by.id = told.asked_by_id
  LEFT JOIN venues_taking AS taking ON taking.id = due.taking_id
  LEFT JOIN venues_room AS room ON room.id = taking.room_id
  LEFT JOIN venues_floor AS floor ON floor.id = room.floor_id
  LEFT JOIN LATERAL (
       SELECT care.user_id
         FROM accounts_care AS care
         JOIN accounts_user AS carer ON carer.id = care.user_id AND carer.is_active
        WHERE told.carer_id IS NULL
          AND care.person_id = told.asked_by_id AND care.ended_at IS NULL
        ORDER BY care.role <> 'self', care.role, care.user_id
        LIMIT 1
       ) AS found ON TRUE
  LEFT JOIN accounts_user AS recipient ON recipient.id = coalesce(told.carer_id, found.user_id)
  LEFT JOIN notices_preference AS preference ON preference.user_id = recipient.id
 WHERE coalesce(preference.reminders, TRUE)
   AND (recipient.id IS NOT NULL OR asked_by.phone <> '')
 ORDER BY told.key
    ON CONFLICT (key) DO NOTHING
"""


def leave_reminders(at=None) -> int:
    """Leave all reminders that are due and not left yet; returns how many."""
    with translation.override(settings.LANGUAGE_CODE):
        floor = _("Floor %(level)s") % {"level": "%s"}
    with connection.cursor() as cursor:
        cursor.execute(LEAVE, {"at": at or timezone.now(), "floor": floor})
        return cursor.rowcount
