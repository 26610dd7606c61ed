from django.db import models

from learnhub.common.models import TimeStamped


class ActivityEvent(TimeStamped):
    user = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)

    def __str__(self):
        return self.kind


class DailyStat(models.Model):
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="daily_stats")
    day = models.DateField(db_index=True)
    lessons = models.PositiveIntegerField(default=0)
    enrolments = models.PositiveIntegerField(default=0)
    working_day = models.BooleanField(default=True)

    def __str__(self):
        return f"{self.organisation_id} on {self.day}"
