"""Pictures that no activity shows any more: taken off, or replaced by another."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from activities.models import Activity, Revision
from activities.pictures import FOLDER

# Whoever saves one has written its files before its row.
KEPT_FOR = timedelta(days=1)


def throw_away(*, at=None) -> int:
    """Delete their files; returns how many pictures went."""
    before, gone = (at or timezone.now()) - KEPT_FOR, 0
    if not default_storage.exists(FOLDER):
        return gone
    folders, _files = default_storage.listdir(FOLDER)
    shown = Activity.objects.exclude(cover="").values_list("cover", flat=True)
    proposed = Revision.objects.open().values_list("values__cover", flat=True)
    in_use = {name.split("/")[1] for name in [*shown, *filter(None, proposed)]}
    for folder in set(folders) - in_use:
        gone += _throw_away(f"{FOLDER}/{folder}", before)
    return gone


def _throw_away(folder, before):
    names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    if any(default_storage.get_modified_time(name) > before for name in names):
        return False
    for name in names:
        default_storage.delete(name)
    default_storage.delete(folder)
    return True
