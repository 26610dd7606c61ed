from django.db.models.signals import post_save
from django.dispatch import receiver

from learnhub.leaderboards.points import award

POINTS_FOR_LESSON = 10


@receiver(post_save, sender="learning.LessonProgress")
def lesson_done(sender, instance, created, raw=False, **kwargs):
    if created and not raw and instance.completed_at:
        award(instance.enrolment.user, POINTS_FOR_LESSON, "lesson")
