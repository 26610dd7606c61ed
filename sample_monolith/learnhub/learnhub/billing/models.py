from django.db import models

from learnhub.accounts.models import Organisation
from learnhub.common.models import TimeStamped


class Plan(models.Model):
    code = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    price_cents = models.PositiveIntegerField()
    seats = models.PositiveIntegerField()

    def __str__(self):
        return self.name


class Subscription(TimeStamped):
    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="subscription")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    status = models.CharField(max_length=12, default="running", db_index=True)
    renews_on = models.DateField(db_index=True)

    def __str__(self):
        return f"{self.organisation_id} on {self.plan_id}"


class Coupon(models.Model):
    code = models.CharField(max_length=20, unique=True)
    percent = models.PositiveSmallIntegerField()
    valid_until = models.DateField()

    def __str__(self):
        return self.code


class Invoice(TimeStamped):
    OPEN, PAID, OVERDUE, REFUNDED = "open", "paid", "overdue", "refunded"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invoices")
    number = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=12, default=OPEN, db_index=True)
    issued_on = models.DateField(db_index=True)
    due_on = models.DateField()
    total_cents = models.IntegerField(default=0)
    currency = models.CharField(max_length=3, default="EUR")

    def __str__(self):
        return self.number


class InvoiceLine(models.Model):
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    description = models.CharField(max_length=160)
    amount_cents = models.IntegerField()
    course = models.ForeignKey("courses.Course", null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self):
        return self.description


class Payment(TimeStamped):
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    reference = models.CharField(max_length=64, unique=True)
    amount_cents = models.IntegerField()

    def __str__(self):
        return self.reference
