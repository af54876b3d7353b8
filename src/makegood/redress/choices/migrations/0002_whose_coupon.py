"""A coupon belongs to who held the line when it was taken.

Of coupons that were taken before, whoever holds the line at this moment.
"""

from django.db import migrations, models

_WHO_HOLDS_IT_NOW = """
UPDATE choices_coupon AS coupon SET customer_id = coalesce(
    (SELECT holder.customer_id FROM serving_holder AS holder
     WHERE holder.line_id = coupon.line_id),
    coupon.line_id
)
"""


class Migration(migrations.Migration):
    dependencies = [("choices", "0001_initial"), ("serving", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="coupon",
            name="customer_id",
            field=models.TextField(db_collation="C", default=""),
            preserve_default=False,
        ),
        migrations.RunSQL(_WHO_HOLDS_IT_NOW, migrations.RunSQL.noop),
    ]
