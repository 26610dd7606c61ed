from django.test import TestCase

from learnhub.common.errors import CohortFull, NotPublished
from learnhub.courses.models import Course
from learnhub.enrolment import progress, services, waitlist
from learnhub.enrolment.cohorts import plan_cohort, upcoming
from learnhub.enrolment.models import Cohort, Enrolment
from learnhub.enrolment.tasks import promote_waitlists
from learnhub.tests import factories


class EnrolmentTest(TestCase):
    def setUp(self):
        self.company = factories.organisation()
        self.boss = factories.boss(self.company)
        self.person = factories.person(self.company)
        self.course = factories.course(self.boss)

    def test_counts_learners_once(self):
        services.enrol(self.person, self.course)
        services.enrol(self.person, self.course)
        self.assertEqual(Course.objects.get(pk=self.course.pk).enrolled_count, 1)

    def test_drafts_are_closed(self):
        with self.assertRaises(NotPublished):
            services.enrol(self.person, factories.course(self.boss, "Soon", published=False))

    def test_the_last_lesson_completes_the_course(self):
        enrolment = services.enrol(self.person, self.course)
        for lesson in progress.open_lessons(enrolment):
            progress.complete_lesson(enrolment, lesson, 60)
        self.assertEqual(progress.percent(enrolment), 100)
        enrolment.refresh_from_db()
        self.assertEqual(enrolment.status, Enrolment.COMPLETED)

    def test_who_waits_moves_up(self):
        cohort = plan_cohort(self.course, "Spring", capacity=1)
        first = waitlist.join_cohort(self.person, cohort)
        with self.assertRaises(CohortFull):
            waitlist.join_cohort(self.boss, cohort)
        services.cancel(first)
        self.assertTrue(Enrolment.objects.filter(user=self.boss, cohort=cohort).exists())
        self.assertEqual(list(upcoming(self.course)), [cohort])

    def test_waiting_lists_are_promoted_at_night(self):
        cohort = plan_cohort(self.course, "Spring", capacity=1)
        waitlist.join_cohort(self.person, cohort)
        with self.assertRaises(CohortFull):
            waitlist.join_cohort(self.boss, cohort)
        other = plan_cohort(factories.course(self.boss, "Other"), "Autumn", capacity=1)
        waitlist.join_cohort(self.person, other)
        with self.assertRaises(CohortFull):
            waitlist.join_cohort(self.boss, other)
        self.assertEqual(promote_waitlists.delay().get(), 0)
        Cohort.objects.update(capacity=2)
        self.assertEqual(promote_waitlists.delay().get(), 2)

    def test_pages(self):
        self.client.force_login(self.person)
        url = f"/learning/{self.course.slug}/"
        self.client.post(url + "enrol/")
        cohort = plan_cohort(self.course, "Spring")
        self.assertContains(self.client.get(url), "Spring")
        lesson = progress.open_lessons(Enrolment.objects.get())[0]
        self.client.post(f"{url}lessons/{lesson.pk}/", {"seconds": "30"})
        self.assertContains(self.client.get(url), "50 %")
        self.client.post(f"/learning/cohorts/{cohort.pk}/join/")
        self.client.post(url + "cancel/")
        self.assertEqual(Enrolment.objects.get().status, Enrolment.CANCELLED)

    def test_paid_courses_need_an_invoice(self):
        dear = factories.course(self.boss, "Dear", price_cents=9900)
        self.client.force_login(self.person)
        self.client.post(f"/learning/{dear.slug}/enrol/")
        self.assertFalse(Enrolment.objects.filter(course=dear).exists())
