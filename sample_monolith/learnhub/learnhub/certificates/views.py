from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from learnhub.assessments.grading import band
from learnhub.certificates import issuing, layout, verification
from learnhub.certificates.models import Certificate
from learnhub.common.web import friendly_errors
from learnhub.permissions.checks import requires


@login_required
def mine(request):
    rows = Certificate.objects.filter(user=request.user).order_by("-created_at")
    return render(request, "certificates/mine.html", {"certificates": rows})


@login_required
def sheet(request, serial):
    certificate = get_object_or_404(Certificate, serial=serial, user=request.user)
    context = layout.sheet(
        request.user.full_name,
        certificate.course.title,
        certificate.template.signatory,
        certificate.serial,
        band(certificate.score or 0),
    )
    return render(request, "certificates/sheet.html", context)


@friendly_errors
def verify(request, serial):
    certificate = verification.verify(serial, request.META.get("REMOTE_ADDR"))
    asked = verification.questions_about(certificate)
    return render(request, "certificates/verify.html", {"certificate": certificate, "asked": asked})


@require_POST
@requires("certificates.revoke")
def revoke(request, serial):
    issuing.revoke(get_object_or_404(Certificate, serial=serial))
    return redirect("home")
