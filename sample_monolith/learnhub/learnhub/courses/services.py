from django.core.cache import cache

from learnhub.common.clock import now
from learnhub.common.errors import NotPublished
from learnhub.courses.models import Attachment, Course, Lesson


def publish(course):
    if not Lesson.objects.filter(section__course=course).exists():
        raise NotPublished("A course needs a lesson before it can be published")
    course.status = Course.PUBLISHED
    course.published_at = now()
    course.save()
    cache.delete(f"course:{course.pk}:card")
    reindex(course)


def retire(course):
    course.status = Course.RETIRED
    course.save()
    cache.delete(f"course:{course.pk}:card")
    reindex(course)


def reindex(course):
    from learnhub.search.indexing import index_course

    index_course(course)


def outline(course):
    """Sections with their lessons, in two queries."""
    sections = course.sections.order_by("position").prefetch_related("lessons")
    return [(section.title, sorted(section.lessons.all(), key=lambda lesson: lesson.position)) for section in sections]


def words_of(course):
    """All text of a course, for whoever wants to look for something in it."""
    parts = [course.title, course.summary]
    for title, lessons in outline(course):
        parts.append(title)
        parts.extend(lesson.title for lesson in lessons)
    return " ".join(parts)


def attachments_of(lesson):
    return list(Attachment.objects.filter(lesson=lesson))
