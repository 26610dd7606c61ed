from django.conf import settings
from django.db import models

from learnhub.common.models import TimeStamped


class Category(models.Model):
    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(unique=True)

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self):
        return self.name


class Tag(models.Model):
    word = models.SlugField(max_length=40, unique=True)

    def __str__(self):
        return self.word


class Course(TimeStamped):
    DRAFT, PUBLISHED, RETIRED = "draft", "published", "retired"

    title = models.CharField(max_length=160, db_index=True)
    slug = models.SlugField(max_length=80, unique=True)
    summary = models.TextField(blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="courses")
    tags = models.ManyToManyField(Tag, blank=True, related_name="courses")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="authored_courses")
    # Set for courses that one company wrote for itself.
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="own_courses"
    )
    price_cents = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=12, default=DRAFT, db_index=True)
    published_at = models.DateTimeField(null=True, blank=True)
    enrolled_count = models.PositiveIntegerField(default=0, editable=False)

    def __str__(self):
        return self.title


class Section(models.Model):
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sections")
    title = models.CharField(max_length=160)
    position = models.PositiveSmallIntegerField(default=0, db_index=True)

    def __str__(self):
        return self.title


class Lesson(models.Model):
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="lessons")
    title = models.CharField(max_length=160)
    body = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(default=5)
    position = models.PositiveSmallIntegerField(default=0, db_index=True)

    def __str__(self):
        return self.title


class Attachment(models.Model):
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    url = models.URLField()

    def __str__(self):
        return self.name


class CourseImport(TimeStamped):
    """A SCORM package on its way in."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    log = models.TextField(blank=True)
    finished = models.BooleanField(default=False)

    def __str__(self):
        return self.file_name
