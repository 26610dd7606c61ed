from django.db import transaction

from learnhub.billing import gateway
from learnhub.billing.invoicing import draft
from learnhub.billing.models import Invoice, InvoiceLine, Payment
from learnhub.common.errors import NotPublished
from learnhub.common.seats import check_seats
from learnhub.courses.models import Course
from learnhub.enrolment.models import Enrolment
from learnhub.enrolment.services import enrol


def has_paid_for(organisation_id, course):
    return InvoiceLine.objects.filter(
        course=course, invoice__organisation=organisation_id, invoice__status=Invoice.PAID
    ).exists()


def pay(invoice, card):
    reference = gateway.charge(card, invoice.total_cents, invoice.number)
    Payment.objects.create(invoice=invoice, reference=reference, amount_cents=invoice.total_cents)
    invoice.status = Invoice.PAID
    invoice.save(update_fields=["status", "updated_at"])


@transaction.atomic
def buy_course(buyer, course, card, coupon_code=""):
    """Money and seat together, or neither."""
    invoice = draft(buyer.organisation, [(course.title, course.price_cents, course)], coupon_code)
    pay(invoice, card)
    enrol(buyer, course, "purchase")
    return invoice


@transaction.atomic
def buy_for_team(buyer, course, people, card):
    if course.status != Course.PUBLISHED:
        raise NotPublished(f"{course.title} is not for sale")
    check_seats(buyer.organisation, 0)
    positions = [(f"{course.title} for {person.full_name}", course.price_cents, course) for person in people]
    invoice = draft(buyer.organisation, positions)
    pay(invoice, card)
    Enrolment.objects.bulk_create(
        [Enrolment(user=person, course=course, source="team") for person in people], ignore_conflicts=True
    )
    return invoice
