SELECT
  line_id,
  CAST("code:credit" AS TINYINT) AS "credit",
  CAST("amount:credit" AS BIGINT) AS "amount_of_credit",
  CASE WHEN "code:credit" = 4 THEN CAST((CASE WHEN ("base.customers" AND ("opened_on" IS NOT NULL) AND ("opened_on" < DATE '2026-03-01')) IS NULL THEN ((CASE WHEN "base.customers" IS NULL THEN 2 ELSE 0 END)) ELSE 0 END) | (((CASE WHEN "holder_age" IS NULL THEN 1 ELSE 0 END))) AS BIGINT) END AS "missing_of_credit"
FROM (SELECT *,
  CASE WHEN "code:credit" BETWEEN 1 AND 3 THEN (CAST(((("fee" * CAST(1 AS BIGINT)) // CAST(30 AS BIGINT))) AS BIGINT) + (("fee" * CASE WHEN CAST(3 AS BIGINT) <= 0 THEN 0 WHEN CAST(3 AS BIGINT) <= 6 THEN 0 + (CAST(3 AS BIGINT) - 0) * (100) WHEN CAST(3 AS BIGINT) <= 12 THEN 600 + (CAST(3 AS BIGINT) - 6) * (50) WHEN CAST(3 AS BIGINT) > 12 THEN 900 END) // CAST(10000 AS BIGINT))) END AS "amount:credit"
FROM (SELECT *,
  CASE WHEN ("base.customers" AND ("opened_on" < DATE '2026-03-01')) THEN CASE WHEN ("holder_age" < 14) THEN 10 WHEN ("holder_age" < 14) IS NULL THEN 4 ELSE 2 END WHEN ("base.customers" AND ("opened_on" IS NOT NULL) AND ("opened_on" < DATE '2026-03-01')) IS NULL THEN CASE WHEN ("holder_age" < 14) THEN 10 WHEN ("holder_age" < 14) IS NULL THEN 4 ELSE 4 END ELSE 0 END AS "code:credit"
FROM (SELECT lines.*, CASE WHEN base0.line_id IS NULL THEN FALSE ELSE base0.member END AS "base.customers" FROM lines_given AS lines LEFT JOIN (SELECT line_id, ("status" = 'in_use') AS member FROM base_given) AS base0 ON base0.line_id = lines.line_id) AS given) AS step1) AS step2
