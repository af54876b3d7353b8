-- The 2025 programme as somebody fluent in DuckDB would write it by hand, for this population and
-- this day: no engine, no checks, no explanation. The same columns, the same answers.
-- Codes: 0 not in scope, 1 automatic, 2 on application, 3 with a document, 4 undetermined,
-- 10 and more excluded. Masks: 1 age, 2 act of contract, 4 day of contract, 8 subsidy, 16 discount.
WITH contract AS (
  SELECT
    line_id, status, line_kind, brand, payment, holder, holder_age, contract_action, contracted_on,
    contract_months, support, subsidy_won, monthly_discount_won,
    CASE WHEN terminated_on > DATE '2026-01-13' THEN 10 WHEN terminated_on IS NOT NULL THEN 0 END
      AS gone,
    terminated_by IS NOT DISTINCT FROM 'operator' AS by_operator,
    CASE
      WHEN terminated_on BETWEEN DATE '2025-09-01' AND DATE '2026-01-13' THEN 2
      WHEN terminated_on > DATE '2026-01-13' AND late_reason IS NOT NULL
        AND terminated_on BETWEEN late_reason_ended_on AND late_reason_ended_on + 14 THEN 3
      ELSE 0
    END AS way,
    CASE WHEN contract_months <= 12 THEN 365 ELSE 730 END AS whole_days,
    greatest(0, terminated_on - contracted_on + 1 - suspended_days) AS used_days,
    CASE
      WHEN terminated_on < contracted_on THEN 0
      ELSE date_sub('month', contracted_on, terminated_on) + 1
    END AS used_months,
    coalesce(
      CASE support
        WHEN 'device_subsidy' THEN terminated_on - suspended_days
          >= (contracted_on + to_months(contract_months))::DATE
        WHEN 'monthly_discount' THEN used_months > contract_months
      END,
      FALSE
    ) AS term_over
  FROM read_parquet({parts})
),
coded AS (
  SELECT
    *,
    contract_action IN ('new', 'device_change', 'recontract')
      AND contracted_on >= DATE '2025-09-01' AS recent,
    CASE
      WHEN way = 0 THEN 0
      WHEN recent THEN 10
      WHEN brand = 'mvno' THEN 11
      WHEN line_kind = 'iot' THEN 12
      WHEN by_operator THEN 13
      WHEN recent IS NULL THEN 4
      ELSE way
    END AS code
  FROM contract
),
reckoned AS (
  SELECT
    *,
    CASE
      WHEN code NOT IN (2, 3) THEN NULL
      WHEN contract_months = 0 OR support = 'none' THEN 0
      WHEN contracted_on IS NULL THEN NULL
      WHEN term_over THEN 0
      WHEN support = 'device_subsidy' THEN
        CASE
          WHEN contracted_on < DATE '2017-10-01'
            THEN subsidy_won * greatest(0, whole_days - used_days) // whole_days
          WHEN used_days <= 180 THEN subsidy_won
          ELSE subsidy_won * greatest(0, whole_days - used_days) // (whole_days - 180)
        END
      WHEN contracted_on < DATE '2018-09-01' AND contract_months <= 12 THEN
        CASE
          WHEN used_months <= 3 THEN monthly_discount_won * used_months
          WHEN used_months <= 9 THEN monthly_discount_won * (300 + (used_months - 3) * 50) // 100
          ELSE monthly_discount_won * 6
        END
      WHEN contracted_on < DATE '2018-09-01' THEN
        CASE
          WHEN used_months <= 6 THEN monthly_discount_won * used_months
          WHEN used_months <= 12 THEN monthly_discount_won * (600 + (used_months - 6) * 60) // 100
          WHEN used_months <= 16 THEN monthly_discount_won * (960 + (used_months - 12) * 35) // 100
          WHEN used_months <= 20 THEN monthly_discount_won * (1100 - (used_months - 16) * 15) // 100
          WHEN used_months <= 24 THEN monthly_discount_won * (1040 - (used_months - 20) * 40) // 100
          ELSE monthly_discount_won * 880 // 100
        END
      WHEN used_months <= CASE WHEN contract_months <= 12 THEN 3 ELSE 6 END
        THEN monthly_discount_won * used_months
      ELSE monthly_discount_won * used_months * (contract_months - used_months)
        // greatest(1, contract_months - CASE WHEN contract_months <= 12 THEN 3 ELSE 6 END)
    END AS amount,
    code = 4 OR (code IN (2, 3) AND amount IS NULL) AS undetermined
  FROM coded
)
SELECT
  line_id,
  CASE WHEN undetermined THEN 4 ELSE code END::TINYINT AS penalty_waiver,
  amount::BIGINT AS amount_of_penalty_waiver,
  CASE WHEN undetermined THEN
    CASE WHEN recent IS NULL AND contract_action IS NULL THEN 2 ELSE 0 END
    | CASE
        WHEN contracted_on IS NULL
          AND (recent IS NULL OR (contract_months > 0 AND support <> 'none')) THEN 4
        ELSE 0
      END
    | CASE
        WHEN contract_months > 0 AND support = 'device_subsidy' AND NOT term_over
          AND contracted_on IS NOT NULL AND subsidy_won IS NULL THEN 8
        ELSE 0
      END
    | CASE
        WHEN contract_months > 0 AND support = 'monthly_discount' AND NOT term_over
          AND contracted_on IS NOT NULL AND monthly_discount_won IS NULL THEN 16
        ELSE 0
      END
  END::BIGINT AS missing_of_penalty_waiver,
  CASE
    WHEN gone IS NOT NULL THEN gone
    WHEN status = 'suspended' THEN 11
    WHEN line_kind = 'iot' THEN 12
    WHEN payment = 'prepaid' THEN 13
    ELSE 1
  END::TINYINT AS data,
  CASE
    WHEN gone IS NOT NULL THEN gone
    WHEN status = 'suspended' THEN 11
    ELSE 1
  END::TINYINT AS roaming,
  CASE
    WHEN gone IS NOT NULL THEN gone
    WHEN status = 'suspended' THEN 11
    WHEN line_kind = 'iot' THEN 12
    ELSE 1
  END::TINYINT AS streaming_pass,
  roaming AS membership,
  CASE
    WHEN gone IS NOT NULL THEN gone
    WHEN holder = 'corporation' THEN 2
    WHEN holder_age >= 65 THEN 1
    WHEN holder_age IS NULL THEN 4
    ELSE 2
  END::TINYINT AS cover,
  CASE
    WHEN gone IS NULL AND holder <> 'corporation' AND holder_age IS NULL THEN 1
  END::BIGINT AS missing_of_cover
FROM reckoned
