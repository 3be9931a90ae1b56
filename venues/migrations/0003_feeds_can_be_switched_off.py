from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("venues", "0002_rules_of_rooms")]

    operations = [
        migrations.AddField(
            model_name="center",
            name="has_feeds",
            field=models.BooleanField(
                default=True,
                help_text="Off: the calendar feeds of the center and of its rooms end.",
                verbose_name="calendars may follow it",
            ),
        ),
        migrations.AddField(
            model_name="room",
            name="has_feed",
            field=models.BooleanField(
                default=True,
                help_text="Off: its calendar feed ends.",
                verbose_name="calendars may follow it",
            ),
        ),
    ]
