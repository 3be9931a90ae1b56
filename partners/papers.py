"""Where files that are nobody's business lie: outside of everything a web server hands out."""

import secrets
from pathlib import PurePath

from django.conf import settings
from django.core.files.storage import FileSystemStorage


def storage():
    """Without a base address, so that asking for a link fails instead of giving one."""
    return FileSystemStorage(location=settings.PAPERS_ROOT, base_url=None)


def own_name(instance, filename):
    """A name of our own in a folder by month; of the sender's only a known ending is kept."""
    ending = PurePath(filename).suffix.lower()
    kept = ending if ending in settings.PAPER_ENDINGS else ""
    return f"{instance._meta.model_name}/{secrets.token_hex(16)}{kept}"
