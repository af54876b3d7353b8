"""Who held a line first, where somebody else has held it since.

Of lines that were handed on before, nobody knows it: their holder of now counts as the first. The
column alone: no row is written anew, so that nobody who reads stands still.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("serving", "0003_again")]

    operations = [
        migrations.AddField(
            model_name="holder",
            name="first_customer_id",
            field=models.TextField(db_collation="C", null=True),
        ),
    ]
