from django.shortcuts import render

from learnhub.analytics import dashboard, summary, tracking
from learnhub.common.web import csv_response, page_of
from learnhub.permissions.checks import requires


@requires("analytics.read")
def overview(request):
    context = {
        "departments": summary.organisation_summary(request.organisation),
        "days": summary.recent_days(request.organisation),
    }
    return render(request, "analytics/overview.html", context)


@requires("analytics.read")
def departments_csv(request):
    rows = summary.organisation_summary(request.organisation)
    return csv_response("departments.csv", ["department", "finished"], [(r["department"], r["finished"]) for r in rows])


@requires("analytics.read")
def learners(request):
    rows = dashboard.learner_rows(request.organisation)
    context = {"rows": page_of(request, rows, 50), "hours": dashboard.hours(rows)}
    return render(request, "analytics/learners.html", context)


@requires("analytics.read")
def learners_csv(request):
    rows = dashboard.learner_rows(request.organisation)
    return csv_response("learners.csv", ["name", "course"], [(row["full_name"], row["title"]) for row in rows])


@requires("analytics.read")
def events(request, kind):
    rows = tracking.events_of_kind(request.organisation, kind)
    return render(request, "analytics/events.html", {"kind": kind, "rows": rows})
