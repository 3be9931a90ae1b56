from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """My messages show at once what is mailed in the morning."""

    dependencies = [
        ("notices", "0003_asked_how_it_was"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="shown_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="in my messages since"),
        ),
        migrations.RunSQL(
            "UPDATE notices_notice SET shown_at = sent_at WHERE sent_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveIndex(model_name="notice", name="notice_of_recipient"),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["recipient", "-shown_at"], name="notice_of_recipient"),
        ),
    ]
