from django.db import models

from learnhub.common.models import TimeStamped
from learnhub.courses.models import Lesson


class Quiz(TimeStamped):
    lesson = models.OneToOneField(Lesson, on_delete=models.PROTECT, related_name="quiz")
    title = models.CharField(max_length=160)
    pass_mark = models.PositiveSmallIntegerField(default=60)
    attempts_allowed = models.PositiveSmallIntegerField(default=3)

    class Meta:
        verbose_name_plural = "quizzes"

    def __str__(self):
        return self.title


class Question(models.Model):
    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField()
    points = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0, db_index=True)

    def __str__(self):
        return self.text[:60]


class Choice(models.Model):
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(max_length=200)
    is_correct = models.BooleanField(default=False)

    def __str__(self):
        return self.text


class Attempt(TimeStamped):
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="attempts")
    submitted_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(default=False, db_index=True)

    def __str__(self):
        return f"{self.user_id} at {self.quiz_id}"


class Answer(models.Model):
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="+")

    def __str__(self):
        return f"{self.attempt_id}: {self.choice_id}"
