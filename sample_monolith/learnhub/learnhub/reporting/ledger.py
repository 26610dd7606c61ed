import csv
import io
from collections import Counter

from learnhub.common.money import format_cents

# Where in a row of the ledger file what stands.
POSITIONS = {
    "number": 0,
    "issued_on": 1,
    "customer": 2,
    "description": 3,
    "net_cents": 4,
    "currency": 5,
    "status": 6,
    "course_id": 7,
}


def read(text):
    for row in list(csv.reader(io.StringIO(text)))[1:]:
        yield {name: row[position] for name, position in POSITIONS.items()}


def totals(text):
    by_customer = Counter()
    for entry in read(text):
        by_customer[entry["customer"], entry["currency"]] += int(entry["net_cents"])
    return {name: format_cents(cents, currency) for (name, currency), cents in by_customer.items()}
