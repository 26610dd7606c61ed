from django.db import transaction

from learnhub.common.clock import now
from learnhub.courses.models import Lesson
from learnhub.enrolment.models import Enrolment, LessonProgress


def complete_lesson(enrolment, lesson, seconds=0):
    with transaction.atomic():
        progress = LessonProgress.objects.filter(enrolment=enrolment, lesson=lesson).first()
        if progress is None:
            progress = LessonProgress(enrolment=enrolment, lesson=lesson)
        progress.seconds += seconds
        progress.completed_at = progress.completed_at or now()
        progress.save()
        if not open_lessons(enrolment):
            enrolment.status = Enrolment.COMPLETED
            enrolment.ended_at = now()
            enrolment.save(update_fields=["status", "ended_at", "updated_at"])
    return progress


def done_ids(enrolment):
    rows = LessonProgress.objects.filter(enrolment=enrolment)
    return {row.lesson_id for row in rows if row.completed_at}


def open_lessons(enrolment):
    done = done_ids(enrolment)
    lessons = Lesson.objects.filter(section__course=enrolment.course_id).order_by("section__position", "position")
    return [lesson for lesson in lessons if lesson.pk not in done]


def percent(enrolment):
    done = len(done_ids(enrolment))
    total = done + len(open_lessons(enrolment))
    return 100 * done // total if total else 0


def finished_since(moment):
    return LessonProgress.objects.filter(completed_at__gte=moment)
