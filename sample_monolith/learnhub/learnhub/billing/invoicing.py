from django.db import transaction

from learnhub.billing.models import Coupon, Invoice, InvoiceLine
from learnhub.billing.rates import vat_for
from learnhub.common.clock import days_from_today, today
from learnhub.common.errors import InvalidToken
from learnhub.common.money import add_vat, percent_off
from learnhub.enrolment.models import Enrolment

DAYS_TO_PAY = 14
COUNTRY = "DE"


def next_number():
    last = Invoice.objects.order_by("-pk").first()
    return f"LH{today():%y}-{(last.pk if last else 0) + 1:05d}"


def discount(code):
    coupon = Coupon.objects.filter(code=code.upper()).first()
    if coupon is None or coupon.valid_until < today():
        raise InvalidToken("This coupon is not valid")
    return coupon.percent


@transaction.atomic
def draft(organisation, positions, coupon_code=""):
    """`positions` are (description, cents, course or none)."""
    percent = discount(coupon_code) if coupon_code else 0
    invoice = Invoice.objects.create(
        organisation=organisation, number=next_number(), issued_on=today(), due_on=days_from_today(DAYS_TO_PAY)
    )
    lines = [
        InvoiceLine(invoice=invoice, description=text, amount_cents=percent_off(cents, percent), course=course)
        for text, cents, course in positions
    ]
    InvoiceLine.objects.bulk_create(lines)
    invoice.total_cents = add_vat(sum(line.amount_cents for line in lines), vat_for(COUNTRY))
    invoice.save(update_fields=["total_cents", "updated_at"])
    return invoice


def invoices_of(organisation):
    return Invoice.objects.filter(organisation=organisation).order_by("-issued_on")
