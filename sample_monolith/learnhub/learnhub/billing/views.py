from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from learnhub.accounts.directory import colleagues
from learnhub.billing import checkout, exports, invoicing
from learnhub.billing.models import Invoice, Plan
from learnhub.common.clock import today
from learnhub.common.seats import apply_plan, seats_used
from learnhub.common.web import csv_response, friendly_errors, page_of
from learnhub.courses.models import Course
from learnhub.permissions.checks import requires


@requires("billing.read")
def invoices(request):
    context = {
        "invoices": page_of(request, invoicing.invoices_of(request.organisation)),
        "used": seats_used(request.organisation),
        "plans": Plan.objects.order_by("pk"),
    }
    return render(request, "billing/invoices.html", context)


@require_POST
@requires("billing.pay")
@friendly_errors
def pay(request, number):
    checkout.pay(get_object_or_404(Invoice, number=number, organisation=request.organisation), request.POST["card"])
    return redirect("invoices")


@require_POST
@requires("billing.pay")
@friendly_errors
def buy(request, slug):
    course = get_object_or_404(Course, slug=slug)
    if request.POST.get("team"):
        checkout.buy_for_team(request.user, course, list(colleagues(request.user)), request.POST["card"])
    else:
        checkout.buy_course(request.user, course, request.POST["card"], request.POST.get("coupon", ""))
    return redirect("invoices")


@require_POST
@requires("billing.pay")
def change_plan(request, code):
    apply_plan(request.organisation, get_object_or_404(Plan, code=code))
    return redirect("invoices")


@requires("billing.read")
def ledger(request):
    return csv_response("ledger.csv", exports.COLUMNS, exports.ledger_rows(today()))
