from django.contrib import admin

from learnhub.courses.models import Attachment, Category, Course, Lesson, Section, Tag


class AttachmentInline(admin.TabularInline):
    model = Attachment
    extra = 0


@admin.register(Course)
class CourseAdmin(admin.ModelAdmin):
    list_display = ["title", "slug", "status", "price_cents"]
    list_filter = ["status"]
    search_fields = ["slug"]
    raw_id_fields = ["author", "organisation"]


@admin.register(Lesson)
class LessonAdmin(admin.ModelAdmin):
    list_display = ["title", "minutes", "position"]
    raw_id_fields = ["section"]
    inlines = [AttachmentInline]


admin.site.register([Category, Section, Tag])
