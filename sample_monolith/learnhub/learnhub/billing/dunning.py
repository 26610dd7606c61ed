from learnhub.billing.models import Invoice
from learnhub.common.clock import today
from learnhub.common.money import format_cents
from learnhub.notifications.delivery import queue_email


def overdue():
    return Invoice.objects.filter(status=Invoice.OPEN, due_on__lt=today()).select_related("organisation")


def remind(invoice):
    amount = format_cents(invoice.total_cents, invoice.currency)
    queue_email(
        f"accounting@{invoice.organisation.slug}.example",
        f"Invoice {invoice.number} is overdue",
        f"We are still missing {amount} from {invoice.organisation.name}.",
    )


def chase():
    reminded = []
    for invoice in overdue():
        remind(invoice)
        invoice.status = Invoice.OVERDUE
        reminded.append(invoice)
    Invoice.objects.bulk_update(reminded, ["status"])
    return len(reminded)
