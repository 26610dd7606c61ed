from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0002_attachments"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.SlugField(max_length=40, unique=True)),
            ],
        ),
        migrations.AddField(
            model_name="course",
            name="tags",
            field=models.ManyToManyField(blank=True, related_name="courses", to="courses.tag"),
        ),
    ]
