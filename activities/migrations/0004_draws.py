from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("activities", "0003_questions_retire")]

    operations = [
        migrations.AddField(
            model_name="session",
            name="applications_close_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="applications for the draw close"
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="drawn_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="drawn at"
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("allocation", "draw"), _negated=True),
                    models.Q(("booking_mode", "either"), _negated=True),
                    _connector="OR",
                ),
                name="either_way_is_first_come",
                violation_error_message=(
                    "Places can be drawn for each session, or for the whole course, but not for "
                    "either. Please choose one of them."
                ),
            ),
        ),
    ]
