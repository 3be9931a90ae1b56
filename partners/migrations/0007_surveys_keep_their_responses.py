import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0006_letters_say_why")]

    operations = [
        migrations.AlterField(
            model_name="surveyresponse",
            name="request_key",
            field=models.CharField(editable=False, max_length=64),
        ),
        migrations.AddConstraint(
            model_name="surveyresponse",
            constraint=models.UniqueConstraint(
                fields=("survey", "request_key"), name="request_makes_one_response"
            ),
        ),
        migrations.AlterField(
            model_name="surveyresponse",
            name="survey",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="responses",
                to="partners.survey",
                verbose_name="survey",
            ),
        ),
        migrations.AlterField(
            model_name="surveyanswer",
            name="question",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="partners.surveyquestion",
                verbose_name="question",
            ),
        ),
    ]
