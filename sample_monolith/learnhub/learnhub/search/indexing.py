from collections import Counter

from learnhub.courses.models import Course
from learnhub.courses.services import words_of
from learnhub.search.models import Document, Posting
from learnhub.search.tokens import tokenize

MAX_WEIGHT = 50


def index_course(course):
    if course.status != Course.PUBLISHED:
        Posting.objects.filter(document__course=course).delete()
        return None
    document, _ = Document.objects.update_or_create(course=course, defaults={"title": course.title, "stale": False})
    Posting.objects.filter(document=document).delete()
    weights = Counter(tokenize(words_of(course)))
    Posting.objects.bulk_create(
        Posting(document=document, token=token, weight=min(weight, MAX_WEIGHT)) for token, weight in weights.items()
    )
    return document


def refresh():
    documents = list(Document.objects.filter(stale=True))
    for document in documents:
        index_course(document.course)
    return len(documents)
