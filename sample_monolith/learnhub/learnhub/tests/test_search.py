from django.core.cache import cache
from django.test import SimpleTestCase, TestCase

from learnhub.courses.models import Lesson
from learnhub.courses.services import retire
from learnhub.courses.slugs import NOISE, SPELLINGS
from learnhub.search import lookup
from learnhub.search.models import Document, Posting
from learnhub.search.tasks import refresh_stale
from learnhub.search.tokens import STOP_WORDS, SYNONYMS, tokenize
from learnhub.tests import factories


class TokensTest(SimpleTestCase):
    def test_tokens(self):
        self.assertEqual(tokenize("The Art of C++, für alle"), ["art", "cpp", "fur", "alle"])

    def test_slugs_and_search_agree(self):
        self.assertEqual((set(NOISE), SPELLINGS), (set(STOP_WORDS), SYNONYMS))


class SearchTest(TestCase):
    def setUp(self):
        cache.clear()
        self.person = factories.person(factories.organisation())
        self.course = factories.course(self.person)

    def test_finds_words_of_lessons(self):
        self.assertEqual(lookup.find("bottom"), [self.course])
        self.assertEqual(lookup.find("nothing"), [])

    def test_changes_are_indexed_later(self):
        factories.course(self.person, "Ropes")
        for lesson in Lesson.objects.filter(title="Top"):
            lesson.title = "Rungs"
            lesson.save()
        self.assertEqual(Document.objects.filter(stale=True).count(), 2)
        self.assertEqual(refresh_stale.delay().get(), 2)
        self.assertIn(self.course, lookup.find("rungs"))

    def test_retired_courses_are_not_found(self):
        retire(self.course)
        self.assertFalse(Posting.objects.exists())

    def test_pages(self):
        self.client.force_login(self.person)
        self.assertContains(self.client.get("/search/?q=ladders"), "Safe Ladders")
        self.assertEqual(self.client.get("/search/suggest.json?q=lad").json(), {"words": ["ladders"]})
