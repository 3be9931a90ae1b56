import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("venues", "0009_opinion_box_and_plan_of_the_year")]

    operations = [
        migrations.RenameField("yearplan", "activities", "sessions"),
        migrations.AlterField(
            "yearplan",
            "sessions",
            models.PositiveSmallIntegerField(
                "sessions planned", validators=[django.core.validators.MinValueValidator(1)]
            ),
        ),
    ]
