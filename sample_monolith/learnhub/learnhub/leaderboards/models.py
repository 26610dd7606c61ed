from django.db import models

from learnhub.common.models import TimeStamped


class Season(models.Model):
    name = models.CharField(max_length=40, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField(db_index=True)

    def __str__(self):
        return self.name


class PointEvent(TimeStamped):
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="point_events")
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="events")
    points = models.SmallIntegerField()
    reason = models.CharField(max_length=40)

    def __str__(self):
        return f"{self.points} for {self.reason}"


class Badge(models.Model):
    code = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    threshold = models.PositiveIntegerField(db_index=True)

    def __str__(self):
        return self.name


class BadgeAward(TimeStamped):
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="badge_awards")
    badge = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="awards")

    def __str__(self):
        return f"{self.user_id}: {self.badge_id}"
