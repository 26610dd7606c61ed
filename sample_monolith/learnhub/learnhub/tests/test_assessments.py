from django.test import TestCase

from learnhub.assessments import attempts
from learnhub.assessments.authoring import sheet
from learnhub.assessments.grading import band
from learnhub.assessments.models import Attempt, Choice, Quiz
from learnhub.certificates import issuing
from learnhub.certificates.layout import colours_for
from learnhub.certificates.models import Certificate
from learnhub.common.errors import AlreadySubmitted, NotAllowed
from learnhub.courses.models import Lesson
from learnhub.enrolment.services import enrol
from learnhub.tests import factories


class AssessmentsTest(TestCase):
    def setUp(self):
        self.company = factories.organisation()
        self.boss = factories.boss(self.company)
        self.person = factories.person(self.company)
        self.course = factories.course(self.boss)
        self.quiz = factories.quiz(self.course)
        factories.template()

    def choices(self, correct):
        return list(Choice.objects.filter(is_correct=correct).values_list("pk", flat=True))

    def test_bands(self):
        self.assertEqual([band(100), band(85), band(0)], ["distinction", "merit", "participation"])
        self.assertEqual(colours_for("unheard"), ("#ffffff", "#000000"))

    def test_who_passes_gets_a_certificate(self):
        enrol(self.person, self.course)
        attempt = attempts.submit(attempts.start(self.person, self.quiz), self.choices(True))
        self.assertTrue(attempt.passed)
        self.assertEqual(Certificate.objects.get(user=self.person).score, 100)
        with self.assertRaises(AlreadySubmitted):
            attempts.submit(attempt, [])

    def test_three_attempts(self):
        with self.assertRaises(NotAllowed):
            attempts.start(self.person, self.quiz)
        enrol(self.person, self.course)
        for _ in range(3):
            attempts.submit(attempts.start(self.person, self.quiz), self.choices(False))
        self.assertFalse(Certificate.objects.exists())
        with self.assertRaises(NotAllowed):
            attempts.start(self.person, self.quiz)

    def test_pages(self):
        enrol(self.person, self.course)
        self.client.force_login(self.person)
        self.assertContains(self.client.get(f"/quizzes/{self.quiz.pk}/"), "Question 1")
        answers = {f"question-{question.pk}": choices[1].pk for question, choices in sheet(self.quiz)}
        response = self.client.post(f"/quizzes/{self.quiz.pk}/submit/", answers)
        self.assertContains(self.client.get(response.url), "distinction")
        self.assertContains(self.client.get("/certificates/"), "LH-")
        serial = Certificate.objects.get().serial
        self.assertContains(self.client.get(f"/certificates/{serial}/"), "Safe Ladders")
        self.assertContains(self.client.get(f"/certificates/verify/{serial}/"), "genuine")
        self.client.force_login(self.boss)
        self.client.post(f"/certificates/{serial}/revoke/")
        self.assertEqual(self.client.get(f"/certificates/verify/{serial}/").status_code, 302)

    def test_writing_a_quiz(self):
        self.client.force_login(self.boss)
        lesson = Lesson.objects.last()
        self.client.post(f"/quizzes/lessons/{lesson.pk}/new/", {"title": "Final"})
        made = Quiz.objects.get(title="Final")
        self.client.post(f"/quizzes/{made.pk}/questions/", {"text": "Sure?", "choices": "yes\nno", "correct": "0"})
        self.assertEqual(made.questions.get().choices.get(is_correct=True).text, "yes")

    def test_no_template_no_certificate(self):
        issuing.Template.objects.all().delete()
        with self.assertRaises(NotAllowed):
            issuing.issue(self.person, self.course)
        self.assertFalse(Attempt.objects.exists())
