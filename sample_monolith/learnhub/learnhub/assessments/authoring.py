from django.db import transaction

from learnhub.assessments.models import Choice, Question, Quiz
from learnhub.common.text import squash


def create_quiz(lesson, title, pass_mark=60):
    return Quiz.objects.create(lesson=lesson, title=squash(title), pass_mark=pass_mark)


@transaction.atomic
def add_question(quiz, text, choices, correct, points=1):
    question = Question.objects.create(quiz=quiz, text=squash(text), points=points, position=len(quiz.questions.all()))
    Choice.objects.bulk_create(
        Choice(question=question, text=choice, is_correct=number == correct) for number, choice in enumerate(choices)
    )
    return question


def sheet(quiz):
    """The questions with their choices as the form shows them, in two queries."""
    questions = Question.objects.filter(quiz=quiz).order_by("position").prefetch_related("choices")
    return [(question, list(question.choices.all())) for question in questions]
