from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from learnhub.common.web import friendly_errors
from learnhub.courses.models import Course, Lesson
from learnhub.enrolment import progress, services, waitlist
from learnhub.enrolment.cohorts import upcoming
from learnhub.enrolment.models import Cohort, Enrolment


@require_POST
@login_required
@friendly_errors
def enrol(request, slug):
    services.enrol_or_ask_for_money(request.user, get_object_or_404(Course, slug=slug))
    return redirect("learn", slug=slug)


@login_required
def learn(request, slug):
    enrolment = get_object_or_404(Enrolment, user=request.user, course__slug=slug)
    context = {
        "enrolment": enrolment,
        "course": enrolment.course,
        "open": progress.open_lessons(enrolment),
        "percent": progress.percent(enrolment),
        "cohorts": upcoming(enrolment.course),
    }
    return render(request, "enrolment/learn.html", context)


@require_POST
@login_required
@friendly_errors
def complete(request, slug, pk):
    enrolment = get_object_or_404(Enrolment, user=request.user, course__slug=slug)
    progress.complete_lesson(enrolment, get_object_or_404(Lesson, pk=pk), int(request.POST.get("seconds", 0)))
    return redirect("learn", slug=slug)


@require_POST
@login_required
@friendly_errors
def join_cohort(request, pk):
    cohort = get_object_or_404(Cohort, pk=pk)
    waitlist.join_cohort(request.user, cohort)
    return redirect("learn", slug=cohort.course.slug)


@require_POST
@login_required
def cancel(request, slug):
    services.cancel(get_object_or_404(Enrolment, user=request.user, course__slug=slug))
    return redirect("home")
