from django.test import SimpleTestCase, TestCase

from learnhub.enrolment.progress import complete_lesson, open_lessons
from learnhub.enrolment.services import enrol
from learnhub.leaderboards import levels, ranking
from learnhub.leaderboards.models import Badge, PointEvent
from learnhub.notifications.models import Notification
from learnhub.notifications.texts import GREETINGS
from learnhub.tests import factories


class LevelsTest(SimpleTestCase):
    def test_levels(self):
        self.assertEqual(levels.level(149), "explorer")
        self.assertEqual(levels.to_next(149), 1)
        self.assertEqual(levels.to_next(5000), 0)

    def test_every_level_has_a_greeting(self):
        self.assertEqual(set(GREETINGS), {name for _, name in levels.LEVELS})


class LeaderboardsTest(TestCase):
    def setUp(self):
        self.company = factories.organisation()
        self.boss = factories.boss(self.company)
        self.person = factories.person(self.company)
        self.enrolment = enrol(self.person, factories.course(self.boss))

    def test_lessons_earn_points_and_badges(self):
        factories.season()
        Badge.objects.create(code="first", name="First steps", threshold=10)
        for lesson in open_lessons(self.enrolment):
            complete_lesson(self.enrolment, lesson)
        self.assertEqual(ranking.place_of(self.person)["points"], 20)
        self.assertEqual(Notification.objects.filter(user=self.person, kind="badge").count(), 1)

    def test_between_seasons_nobody_earns_anything(self):
        complete_lesson(self.enrolment, open_lessons(self.enrolment)[0])
        self.assertFalse(PointEvent.objects.exists())
        self.assertIsNone(ranking.place_of(factories.person(self.company, is_active=False)))

    def test_pages(self):
        factories.season()
        complete_lesson(self.enrolment, open_lessons(self.enrolment)[0])
        self.client.force_login(self.person)
        self.assertContains(self.client.get("/leaderboards/"), "Ada Berg: 10")
        self.assertContains(self.client.get("/leaderboards/me/"), "Place 1 of 2")
        self.assertEqual(self.client.get("/leaderboards/top.json").json()["top"][0]["points"], 10)
