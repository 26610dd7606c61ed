import secrets

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from learnhub.common.models import TimeStamped


def new_token():
    return secrets.token_urlsafe(24)


class Organisation(TimeStamped):
    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(unique=True)
    seats = models.PositiveIntegerField(default=5)
    is_active = models.BooleanField(default=True, db_index=True)

    def __str__(self):
        return self.name


class Department(models.Model):
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="departments")
    name = models.CharField(max_length=80)

    def __str__(self):
        return self.name


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser):
    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=120)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="users")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.SET_NULL, related_name="users")
    is_active = models.BooleanField(default=True, db_index=True)
    is_staff = models.BooleanField(default=False)
    is_superuser = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    def __str__(self):
        return self.email

    def get_short_name(self):
        return self.full_name.split(" ")[0]

    def has_perm(self, perm, obj=None):
        return self.is_superuser

    def has_module_perms(self, app_label):
        return self.is_superuser


class Invitation(TimeStamped):
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(db_index=True)
    token = models.CharField(max_length=64, unique=True, default=new_token)
    accepted_at = models.DateTimeField(null=True)

    def __str__(self):
        return self.email


class ApiToken(TimeStamped):
    """For the public API that the mobile app was going to use."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64, unique=True, default=new_token)
    label = models.CharField(max_length=80)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self):
        return self.label
