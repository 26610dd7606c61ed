from django.db import models

from learnhub.common.models import TimeStamped


class AuditEntry(TimeStamped):
    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    target = models.CharField(max_length=120)

    class Meta:
        verbose_name_plural = "audit entries"

    def __str__(self):
        return f"{self.action} {self.target}"
