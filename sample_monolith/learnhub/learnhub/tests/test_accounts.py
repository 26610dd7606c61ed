from django.test import TestCase

from learnhub.accounts import invitations, services
from learnhub.accounts.directory import find_user, organisation_by_slug, people_ids
from learnhub.accounts.models import Invitation, User
from learnhub.common.errors import InvalidToken, NotAllowed, SeatLimitReached
from learnhub.enrolment.models import Enrolment
from learnhub.enrolment.services import enrol
from learnhub.notifications.models import Notification
from learnhub.tests import factories


class AccountsTest(TestCase):
    def setUp(self):
        self.company = factories.organisation()
        self.boss = factories.boss(self.company)

    def test_invitation_makes_a_user_with_a_welcome(self):
        invitation = invitations.invite(self.company, "New@Example.org", self.boss)
        user = invitations.accept(invitation.token, "New  Person", "secret")
        self.assertEqual(user.full_name, "New Person")
        self.assertEqual(Notification.objects.get(user=user).kind, "welcome")
        with self.assertRaises(InvalidToken):
            invitations.accept(invitation.token, "Again", "secret")

    def test_seats_limit_invitations(self):
        self.company.seats = 0
        for number in range(3):
            factories.person(self.company)
        with self.assertRaises(SeatLimitReached):
            invitations.invite(self.company, "late@example.org", self.boss)

    def test_without_a_plan_nobody_is_invited(self):
        self.company.subscription.delete()
        with self.assertRaises(NotAllowed):
            invitations.invite(self.company, "late@example.org", self.boss)

    def test_offboarding_ends_rights_and_courses(self):
        leaver = factories.person(self.company)
        enrol(leaver, factories.course(self.boss))
        services.offboard(leaver, by=self.boss)
        leaver.refresh_from_db()
        self.assertFalse(leaver.is_active)
        self.assertEqual(Enrolment.objects.get(user=leaver).status, Enrolment.CANCELLED)
        self.assertNotIn(leaver.pk, people_ids(self.company))
        with self.assertRaises(NotAllowed):
            services.offboard(self.boss, by=self.boss)

    def test_directory(self):
        self.assertEqual(find_user(f" {self.boss.email.upper()} "), self.boss)
        self.assertEqual(organisation_by_slug(self.company.slug), self.company)

    def test_pages(self):
        self.client.force_login(self.boss)
        self.assertContains(self.client.get("/"), "Hello, Bo")
        self.client.post("/people/invite/", {"email": "page@example.org"})
        self.assertContains(self.client.get("/people/"), "page@example.org")
        token = Invitation.objects.get().token
        self.assertEqual(self.client.get(f"/join/{token}/").status_code, 200)
        self.client.post(f"/join/{token}/", {"full_name": "Page Turner", "password": "secret"})
        joined = User.objects.get(email="page@example.org")
        self.client.force_login(self.boss)
        self.client.post(f"/people/{joined.pk}/remove/")
        joined.refresh_from_db()
        self.assertFalse(joined.is_active)

    def test_signup_and_rename(self):
        self.assertEqual(self.client.get("/signup/").status_code, 200)
        form = {"company": "Nova Ltd", "email": "cto@nova.example", "full_name": "Cy To", "password": "secret"}
        self.assertRedirects(self.client.post("/signup/", form), "/")
        self.assertEqual(User.objects.get(email="cto@nova.example").organisation.slug, "nova-ltd")
        self.client.force_login(self.boss)
        self.client.post("/organisation/rename/", {"name": "Better Name"})
        self.company.refresh_from_db()
        self.assertEqual(self.company.name, "Better Name")
