"""Django's PostgreSQL backend on the embedded server, which starts with the first connection."""

import time

from django.conf import settings
from django.db.backends.postgresql import base

from config import embedded
from config.postgres.client import DatabaseClient
from config.postgres.creation import DatabaseCreation


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient
    creation_class = DatabaseCreation

    def get_new_connection(self, conn_params):
        try:
            return self._connect(conn_params)
        except self.Database.OperationalError:
            # The keeper sees within a moment that its server died, and brings it back.
            time.sleep(0.5)
            return self._connect(conn_params)

    def _connect(self, conn_params):
        try:
            sockets = embedded.start(settings.VAR_DIR)
        except embedded.NotStarted as error:
            raise self.Database.OperationalError(str(error)) from error
        return super().get_new_connection({**conn_params, "host": str(sockets)})
