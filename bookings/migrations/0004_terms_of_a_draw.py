import django.utils.timezone
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):

    dependencies = [
        ("activities", "0004_draws"),
        ("bookings", "0003_who_hands_over"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="draw", name="closed_draw_has_its_entries"),
        migrations.RemoveConstraint(model_name="draw", name="number_comes_after_closing"),
        migrations.AddField(
            model_name="draw",
            name="closes_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, verbose_name="applications close"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="draw",
            name="number_due_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, verbose_name="the number comes out"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="draw",
            name="terms",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Frozen together with the applications.",
                verbose_name="places at closing, and the rules",
            ),
        ),
        migrations.AlterField(
            model_name="draw",
            name="result",
            field=models.JSONField(blank=True, null=True, verbose_name="what was drawn"),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=Q(("number_due_at__gte", F("closes_at"))),
                name="number_comes_out_after_closing",
                violation_error_message="The number must come out after applications close.",
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("frozen_at", None),
                    Q(("entries__isnull", False), ("frozen_at__gte", F("closes_at"))),
                    _connector="OR",
                ),
                name="closed_draw_has_its_entries",
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("public_number", ""),
                    Q(("number_at__gte", F("frozen_at")), ("number_by__isnull", False)),
                    _connector="OR",
                ),
                name="number_comes_after_closing",
                violation_error_message="The number is typed in after applications close.",
            ),
        ),
    ]
