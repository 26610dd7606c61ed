from django.contrib import admin

from learnhub.billing.models import Coupon, Invoice, InvoiceLine, Plan, Subscription


class LineInline(admin.TabularInline):
    model = InvoiceLine
    extra = 0
    raw_id_fields = ["course"]


@admin.register(Invoice)
class InvoiceAdmin(admin.ModelAdmin):
    list_display = ["number", "status", "issued_on", "total_cents"]
    list_filter = ["status"]
    search_fields = ["number"]
    inlines = [LineInline]


@admin.register(Subscription)
class SubscriptionAdmin(admin.ModelAdmin):
    list_display = ["pk", "status", "renews_on"]
    list_filter = ["status"]


admin.site.register([Coupon, Plan])
