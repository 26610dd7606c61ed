from django.db.models.signals import post_save
from django.dispatch import receiver

from learnhub.search.models import Document


@receiver(post_save, sender="courses.Course")
def course_changed(sender, instance, raw=False, **kwargs):
    if not raw:
        Document.objects.filter(course=instance).update(stale=True)


@receiver(post_save, sender="courses.Lesson")
def lesson_changed(sender, instance, raw=False, **kwargs):
    if not raw:
        Document.objects.filter(course=instance.section.course_id).update(stale=True)
