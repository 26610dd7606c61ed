from django.test import SimpleTestCase, TestCase

from learnhub.common.errors import NotAllowed, NotPublished
from learnhub.courses import authoring, catalogue, services
from learnhub.courses.models import Attachment, Course, Lesson
from learnhub.courses.slugs import slug_for
from learnhub.tests import factories


class SlugTest(SimpleTestCase):
    def test_noise_goes_and_numbers_come(self):
        self.assertEqual(slug_for("The Art of C++"), "art-cpp")
        self.assertEqual(slug_for("Ärger mit Leitern", {"arger-mit-leitern"}), "arger-mit-leitern-2")


class CoursesTest(TestCase):
    def setUp(self):
        self.company = factories.organisation()
        self.boss = factories.boss(self.company)

    def test_only_courses_with_lessons_are_published(self):
        with self.assertRaises(NotPublished):
            factories.course(self.boss, lessons=())

    def test_retired_courses_stay_as_they_are(self):
        course = factories.course(self.boss)
        services.retire(course)
        with self.assertRaises(NotAllowed):
            authoring.add_section(course, "More")
        self.assertEqual(catalogue.listing(self.company), [])

    def test_listing_shows_own_courses_to_their_company_alone(self):
        course = factories.course(self.boss)
        Course.objects.filter(pk=course.pk).update(organisation=self.company)
        self.assertEqual([card["lessons"] for card in catalogue.listing(self.company)], [2])
        self.assertEqual(catalogue.visible_to(self.company), [course])
        self.assertEqual(catalogue.listing(factories.organisation()), [])
        self.assertEqual(
            catalogue.listing(self.company, category=factories.course(self.boss, "Other").category)[0]["title"], "Other"
        )

    def test_reorder(self):
        course = factories.course(self.boss)
        first, second = Lesson.objects.order_by("position")
        authoring.reorder(first.section, [second.pk, first.pk])
        self.assertEqual([lesson.title for lesson in services.outline(course)[0][1]], ["Bottom", "Top"])

    def test_pages(self):
        self.client.force_login(self.boss)
        course = factories.course(self.boss)
        lesson = Lesson.objects.first()
        Attachment.objects.create(lesson=lesson, name="Slides", url="https://example.org/slides")
        self.assertContains(self.client.get("/courses/"), "Safe Ladders")
        self.assertContains(self.client.get("/courses/?category=safety"), "Safe Ladders")
        self.assertContains(self.client.get("/courses/widget/"), "Safe Ladders")
        self.assertContains(self.client.get(f"/courses/{course.slug}/"), "Bottom")
        self.assertContains(self.client.get(f"/courses/lessons/{lesson.pk}/"), "Slides")

    def test_writing_a_course(self):
        self.client.force_login(self.boss)
        factories.course(self.boss)
        self.client.post("/courses/new/", {"title": "Fire Drill", "category": "safety", "tags": "fire, drill"})
        self.client.post("/courses/fire-drill/sections/", {"title": "Exits", "lessons": "Doors\nStairs"})
        self.client.post("/courses/fire-drill/publish/")
        course = Course.objects.get(slug="fire-drill")
        self.assertEqual(course.status, Course.PUBLISHED)
        self.assertEqual({tag.word for tag in course.tags.all()}, {"fire", "drill"})
