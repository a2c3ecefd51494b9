"""django-import-export, row by row, into a real Django model on SQLite.

Stock settings, but for the HTML differences, which are off. Two ways to find a client by e-mail, else telephone, else code:

- ``queries``: what its own loader does, a query a row and key;
- ``preloaded``: all clients in a dictionary. Its ``CachedInstanceLoader`` does this for one key only, so this one is ours.

Bulk mode is left out: it cannot see the rows of its own batch, so repeats inside the file would become second clients.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import django
import tablib
from django.conf import settings

from benchmarks.main_job import measure
from benchmarks.main_job.reference import BY_HEADER, COLUMNS, JOURNAL, InvalidRowError, clean, posting

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[2]}},
    INSTALLED_APPS=["import_export", "benchmarks.main_job.peers"],
    USE_TZ=True,
)
django.setup()

from django.core.exceptions import ValidationError  # noqa: E402
from django.db import models  # noqa: E402
from import_export import resources  # noqa: E402
from import_export.instance_loaders import BaseInstanceLoader  # noqa: E402


class Client(models.Model):
    code, name, first_name, last_name, email, phone, mobile, street, postal_code, city, country, vat_number = (
        models.CharField(max_length=200, blank=True, default="") for _ in range(12)
    )
    opening_balance, opening_date, currency = (
        models.CharField(max_length=40, blank=True, default="") for _ in range(3)
    )

    class Meta:
        app_label = "peers"
        db_table = "client"
        managed = False


class Posting(models.Model):
    client = models.IntegerField()
    date, debit, credit, currency = (models.CharField(max_length=40) for _ in range(4))
    minor = models.BigIntegerField()

    class Meta:
        app_label = "peers"
        db_table = "journal"
        managed = False


KEYS = ("email", "phone", "code")


class QueryLoader(BaseInstanceLoader):
    """A query for each key until one finds the client."""

    def get_instance(self, row: dict[str, str]) -> Client | None:
        found = (Client.objects.filter(**{key: row[key]}).first() for key in KEYS if key in row)
        return next((client for client in found if client is not None), None)


class DictionaryLoader(BaseInstanceLoader):
    """All clients by each key, read once; later rows see what earlier ones made."""

    def __init__(self, resource: resources.Resource, dataset: tablib.Dataset | None = None) -> None:
        super().__init__(resource, dataset)
        self.known: dict[tuple[str, str], Client] = {}
        for client in Client.objects.all():
            self.add(client)

    def add(self, client: Client) -> None:
        for key in KEYS:
            if value := getattr(client, key):
                self.known[key, value] = client

    def get_instance(self, row: dict[str, str]) -> Client | None:
        candidates = (self.known.get((key, row[key])) for key in KEYS if key in row)
        return next((client for client in candidates if client is not None), None)


class ClientResource(resources.ModelResource):
    class Meta:
        model = Client
        fields = COLUMNS
        import_id_fields = ("code",)
        instance_loader_class = QueryLoader
        skip_unchanged = True
        skip_html_diff = True
        report_skipped = True
        use_transactions = True

    def __init__(self) -> None:
        super().__init__()
        self.posted: set[int] = set(Posting.objects.values_list("client", flat=True))

    def get_instance(self, instance_loader: BaseInstanceLoader, row: dict[str, str]) -> Client | None:
        return instance_loader.get_instance(row)

    def after_save_instance(self, instance: Client, row: dict[str, str], **_: Any) -> None:
        """Post the opening balance of a client that had none."""
        if row.get("opening_balance") and instance.pk not in self.posted:
            self.posted.add(instance.pk)
            made = posting(instance.pk, row["opening_balance"], row.get("opening_date", ""), row.get("currency", ""))
            Posting.objects.create(**dict(zip(JOURNAL, made, strict=True)))

    def before_import_row(self, row: dict[str, str], **_: Any) -> None:
        """Check the row and keep what is filled in, so that blanks erase nothing."""
        try:
            checked = clean({header: row[field] for header, field in BY_HEADER.items()})
        except InvalidRowError as error:
            raise ValidationError(str(error)) from None
        row.clear()
        row.update({field: text for field, text in checked.items() if text})


class PreloadedResource(ClientResource):
    class Meta(ClientResource.Meta):
        instance_loader_class = DictionaryLoader

    def get_instance(self, instance_loader: DictionaryLoader, row: dict[str, str]) -> Client | None:
        self.loader = instance_loader
        return instance_loader.get_instance(row)

    def after_save_instance(self, instance: Client, row: dict[str, str], **options: Any) -> None:
        super().after_save_instance(instance, row, **options)
        self.loader.add(instance)


def run(csv_path: Path, resource: resources.ModelResource) -> Counter[str]:
    dataset = tablib.Dataset().load(csv_path.read_text(encoding="utf-8"), format="csv")
    dataset.headers = list(COLUMNS)
    result = resource.import_data(dataset, raise_errors=False)
    if result.has_errors():
        raise RuntimeError(str(result.row_errors()[0][1][0].error))
    words = {"new": "create", "update": "update", "skip": "unchanged", "invalid": "invalid"}
    return Counter({word: result.totals[kind] for kind, word in words.items()})


if __name__ == "__main__":
    folder, store, way = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    meter = measure.Meter()
    chosen = {"queries": ClientResource, "preloaded": PreloadedResource}[way]
    with meter.part("job"):
        answer = run(folder / "clients.csv", chosen())
    measure.finish(folder, store, meter, dict(answer), "row_by_row")
