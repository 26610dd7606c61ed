from django.db import transaction

from learnhub.common.errors import NotAllowed
from learnhub.common.text import squash
from learnhub.courses.models import Course, Lesson, Section, Tag
from learnhub.courses.slugs import slug_for


def create_course(author, title, category, organisation=None, price_cents=0):
    taken = set(Course.objects.values_list("slug", flat=True))
    return Course.objects.create(
        title=squash(title),
        slug=slug_for(title, taken),
        category=category,
        author=author,
        organisation=organisation,
        price_cents=price_cents,
    )


def add_section(course, title, lesson_titles=()):
    if course.status == Course.RETIRED:
        raise NotAllowed("A retired course cannot be changed")
    with transaction.atomic():
        section = Section.objects.create(course=course, title=squash(title), position=len(course.sections.all()))
        Lesson.objects.bulk_create(
            Lesson(section=section, title=squash(name), position=position)
            for position, name in enumerate(lesson_titles)
        )
    return section


def reorder(section, lesson_ids):
    lessons = Lesson.objects.filter(section=section).in_bulk()
    for position, pk in enumerate(lesson_ids):
        lessons[pk].position = position
    Lesson.objects.bulk_update(lessons.values(), ["position"])


def set_tags(course, words):
    slugs = {slug_for(word) for word in words if word.strip()}
    Tag.objects.bulk_create([Tag(word=slug) for slug in sorted(slugs)], ignore_conflicts=True)
    course.tags.set(Tag.objects.filter(word__in=slugs))
