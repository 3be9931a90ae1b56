"""Where files that are nobody's business lie: outside of everything a web server hands out."""

import os
import secrets
from pathlib import PurePath

from django.conf import settings
from django.core.files.storage import FileSystemStorage


class PapersStorage(FileSystemStorage):
    """Without a base address, so that asking for a link fails instead of giving one."""

    base_url = None  # type: ignore[assignment]

    def __init__(self):
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def location(self):
        """Read when a file is, because a test puts it somewhere else."""
        return os.path.abspath(settings.PAPERS_ROOT)


def storage():
    return PapersStorage()


def own_name(instance, filename):
    """A name of our own in a folder by kind; of the sender's only a known ending is kept."""
    ending = PurePath(filename).suffix.lower()
    kept = ending if ending in settings.PAPER_ENDINGS else ""
    return f"{instance._meta.model_name}/{secrets.token_hex(16)}{kept}"
