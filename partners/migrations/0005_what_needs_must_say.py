from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0004_states_of_needs")]

    operations = [
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "matched"), _negated=True),
                    ("partner__isnull", False),
                    _connector="OR",
                ),
                name="need_taken_on_says_by_whom",
                violation_error_message="Please say who takes it on.",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "done"), _negated=True),
                    ("done_at__isnull", False),
                    _connector="OR",
                ),
                name="need_done_says_when",
                violation_error_message="Please say when it was done.",
            ),
        ),
    ]
