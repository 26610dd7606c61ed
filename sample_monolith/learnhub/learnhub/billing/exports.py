from learnhub.billing.models import Invoice
from learnhub.common.clock import month_start

# The order of the columns is the file's format: finance reads it by position.
COLUMNS = (
    "number",
    "issued_on",
    "customer",
    "description",
    "net_cents",
    "currency",
    "status",
    "course_id",
)


def ledger_rows(day):
    rows = []
    for invoice in Invoice.objects.filter(issued_on__gte=month_start(day)).select_related("organisation"):
        for line in invoice.lines.all():
            values = {
                "number": invoice.number,
                "issued_on": invoice.issued_on.isoformat(),
                "customer": invoice.organisation.name,
                "description": line.description,
                "net_cents": line.amount_cents,
                "currency": invoice.currency,
                "status": invoice.status,
                "course_id": line.course_id or "",
            }
            rows.append([values[column] for column in COLUMNS])
    return rows
