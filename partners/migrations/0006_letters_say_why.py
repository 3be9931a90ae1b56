import django.db.models.deletion
import partners.models.box
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0005_what_needs_must_say'),
        ('venues', '0009_opinion_box_and_plan_of_the_year'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='letter',
            name='set_aside_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set aside by'),
        ),
        migrations.AddField(
            model_name='letter',
            name='set_aside_reason',
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name='why it was set aside'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='code',
            field=models.CharField(default=partners.models.box.new_code, editable=False, help_text='With it anybody who wrote without a name finds the answer.', max_length=16, unique=True, verbose_name='code'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(('set_aside_at', None), models.Q(('set_aside_reason', ''), _negated=True), _connector='OR'), name='letter_set_aside_says_why', violation_error_message='Please say why.'),
        ),
    ]
