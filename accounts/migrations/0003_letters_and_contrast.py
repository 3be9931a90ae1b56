from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_people_who_fetch'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='letters',
            field=models.CharField(choices=[('standard', 'Standard letters'), ('larger', 'Larger letters'), ('largest', 'Largest letters')], default='standard', max_length=10, verbose_name='size of letters'),
        ),
        migrations.AddField(
            model_name='user',
            name='high_contrast',
            field=models.BooleanField(default=False, verbose_name='high contrast'),
        ),
    ]
