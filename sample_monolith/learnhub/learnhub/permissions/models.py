from django.db import models

from learnhub.common.models import TimeStamped


class PermissionNode(models.Model):
    """A right, and with it all rights below it."""

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    code = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=120)

    def __str__(self):
        return self.code


class RoleGrant(TimeStamped):
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="grants")
    node = models.ForeignKey(PermissionNode, on_delete=models.CASCADE, related_name="grants")
    granted_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self):
        return f"{self.user_id} may {self.node_id}"
