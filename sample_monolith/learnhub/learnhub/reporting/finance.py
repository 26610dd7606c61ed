from collections import Counter

from django.db import connection

from learnhub.common.money import format_cents

REVENUE = """
    SELECT c.title, l.amount_cents
    FROM billing_invoiceline l
    JOIN billing_invoice i ON i.id = l.invoice_id
    JOIN courses_course c ON c.id = l.course_id
    WHERE i.issued_on >= %s
"""


def revenue_by_course(since):
    totals = Counter()
    with connection.cursor() as cursor:
        cursor.execute(REVENUE, [since])
        for title, cents in cursor.fetchall():
            totals[title] += cents
    return [(title, format_cents(cents)) for title, cents in totals.most_common()]
