from django.core.cache import cache

from learnhub.billing.models import Plan
from learnhub.common.money import format_cents
from learnhub.common.text import excerpt
from learnhub.courses.models import Category, Course, Lesson


def published():
    return Course.objects.filter(status=Course.PUBLISHED).order_by("title")


def visible_to(organisation):
    """Public courses and the company's own."""
    own = organisation.pk if organisation else None
    return [course for course in published() if course.organisation_id in (None, own)]


def card(course):
    key = f"course:{course.pk}:card"
    value = cache.get(key)
    if value is None:
        value = {
            "title": course.title,
            "slug": course.slug,
            "summary": excerpt(course.summary),
            "price": format_cents(course.price_cents) if course.price_cents else "free",
        }
        cache.set(key, value, 3600)
    return value


def listing(organisation, category=None):
    cards = []
    for course in published():
        if course.organisation_id not in (None, organisation.pk if organisation else None):
            continue
        if category and course.category_id != category.pk:
            continue
        lessons = Lesson.objects.filter(section__course=course).count()
        cards.append({**card(course), "lessons": lessons, "enrolled": course.enrolled_count})
    return cards


def categories():
    return list(Category.objects.order_by("name"))
