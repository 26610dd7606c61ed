"""What the program's settings say of its databases, as they are written."""

import pytest

from tests.accesses import found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "x"}}',
         {("DATABASES.ENGINE", "django.db.backends.sqlite3")}),
        ('DATABASES = {"default": {"ATOMIC_REQUESTS": True}, "copy": {"ATOMIC_REQUESTS": False}}',
         {("DATABASES.ATOMIC_REQUESTS", "True"), ("DATABASES.ATOMIC_REQUESTS", "False")}),
        ('DATABASES["default"]["ATOMIC_REQUESTS"] = env.bool("ATOMIC", True)', {("DATABASES.ATOMIC_REQUESTS", "True")}),
        ('DATABASES["default"] = {"ENGINE": os.environ.get("DB", "mysql")}', {("DATABASES.ENGINE", "mysql")}),
        ('if os.environ.get("PG"):\n    DATABASES = {"default": {"ENGINE": "postgresql"}}',
         {("DATABASES.ENGINE", "postgresql")}),
        ('DATABASES = {"default": {"ENGINE": "a" if FAST else "b"}}',
         {("DATABASES.ENGINE", "a"), ("DATABASES.ENGINE", "b")}),
        ('DATABASES = {"default": dj_database_url.config(default="postgres://me:secret@host/db")}',
         {("DATABASES.ENGINE", "postgres")}),
        ('ATOMIC_REQUESTS = config("ATOMIC_REQUESTS", default=True, cast=bool)', {("ATOMIC_REQUESTS", "True")}),
        ('CELERY_BROKER_URL = os.environ.get("BROKER", "memory://")', {("BROKER_URL", "memory")}),
        ('if LIVE:\n    BROKER_URL = "redis://:secret@host/0"', {("BROKER_URL", "redis")}),
        ('CELERY_BROKER_URL = config("CELERY_BROKER_URL", default="")', {("BROKER_URL", "")}),
        ('CELERY_BROKER_URL = os.environ["BROKER"]', {("BROKER_URL", "")}),
        ('RQ_REDIS_URL = os.environ.get("RQ_REDIS_URL", REDIS_URL)', {("BROKER_URL", "redis")}),
        ('DRAMATIQ_BROKER = {"OPTIONS": {"url": "amqp://me:secret@host"}}', {("BROKER_URL", "")}),
        ('CELERY_TASK_ALWAYS_EAGER = os.environ.get("WORKER", "0") != "1"', {("ALWAYS_EAGER", "")}),
        ("CELERY_ALWAYS_EAGER = False", set()),
        ('MY_BROKER_URL_HOST = "redis://"', set()),
        ('LOGIN_URL = "login"', {("LOGIN_URL", "login")}),
        ('DATABASES = {"default": config("DATABASE_URL")}', set()),
        ('GS_BUCKET_NAME = "x"\nCORS_ORIGINS = ["x"]\nGSX = 1', {("GS_BUCKET_NAME", ""), ("CORS_ORIGINS", "")}),
        ('ENGINE = "sqlite3"\nCACHES = {"default": {"ENGINE": "x"}}', {("CACHES", "")}),
    ],
)  # fmt: skip
def test_settings_say_what_the_databases_are(text: str, said: set[tuple[str, str]]) -> None:
    told = found({"shop.settings": f"import os\n{text}\n"}).settings
    assert {(one.name, one.value) for one in told} == said
    assert all((one.file, one.line >= 2) == ("shop/settings.py", True) for one in told)


def test_a_settings_line_is_that_of_its_entry() -> None:
    text = 'DATABASES = {\n    "default": {\n        "NAME": "x",\n        "ENGINE": "sqlite3",\n    }\n}\n'
    assert [one.line for one in found({"shop.settings": text}).settings] == [4]


MODEL = "from django.db import models\nclass {}(models.Model):\n    name = models.TextField()\n"


@pytest.mark.parametrize(
    ("settings", "config", "ids"),
    [
        ("", "", {"shop_order": "AutoField", "bills_bill": "AutoField"}),
        ('DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"', "",
         {"shop_order": "BigAutoField", "bills_bill": "BigAutoField"}),
        ('DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"', "django.db.models.SmallAutoField",
         {"shop_order": "BigAutoField", "bills_bill": "SmallAutoField"}),
    ],
)  # fmt: skip
def test_a_key_that_no_model_declares_is_of_the_type_that_settings_or_its_app_say(
    settings: str, config: str, ids: dict[str, str]
) -> None:
    app = f"""
        from django.apps import AppConfig
        class Bills(AppConfig):
            name = "bills"
            {f'default_auto_field = "{config}"' if config else "pass"}
    """
    models = {"shop.models": MODEL.format("Order"), "bills.models": MODEL.format("Bill")}
    tables = found(
        {"config.settings": f"{settings}\nINSTALLED_APPS = ['shop', 'bills.apps.Bills']", "bills.apps": app, **models}
    ).tables
    assert {one.table.name: one.columns[0].type for one in tables} == ids
