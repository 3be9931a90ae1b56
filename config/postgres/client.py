from django.conf import settings
from django.db.backends.postgresql import client

from config import embedded


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell` with the psql that the wheel brings."""

    executable_name = embedded.binary("psql")

    @classmethod
    def settings_to_cmd_args_env(cls, settings_dict, parameters):
        settings_dict = {**settings_dict, "HOST": str(embedded.start(settings.VAR_DIR))}
        return super().settings_to_cmd_args_env(settings_dict, parameters)
