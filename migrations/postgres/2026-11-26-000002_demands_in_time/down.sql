-- What is parked or has expired is listed again, and what the coordinator decided counts as withdrawn:
-- nothing else was known before.
DROP TABLE clock_correction;
DROP TABLE rule_change;
DROP INDEX demand_to_remind;
DROP INDEX demand_to_escalate;
DROP INDEX demand_to_review;
DROP INDEX demand_to_expire;
DROP INDEX resource_to_remind;
DROP INDEX resource_to_remind_again;
DROP INDEX resource_to_go_stale;
DROP INDEX resource_to_resume;
DROP INDEX resource_to_retire;
ALTER TABLE demand
    DROP CONSTRAINT demand_status_known,
    DROP CONSTRAINT demand_outcome_known,
    DROP CONSTRAINT demand_unclaimed_clock,
    DROP CONSTRAINT demand_unclaimed_whole,
    DROP CONSTRAINT demand_unclaimed_listed,
    DROP CONSTRAINT demand_reminder_due,
    DROP CONSTRAINT demand_reminded_first,
    DROP CONSTRAINT demand_decision_due,
    DROP CONSTRAINT demand_expiry_listed,
    DROP CONSTRAINT demand_review_day,
    DROP CONSTRAINT demand_off_list_free,
    DROP CONSTRAINT demand_reason_given,
    DROP CONSTRAINT demand_object_clock,
    DROP CONSTRAINT demand_objection_whole,
    DROP CONSTRAINT demand_objection_to_decision,
    DROP CONSTRAINT demand_objection_in_time,
    DROP CONSTRAINT demand_dismissal_whole,
    DROP CONSTRAINT demand_dismissal_of_objection,
    DROP CONSTRAINT demand_expired_whole;
UPDATE demand SET
    unclaimed_due_at = CASE WHEN status IN ('LISTED', 'PARKED', 'EXPIRED') THEN COALESCE(unclaimed_due_at, listed_at, created_at) END,
    outcome = CASE WHEN outcome IN ('PARTLY_SATISFIED', 'NOT_FEASIBLE', 'OUT_OF_SCOPE') THEN 'WITHDRAWN' ELSE outcome END,
    status = CASE WHEN status IN ('PARKED', 'EXPIRED') THEN 'LISTED' ELSE status END;
ALTER TABLE demand
    DROP COLUMN escalate_due_at,
    DROP COLUMN reminded_at,
    DROP COLUMN escalated_at,
    DROP COLUMN decide_due_at,
    DROP COLUMN expires_on,
    DROP COLUMN review_on,
    DROP COLUMN object_due_at,
    DROP COLUMN objected_at,
    DROP COLUMN objection,
    DROP COLUMN objection_due_at,
    DROP COLUMN dismissed_at,
    DROP COLUMN dismissal,
    DROP COLUMN expired_at,
    DROP COLUMN renew_until,
    ADD CONSTRAINT demand_status_known CHECK (status IN ('DRAFT', 'SUBMITTED', 'RETURNED', 'LISTED', 'MERGED', 'CLOSED')),
    ADD CONSTRAINT demand_outcome_known CHECK (outcome IS NULL OR outcome IN ('SATISFIED', 'WITHDRAWN')),
    ADD CONSTRAINT demand_unclaimed_clock CHECK (status <> 'LISTED' OR unclaimed_due_at IS NOT NULL);
ALTER TABLE resource
    DROP CONSTRAINT resource_assurance_clock,
    DROP CONSTRAINT resource_reminded_range,
    DROP CONSTRAINT resource_reminder_due,
    DROP COLUMN remind_first_on,
    DROP COLUMN remind_second_on,
    DROP COLUMN stale_on,
    DROP COLUMN reminded;
DELETE FROM rule WHERE code IN ('DEMAND_ESCALATE', 'DEMAND_ESCALATE_URGENT', 'DEMAND_PARK', 'DEMAND_DECIDE', 'DEMAND_OBJECT', 'DEMAND_OBJECTION_DECIDE', 'DEMAND_EXPIRE', 'DEMAND_RENEW', 'RESOURCE_REMIND_FIRST', 'RESOURCE_REMIND_SECOND', 'RESOURCE_STALE');
