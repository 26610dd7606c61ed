from django.db import transaction

from learnhub.assessments.grading import percent_of, points_of
from learnhub.assessments.models import Answer, Attempt, Choice
from learnhub.certificates.issuing import announce, issue
from learnhub.common.clock import now
from learnhub.common.errors import AlreadySubmitted, NotAllowed
from learnhub.enrolment.models import Enrolment


def start(user, quiz):
    course = quiz.lesson.section.course
    if not Enrolment.objects.filter(user=user, course=course).exists():
        raise NotAllowed("Enrol first")
    if len(Attempt.objects.filter(user=user, quiz=quiz)) >= quiz.attempts_allowed:
        raise NotAllowed("No attempts left")
    return Attempt.objects.create(user=user, quiz=quiz)


def submit(attempt, choice_ids):
    if attempt.submitted_at:
        raise AlreadySubmitted("This attempt was handed in already")
    certificate = None
    with transaction.atomic():
        choices = Choice.objects.filter(pk__in=choice_ids, question__quiz=attempt.quiz_id)
        Answer.objects.bulk_create(
            Answer(attempt=attempt, question_id=choice.question_id, choice=choice) for choice in choices
        )
        attempt.score = percent_of(*points_of(attempt))
        attempt.passed = attempt.score >= attempt.quiz.pass_mark
        attempt.submitted_at = now()
        attempt.save()
        if attempt.passed:
            certificate = issue(attempt.user, attempt.quiz.lesson.section.course)
    if certificate:
        announce(certificate)
    return attempt


def best_score(user, course):
    """The best score of a user in a course; none without an attempt."""
    scores = Attempt.objects.filter(user=user, quiz__lesson__section__course=course, passed=True)
    return max((attempt.score for attempt in scores), default=None)
