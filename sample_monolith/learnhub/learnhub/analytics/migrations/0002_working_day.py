from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="dailystat",
            name="working_day",
            field=models.BooleanField(default=True),
        ),
    ]
