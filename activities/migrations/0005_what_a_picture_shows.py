import activities.pictures
from django.db import migrations, models
from django.db.models import F


def say_what_it_shows(apps, schema_editor):
    """Those that are there show what the title says, until somebody says it better."""
    with_picture = apps.get_model("activities", "Activity").objects.exclude(cover="")
    with_picture.update(cover_alt=F("title"))


class Migration(migrations.Migration):

    dependencies = [("activities", "0004_draws")]

    operations = [
        migrations.AddField(
            model_name="activity",
            name="cover_alt",
            field=models.CharField(
                blank=True,
                help_text="For people who do not see it, in a few words.",
                max_length=120,
                verbose_name="what the picture shows",
            ),
        ),
        migrations.AlterField(
            model_name="activity",
            name="cover",
            field=activities.pictures.PictureField(
                blank=True,
                help_text="JPEG, PNG or WebP, up to 10 MB. A wide one fits best.",
                upload_to="covers/",
                verbose_name="picture",
            ),
        ),
        migrations.RunPython(say_what_it_shows, migrations.RunPython.noop),
    ]
