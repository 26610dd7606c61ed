from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="quiz",
            name="attempts_allowed",
            field=models.PositiveSmallIntegerField(default=3),
        ),
    ]
