from django.conf import settings
from django.db import models

from learnhub.common.models import TimeStamped


class Template(models.Model):
    name = models.CharField(max_length=80, unique=True)
    course = models.OneToOneField(
        "courses.Course", null=True, blank=True, on_delete=models.CASCADE, related_name="certificate_template"
    )
    signatory = models.CharField(max_length=120)

    def __str__(self):
        return self.name


class Certificate(TimeStamped):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates")
    course = models.ForeignKey("courses.Course", on_delete=models.PROTECT, related_name="certificates")
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="certificates")
    serial = models.CharField(max_length=32, unique=True)
    score = models.PositiveSmallIntegerField(null=True)
    revoked = models.BooleanField(default=False)

    def __str__(self):
        return self.serial


class Verification(TimeStamped):
    """Somebody asked whether a certificate is genuine."""

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="verifications")
    asked_from = models.GenericIPAddressField(null=True)

    def __str__(self):
        return f"{self.certificate_id} at {self.created_at:%Y-%m-%d}"
