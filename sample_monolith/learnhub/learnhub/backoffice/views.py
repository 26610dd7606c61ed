from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from learnhub.backoffice import audit, refunds, support
from learnhub.backoffice.audit import staff_only
from learnhub.billing.models import Invoice
from learnhub.common.web import friendly_errors
from learnhub.enrolment.models import Enrolment


@staff_only
def desk(request):
    return render(request, "backoffice/desk.html", {"entries": audit.latest()})


@require_POST
@staff_only
@friendly_errors
def grant(request):
    support.grant_course(request.user, request.POST["email"], request.POST["slug"])
    return redirect("desk")


@require_POST
@staff_only
def reopen(request, pk):
    support.reopen(request.user, get_object_or_404(Enrolment, pk=pk))
    return redirect("desk")


@require_POST
@staff_only
@friendly_errors
def refund(request, number):
    refunds.refund(request.user, get_object_or_404(Invoice, number=number))
    return redirect("desk")
