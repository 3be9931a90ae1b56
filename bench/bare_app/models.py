"""On the tables of the real product, as far as sessions and users go."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import models


class User(AbstractBaseUser):
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"

    class Meta:
        managed = False
        db_table = "accounts_user"


class Meeting(models.Model):
    title = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    capacity = models.IntegerField()
    places_taken = models.IntegerField(default=0)

    class Meta:
        db_table = "bare_meeting"


class Order(models.Model):
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE, db_constraint=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "bare_order"
