-- Goes back: what was frozen is lost.
DROP TABLE snapshot_row;
DROP TABLE snapshot;
DROP INDEX demand_by_listing;
DROP INDEX project_by_contact_due;
DROP INDEX project_by_delivery;
DROP INDEX project_by_confirmation;
DELETE FROM rule_change WHERE code IN ('RATE_CLAIMED_WITHIN', 'RATE_SATISFIED_LEAST', 'RATE_CASES_LEAST');
DELETE FROM rule WHERE code IN ('RATE_CLAIMED_WITHIN', 'RATE_SATISFIED_LEAST', 'RATE_CASES_LEAST');
