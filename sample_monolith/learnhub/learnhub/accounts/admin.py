from django.contrib import admin

from learnhub.accounts.models import Department, Organisation, User


class DepartmentInline(admin.TabularInline):
    model = Department
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "seats", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["slug"]
    inlines = [DepartmentInline]


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["email", "full_name", "is_active", "is_staff"]
    list_filter = ["is_active"]
    search_fields = ["email"]
    exclude = ["password", "last_login"]
