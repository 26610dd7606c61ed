import io

from django.test import TestCase

from learnhub.billing import checkout, dunning, exports, gateway, invoicing
from learnhub.billing.models import Coupon, Invoice, Payment, Plan, Subscription
from learnhub.billing.tasks import chase_overdue, renew_subscriptions
from learnhub.common.clock import days_from_today, today
from learnhub.common.errors import InvalidToken, NotPublished, PaymentFailed
from learnhub.enrolment.models import Enrolment
from learnhub.notifications.models import OutboundEmail
from learnhub.reporting import ledger
from learnhub.tests import factories

CARD = "4242424242424242"


class BillingTest(TestCase):
    def setUp(self):
        self.company = factories.organisation()
        self.boss = factories.boss(self.company)
        self.course = factories.course(self.boss, price_cents=10000)

    def test_money_and_seat_together(self):
        invoice = checkout.buy_course(self.boss, self.course, CARD)
        self.assertEqual((invoice.status, invoice.total_cents), (Invoice.PAID, 11900))
        self.assertTrue(Enrolment.objects.filter(user=self.boss, course=self.course).exists())

    def test_or_neither(self):
        with self.assertRaises(PaymentFailed):
            checkout.buy_course(self.boss, self.course, gateway.DECLINED)
        self.assertFalse(Invoice.objects.exists() or Enrolment.objects.exists() or Payment.objects.exists())

    def test_coupons(self):
        Coupon.objects.create(code="HALF", percent=50, valid_until=days_from_today(1))
        Coupon.objects.create(code="GONE", percent=50, valid_until=days_from_today(-1))
        self.assertEqual(checkout.buy_course(self.boss, self.course, CARD, "half").total_cents, 5950)
        with self.assertRaises(InvalidToken):
            invoicing.discount("gone")

    def test_drafts_are_not_for_sale(self):
        with self.assertRaises(NotPublished):
            checkout.buy_for_team(self.boss, factories.course(self.boss, "Soon", published=False), [self.boss], CARD)

    def test_overdue_invoices_are_chased_once(self):
        invoices = [invoicing.draft(self.company, [("Plan", 4900, None)]) for _ in range(2)]
        Invoice.objects.update(due_on=days_from_today(-1))
        self.assertEqual(chase_overdue.delay().get(), 2)
        for invoice, email in zip(invoices, OutboundEmail.objects.order_by("pk")):
            self.assertIn(invoice.number, email.subject)
        self.assertEqual(list(dunning.overdue()), [])

    def test_subscriptions_renew(self):
        Subscription.objects.update(renews_on=today())
        self.assertEqual(renew_subscriptions.delay().get(), 1)
        self.assertEqual(renew_subscriptions.delay().get(), 0)

    def test_the_ledger_is_read_as_it_is_written(self):
        self.assertEqual(ledger.POSITIONS, {name: position for position, name in enumerate(exports.COLUMNS)})

    def test_pages(self):
        self.client.force_login(self.boss)
        Plan.objects.create(code="big", name="Big", price_cents=9900, seats=50)
        self.client.post("/billing/plans/big/")
        self.assertContains(self.client.get("/billing/"), "1 of 50 seats")
        self.client.post(f"/billing/buy/{self.course.slug}/", {"card": CARD, "team": "1"})
        self.client.post(f"/billing/buy/{self.course.slug}/", {"card": CARD})
        invoice = invoicing.draft(self.company, [("Workshop", 100, None)])
        self.client.post(f"/billing/{invoice.number}/pay/", {"card": CARD})
        invoice.refresh_from_db()
        self.assertEqual(invoice.status, Invoice.PAID)
        exported = self.client.get("/billing/ledger.csv").content
        self.assertIn(b"Workshop", exported)
        self.assertContains(self.client.get("/reports/revenue/"), "Safe Ladders")
        response = self.client.post("/reports/ledger/", {"ledger": io.BytesIO(exported)})
        self.assertContains(response, self.company.name)
