from django.conf import settings
from django.db import models

from learnhub.common.models import TimeStamped
from learnhub.courses.models import Course, Lesson


class Cohort(models.Model):
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=80)
    starts_on = models.DateField(db_index=True)
    capacity = models.PositiveSmallIntegerField(default=20)

    def __str__(self):
        return self.name


class Enrolment(TimeStamped):
    ACTIVE, COMPLETED, CANCELLED = "active", "completed", "cancelled"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    cohort = models.ForeignKey(Cohort, null=True, blank=True, on_delete=models.SET_NULL, related_name="enrolments")
    status = models.CharField(max_length=12, default=ACTIVE, db_index=True)
    source = models.CharField(max_length=20, default="self")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        unique_together = [("user", "course")]

    def __str__(self):
        return f"{self.user_id} in {self.course_id}"


class LessonProgress(models.Model):
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="progress")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    seconds = models.PositiveIntegerField(default=0)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        unique_together = [("enrolment", "lesson")]

    def __str__(self):
        return f"{self.enrolment_id}: {self.lesson_id}"


class WaitlistEntry(TimeStamped):
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="waitlist")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    def __str__(self):
        return f"{self.user_id} waits for {self.cohort_id}"


class LearningGoal(TimeStamped):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=200)
    reach_by = models.DateField()

    def __str__(self):
        return self.text
