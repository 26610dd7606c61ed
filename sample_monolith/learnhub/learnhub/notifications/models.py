from django.db import models

from learnhub.common.models import TimeStamped


class Notification(TimeStamped):
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    read_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self):
        return self.text


class Preference(models.Model):
    NEVER, DAILY = "never", "daily"

    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="preference")
    digest = models.CharField(max_length=8, default=NEVER, db_index=True)
    by_email = models.BooleanField(default=True)

    def __str__(self):
        return f"{self.user_id}: {self.digest}"


class OutboundEmail(TimeStamped):
    PENDING, SENT, FAILED = "pending", "sent", "failed"

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    status = models.CharField(max_length=8, default=PENDING)
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self):
        return self.subject
