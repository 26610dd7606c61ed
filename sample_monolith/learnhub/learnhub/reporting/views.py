from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from learnhub.assessments.models import Quiz
from learnhub.common.clock import days_ago
from learnhub.common.web import csv_response
from learnhub.courses.models import Course
from learnhub.permissions.checks import requires
from learnhub.reporting import completion, finance, ledger


@requires("reports.read")
def course(request, slug):
    found = get_object_or_404(Course, slug=slug)
    context = {"course": found, "header": completion.HEADER, "rows": completion.course_rows(found)}
    return render(request, "reporting/course.html", context)


@requires("reports.read")
def quiz(request, pk):
    found = get_object_or_404(Quiz, pk=pk)
    return csv_response("quiz.csv", ["name", "score", "passed"], completion.quiz_rows(found))


@requires("reports.read")
def people_csv(request):
    return csv_response("people.csv", completion.PEOPLE, completion.people_rows(request.organisation))


@requires("reports.finance")
def revenue(request):
    rows = finance.revenue_by_course(days_ago(365).date())
    return render(request, "reporting/revenue.html", {"rows": rows})


@require_POST
@requires("reports.finance")
def ledger_totals(request):
    text = request.FILES["ledger"].read().decode()
    return render(request, "reporting/revenue.html", {"rows": sorted(ledger.totals(text).items())})
