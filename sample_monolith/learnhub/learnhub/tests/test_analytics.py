from datetime import date

from django.test import SimpleTestCase, TestCase

from learnhub.accounts.models import Department
from learnhub.analytics.holidays import is_working_day
from learnhub.analytics.models import DailyStat
from learnhub.analytics.summary import organisation_summary
from learnhub.analytics.tasks import store_daily_stats
from learnhub.enrolment.progress import complete_lesson, open_lessons
from learnhub.enrolment.services import enrol
from learnhub.tests import factories


class HolidaysTest(SimpleTestCase):
    def test_working_days(self):
        self.assertTrue(is_working_day(date(2026, 5, 4)))
        self.assertFalse(is_working_day(date(2026, 5, 1)))
        self.assertFalse(is_working_day(date(2026, 5, 3)))


class AnalyticsTest(TestCase):
    def setUp(self):
        self.company = factories.organisation()
        self.boss = factories.boss(self.company)
        sales = Department.objects.create(organisation=self.company, name="Sales")
        self.person = factories.person(self.company, department=sales)
        enrolment = enrol(self.person, factories.course(self.boss))
        complete_lesson(enrolment, open_lessons(enrolment)[0], 3600)

    def test_departments_one_by_one(self):
        Department.objects.create(organisation=self.company, name="Marketing")
        rows = organisation_summary(self.company)
        self.assertEqual([(row["department"], row["people"]) for row in rows], [("Sales", 1), ("Marketing", 0)])

    def test_pages(self):
        self.client.force_login(self.boss)
        self.assertContains(self.client.get("/analytics/"), "<td>Sales</td><td>1</td><td>1</td><td>0</td>")
        self.assertContains(self.client.get("/analytics/learners/"), "1.0 hours")
        self.assertContains(self.client.get("/analytics/events/enrolled/"), "safe-ladders")
        self.assertEqual(self.client.get("/analytics/departments.csv").content, b"department,finished\r\nSales,0\r\n")
        self.assertIn(b"Ada Berg,Safe Ladders", self.client.get("/analytics/learners.csv").content)

    def test_daily_stats(self):
        store_daily_stats.delay()
        stat = DailyStat.objects.get(organisation=self.company)
        self.assertEqual((stat.lessons, stat.enrolments), (1, 1))
