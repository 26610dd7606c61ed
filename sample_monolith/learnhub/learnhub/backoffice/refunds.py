from learnhub.backoffice.audit import record
from learnhub.billing import gateway
from learnhub.billing.models import Invoice, Payment
from learnhub.common.errors import PaymentFailed
from learnhub.common.money import format_cents


def refund(staff, invoice):
    if invoice.status != Invoice.PAID:
        raise PaymentFailed(f"{invoice.number} is not paid")
    payment = Payment.objects.filter(invoice=invoice).order_by("pk").first()
    reference = gateway.refund(payment.reference, payment.amount_cents)
    Payment.objects.create(invoice=invoice, reference=reference, amount_cents=-payment.amount_cents)
    invoice.status = Invoice.REFUNDED
    invoice.save(update_fields=["status", "updated_at"])
    record(staff, "refund", f"{invoice.number}, {format_cents(payment.amount_cents, invoice.currency)}")
    return reference
