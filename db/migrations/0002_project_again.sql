-- The tables of 0001 are filled from the facts: the journal that the engine serves is projected once more from fact 1.
-- Its rows are replaced by equal ones on the way, so nothing is missing meanwhile.
UPDATE "projection"."progress" SET "fact_number" = 0, "fact_digest" = '';
