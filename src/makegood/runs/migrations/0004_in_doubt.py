"""What contradicts itself, and what was taken off of a shard, is found without reading the rest.

Both are asked for as each shard leaves. There are few such rows, and the indexes hold no others.
They are made beside readers and writers; where that was killed, what is left is made anew.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

_LEFT_OVER = "DROP INDEX CONCURRENTLY IF EXISTS "


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("runs", "0003_troubles")]

    operations = [
        migrations.RunSQL(f"{_LEFT_OVER} runs_exception_in_doubt", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="exceptional",
            index=models.Index(
                condition=models.Q(outcome="contradictory"),
                fields=["item_key"],
                name="runs_exception_in_doubt",
            ),
        ),
        migrations.RunSQL(f"{_LEFT_OVER} runs_exception_taken_off", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="exceptional",
            index=models.Index(
                condition=models.Q(code="done_before"),
                fields=["run_id", "shard"],
                name="runs_exception_taken_off",
            ),
        ),
    ]
