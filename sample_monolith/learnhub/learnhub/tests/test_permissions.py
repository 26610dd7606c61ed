from django.test import TestCase

from learnhub.common.errors import NotAllowed
from learnhub.permissions import checks
from learnhub.permissions.tree import effective_codes
from learnhub.tests import factories


class PermissionsTest(TestCase):
    def setUp(self):
        self.company = factories.organisation()
        self.boss = factories.boss(self.company)
        self.person = factories.person(self.company)

    def test_a_right_holds_for_everything_below(self):
        checks.grant(self.person, "billing", by=self.boss)
        self.assertEqual(effective_codes(self.person), {"billing", "billing.read", "billing.pay"})
        checks.grant(self.person, "analytics.read", by=self.boss)
        self.assertIn("analytics.read", effective_codes(self.person))
        checks.revoke(self.person, "analytics.read")
        checks.revoke(self.person, "billing")
        self.assertEqual(effective_codes(self.person), frozenset())

    def test_nobody_passes_on_what_he_does_not_hold(self):
        with self.assertRaises(NotAllowed):
            checks.grant(self.boss, "billing", by=self.person)

    def test_pages_need_rights(self):
        self.client.force_login(self.person)
        self.assertEqual(self.client.get("/billing/").status_code, 403)
