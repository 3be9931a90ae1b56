from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("activities", "0005_what_a_picture_shows")]

    operations = [
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(("cover", ""), models.Q(("cover_alt", ""), _negated=True), _connector="OR"),
                name="activity_says_what_its_picture_shows",
                violation_error_message="Please say in a few words what the picture shows.",
            ),
        ),
    ]
