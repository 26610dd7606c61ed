from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from learnhub.assessments import attempts, authoring
from learnhub.assessments.grading import band
from learnhub.assessments.models import Attempt, Quiz
from learnhub.common.web import friendly_errors
from learnhub.courses.models import Lesson
from learnhub.permissions.checks import requires


@login_required
def quiz(request, pk):
    found = get_object_or_404(Quiz, pk=pk)
    return render(request, "assessments/quiz.html", {"quiz": found, "sheet": authoring.sheet(found)})


@require_POST
@login_required
@friendly_errors
def submit(request, pk):
    attempt = attempts.start(request.user, get_object_or_404(Quiz, pk=pk))
    chosen = [value for name, value in request.POST.items() if name.startswith("question-")]
    attempts.submit(attempt, chosen)
    return redirect("quiz-result", pk=attempt.pk)


@login_required
def result(request, pk):
    attempt = get_object_or_404(Attempt, pk=pk, user=request.user)
    return render(request, "assessments/result.html", {"attempt": attempt, "band": band(attempt.score or 0)})


@require_POST
@requires("courses.write")
def create(request, lesson_pk):
    found = authoring.create_quiz(get_object_or_404(Lesson, pk=lesson_pk), request.POST["title"])
    return redirect("quiz", pk=found.pk)


@require_POST
@requires("courses.write")
def add_question(request, pk):
    found = get_object_or_404(Quiz, pk=pk)
    choices = request.POST["choices"].splitlines()
    authoring.add_question(found, request.POST["text"], choices, int(request.POST["correct"]))
    return redirect("quiz", pk=pk)
