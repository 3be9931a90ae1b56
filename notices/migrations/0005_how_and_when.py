import datetime

from django.db import migrations, models

GROUPS = "ARRAY['bookings', 'offers', 'reminders', 'news', 'feedback', 'work']"


class Migration(migrations.Migration):
    """A way for each group of kinds instead of one for all, and hours of quiet."""

    dependencies = [("notices", "0004_shown_before_sent")]

    operations = [
        migrations.AddField(
            model_name="preference",
            name="ways",
            field=models.JSONField(blank=True, default=dict, verbose_name="ways"),
        ),
        migrations.AddField(
            model_name="preference",
            name="lead",
            field=models.CharField(
                choices=[
                    ("both", "A day before and shortly before"),
                    ("early", "Only a day before"),
                    ("late", "Only shortly before"),
                ],
                default="both",
                max_length=5,
                verbose_name="when to remind",
            ),
        ),
        migrations.AddField(
            model_name="preference",
            name="is_quiet",
            field=models.BooleanField(default=True, verbose_name="do not disturb me at night"),
        ),
        migrations.AddField(
            model_name="preference",
            name="quiet_from",
            field=models.TimeField(default=datetime.time(21, 0), verbose_name="from"),
        ),
        migrations.AddField(
            model_name="preference",
            name="quiet_until",
            field=models.TimeField(default=datetime.time(8, 0), verbose_name="until"),
        ),
        migrations.RunSQL(
            "UPDATE notices_preference SET ways = (SELECT jsonb_object_agg(name, channel)"  # noqa: S608 -- constants
            f" FROM unnest({GROUPS}) AS name)",
            "UPDATE notices_preference SET channel = coalesce(ways ->> 'bookings', 'inbox')",
        ),
        migrations.RemoveField(model_name="preference", name="channel"),
    ]
