from unittest.mock import patch

from django.core import mail
from django.test import TestCase

from learnhub.notifications import delivery, services
from learnhub.notifications.models import Notification, OutboundEmail, Preference
from learnhub.notifications.tasks import send_digests, send_pending
from learnhub.tests import factories


class NotificationsTest(TestCase):
    def setUp(self):
        self.person = factories.person(factories.organisation())

    def test_news_go_out_by_mail(self):
        services.notify(self.person, "refund", number="LH1")
        self.assertEqual(send_pending.delay().get(), 1)
        self.assertEqual(mail.outbox[0].to, [self.person.email])
        self.assertEqual(send_pending.delay().get(), 0)

    def test_mail_that_fails_is_tried_three_times(self):
        services.notify(self.person, "refund", number="LH1")
        with patch("django.core.mail.EmailMessage.send", side_effect=OSError):
            for _ in range(delivery.MAX_TRIES):
                delivery.send_batch()
        self.assertEqual(OutboundEmail.objects.get().status, OutboundEmail.FAILED)

    def test_digest_instead_of_single_mails(self):
        services.set_preference(self.person, Preference.DAILY, True)
        services.notify(self.person, "refund", number="LH1")
        self.assertFalse(OutboundEmail.objects.exists())
        other = factories.person(self.person.organisation)
        services.set_preference(other, Preference.DAILY, True)
        services.notify(other, "refund", number="LH2")
        self.assertEqual(send_digests.delay().get(), 2)
        self.assertEqual({email.to for email in OutboundEmail.objects.all()}, {self.person.email, other.email})

    def test_pages(self):
        self.client.force_login(self.person)
        services.notify(self.person, "refund", number="LH1")
        self.assertContains(self.client.get("/notifications/"), "Good to have you")
        self.client.post("/notifications/preferences/", {"digest": "daily", "by_email": "1"})
        self.assertEqual(Preference.objects.get().digest, "daily")
        self.client.post("/notifications/read/")
        self.assertFalse(Notification.objects.filter(read_at=None).exists())
