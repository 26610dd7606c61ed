from collections import Counter

from django.core.cache import cache

from learnhub.common.text import plain
from learnhub.search.models import Document, Posting, QueryLog
from learnhub.search.tokens import tokenize

LIMIT = 20


def find(text):
    """Courses by how often the words of the query stand in them."""
    weights = Counter()
    for document, weight in Posting.objects.filter(token__in=tokenize(text)).values_list("document_id", "weight"):
        weights[document] += weight
    best = [pk for pk, _ in weights.most_common(LIMIT)]
    documents = Document.objects.select_related("course").in_bulk(best)
    return [documents[pk].course for pk in best]


def cards(courses):
    found = cache.get_many([f"course:{course.pk}:card" for course in courses])
    return [found.get(f"course:{course.pk}:card", {"title": course.title, "slug": course.slug}) for course in courses]


def suggest(prefix):
    key = f"search:{plain(prefix)}:suggest"
    words = cache.get(key)
    if words is None:
        words = sorted(set(QueryLog.objects.filter(term__startswith=plain(prefix)).values_list("term", flat=True)))
        cache.set(key, words[:8], 300)
    return words[:8]
