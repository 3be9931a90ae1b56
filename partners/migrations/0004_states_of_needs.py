from django.db import migrations
from django.db.models import F


def name_anew(apps, schema_editor):
    """What was open is new, what was met is done; staff had entered all of it, for partners to read."""
    needs = apps.get_model("partners", "Need").objects
    needs.update(is_public=True)
    needs.filter(status="matched", partner=None).update(status="answered")
    needs.filter(status="met").update(status="done", done_at=F("created_at"))
    needs.filter(status="open").update(status="new")


class Migration(migrations.Migration):
    dependencies = [("partners", "0003_what_partners_do")]

    operations = [migrations.RunPython(name_anew, migrations.RunPython.noop)]
