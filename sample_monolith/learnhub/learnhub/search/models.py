from django.db import models

from learnhub.common.models import TimeStamped


class Document(TimeStamped):
    course = models.OneToOneField("courses.Course", on_delete=models.CASCADE, related_name="search_document")
    title = models.CharField(max_length=160)
    stale = models.BooleanField(default=False, db_index=True)

    def __str__(self):
        return self.title


class Posting(models.Model):
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="postings")
    token = models.CharField(max_length=40, db_index=True)
    weight = models.PositiveSmallIntegerField(default=1)

    def __str__(self):
        return self.token


class QueryLog(TimeStamped):
    user = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    term = models.CharField(max_length=80)
    hits = models.PositiveIntegerField(default=0)

    def __str__(self):
        return self.term
