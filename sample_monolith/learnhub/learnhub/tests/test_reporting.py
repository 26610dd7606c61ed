from django.test import TestCase

from learnhub.assessments import attempts
from learnhub.backoffice import refunds
from learnhub.backoffice.models import AuditEntry
from learnhub.billing import checkout
from learnhub.billing.models import Invoice
from learnhub.common.errors import PaymentFailed
from learnhub.enrolment.models import Enrolment
from learnhub.enrolment.services import enrol
from learnhub.tests import factories

CARD = "4242424242424242"


class ReportingTest(TestCase):
    def setUp(self):
        self.company = factories.organisation()
        self.boss = factories.boss(self.company)
        self.course = factories.course(self.boss)
        enrol(self.boss, self.course)
        self.client.force_login(self.boss)

    def test_course(self):
        enrol(factories.person(self.company, "Cy Clist"), self.course)
        self.assertContains(self.client.get(f"/reports/courses/{self.course.slug}/"), "Cy Clist")
        self.assertContains(self.client.get(f"/reports/courses/{self.course.slug}/"), self.boss.email)

    def test_quiz(self):
        quiz = factories.quiz(self.course)
        attempts.submit(attempts.start(self.boss, quiz), [])
        self.assertIn(b"Bo Chef,0,False", self.client.get(f"/reports/quizzes/{quiz.pk}.csv").content)

    def test_people(self):
        self.assertIn(f"{self.boss.email},,0".encode(), self.client.get("/reports/people.csv").content)


class BackofficeTest(TestCase):
    def setUp(self):
        self.company = factories.organisation()
        self.boss = factories.boss(self.company)
        self.staff = factories.person(None, "Sue Port", is_staff=True)
        self.course = factories.course(self.boss, price_cents=10000)

    def test_staff_alone(self):
        self.client.force_login(self.boss)
        self.assertEqual(self.client.get("/backoffice/").status_code, 403)

    def test_grant_and_reopen(self):
        self.client.force_login(self.staff)
        self.client.post("/backoffice/grant/", {"email": self.boss.email, "slug": self.course.slug})
        enrolment = Enrolment.objects.get(source="support")
        self.client.post(f"/learning/{self.course.slug}/cancel/")
        self.client.post(f"/backoffice/reopen/{enrolment.pk}/")
        self.assertContains(self.client.get("/backoffice/"), "grant")
        self.assertEqual(AuditEntry.objects.count(), 2)

    def test_refund(self):
        invoice = checkout.buy_course(self.boss, self.course, CARD)
        self.client.force_login(self.staff)
        self.client.post(f"/backoffice/refund/{invoice.number}/")
        invoice.refresh_from_db()
        self.assertEqual(invoice.status, Invoice.REFUNDED)
        with self.assertRaises(PaymentFailed):
            refunds.refund(self.staff, invoice)
