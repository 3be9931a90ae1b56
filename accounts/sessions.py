"""Django's browser sessions in the database, looked up by a statement that is ready."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from prepared import prepared


class SessionStore(db.SessionStore):
    def _get_session_from_db(self):
        if found := _not_expired(self.session_key, timezone.now()):
            return found[0]
        self._session_key = None
        return None


@prepared
def _not_expired(key, at):
    return Session.objects.filter(session_key=key, expire_date__gt=at)
