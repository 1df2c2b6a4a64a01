-- Demands and resources in time, changes of rules, and clocks that are counted anew.
-- Mirrors src/domain/demand, resource.rs and rule_change.rs.

ALTER TABLE demand
    ADD COLUMN escalate_due_at timestamptz,
    ADD COLUMN reminded_at timestamptz,
    ADD COLUMN escalated_at timestamptz,
    ADD COLUMN decide_due_at timestamptz,
    ADD COLUMN expires_on date,
    ADD COLUMN review_on date,
    ADD COLUMN object_due_at timestamptz,
    ADD COLUMN objected_at timestamptz,
    ADD COLUMN objection text,
    ADD COLUMN objection_due_at timestamptz,
    ADD COLUMN dismissed_at timestamptz,
    ADD COLUMN dismissal text,
    ADD COLUMN expired_at timestamptz,
    ADD COLUMN renew_until date;
-- What ran before without its second clock gets it a week after the first.
UPDATE demand SET escalate_due_at = unclaimed_due_at + INTERVAL '7 days' WHERE status = 'LISTED' AND agreed_quantity = 0;
UPDATE demand SET unclaimed_due_at = NULL WHERE NOT (status = 'LISTED' AND agreed_quantity = 0);
ALTER TABLE demand
    DROP CONSTRAINT demand_status_known,
    DROP CONSTRAINT demand_outcome_known,
    DROP CONSTRAINT demand_unclaimed_clock,
    ADD CONSTRAINT demand_status_known CHECK (status IN (
        'DRAFT', 'SUBMITTED', 'RETURNED', 'LISTED', 'PARKED', 'MERGED', 'CLOSED', 'EXPIRED')),
    ADD CONSTRAINT demand_outcome_known CHECK (outcome IS NULL OR outcome IN (
        'SATISFIED', 'WITHDRAWN', 'PARTLY_SATISFIED', 'NOT_FEASIBLE', 'OUT_OF_SCOPE')),
    ADD CONSTRAINT demand_unclaimed_clock CHECK (status <> 'LISTED' OR agreed_quantity > 0 OR unclaimed_due_at IS NOT NULL),
    ADD CONSTRAINT demand_unclaimed_whole CHECK ((unclaimed_due_at IS NULL) = (escalate_due_at IS NULL) AND escalate_due_at >= unclaimed_due_at),
    ADD CONSTRAINT demand_unclaimed_listed CHECK (status = 'LISTED' OR unclaimed_due_at IS NULL),
    ADD CONSTRAINT demand_reminder_due CHECK (reminded_at IS NULL OR unclaimed_due_at IS NOT NULL),
    ADD CONSTRAINT demand_reminded_first CHECK (escalated_at IS NULL OR reminded_at IS NOT NULL),
    ADD CONSTRAINT demand_decision_due CHECK (decide_due_at IS NULL OR (status = 'LISTED' AND agreed_quantity = quantity)),
    ADD CONSTRAINT demand_expiry_listed CHECK (expires_on IS NULL OR status = 'LISTED'),
    ADD CONSTRAINT demand_review_day CHECK ((status = 'PARKED') = (review_on IS NOT NULL)),
    ADD CONSTRAINT demand_off_list_free CHECK (status NOT IN ('PARKED', 'EXPIRED') OR agreed_quantity = 0),
    ADD CONSTRAINT demand_reason_given CHECK ((status <> 'PARKED' AND object_due_at IS NULL) OR status_reason IS NOT NULL),
    ADD CONSTRAINT demand_object_clock CHECK (
        (object_due_at IS NOT NULL)
        = (status = 'CLOSED' AND COALESCE(outcome, '') IN ('PARTLY_SATISFIED', 'NOT_FEASIBLE', 'OUT_OF_SCOPE'))),
    ADD CONSTRAINT demand_objection_whole CHECK (
        (objected_at IS NULL) = (objection IS NULL)
        AND (objected_at IS NULL) = (objection_due_at IS NULL)),
    ADD CONSTRAINT demand_objection_to_decision CHECK (objected_at IS NULL OR object_due_at IS NOT NULL),
    ADD CONSTRAINT demand_objection_in_time CHECK (objected_at IS NULL OR objected_at <= object_due_at),
    ADD CONSTRAINT demand_dismissal_whole CHECK ((dismissed_at IS NULL) = (dismissal IS NULL)),
    ADD CONSTRAINT demand_dismissal_of_objection CHECK (dismissed_at IS NULL OR objected_at IS NOT NULL),
    ADD CONSTRAINT demand_expired_whole CHECK (
        (status = 'EXPIRED') = (expired_at IS NOT NULL) AND (status = 'EXPIRED') = (renew_until IS NOT NULL));
-- What the scheduler looks for.
CREATE INDEX demand_to_remind ON demand (unclaimed_due_at, id) WHERE status = 'LISTED' AND reminded_at IS NULL;
CREATE INDEX demand_to_escalate ON demand (escalate_due_at, id) WHERE status = 'LISTED' AND escalated_at IS NULL;
CREATE INDEX demand_to_review ON demand (review_on, id) WHERE status = 'PARKED';
CREATE INDEX demand_to_expire ON demand (expires_on, id) WHERE status = 'LISTED';

ALTER TABLE resource
    ADD COLUMN remind_first_on date,
    ADD COLUMN remind_second_on date,
    ADD COLUMN stale_on date,
    ADD COLUMN reminded integer NOT NULL DEFAULT 0;
ALTER TABLE resource ALTER COLUMN reminded DROP DEFAULT;
UPDATE resource SET remind_first_on = assured_on + 75, remind_second_on = assured_on + 85, stale_on = assured_on + 90;
ALTER TABLE resource
    ADD CONSTRAINT resource_assurance_clock CHECK (
        (assured_on IS NULL) = (stale_on IS NULL)
        AND (assured_on IS NULL) = (remind_first_on IS NULL)
        AND (assured_on IS NULL) = (remind_second_on IS NULL)),
    ADD CONSTRAINT resource_reminded_range CHECK (reminded BETWEEN 0 AND 2),
    ADD CONSTRAINT resource_reminder_due CHECK (reminded = 0 OR assured_on IS NOT NULL);
-- What the scheduler looks for.
CREATE INDEX resource_to_remind ON resource (remind_first_on, id) WHERE status = 'LISTED' AND reminded = 0;
CREATE INDEX resource_to_remind_again ON resource (remind_second_on, id) WHERE status = 'LISTED' AND reminded = 1;
CREATE INDEX resource_to_go_stale ON resource (stale_on, id) WHERE status = 'LISTED';
CREATE INDEX resource_to_resume ON resource (paused_until, id) WHERE status = 'PAUSED';
CREATE INDEX resource_to_retire ON resource (valid_to, id) WHERE status IN ('LISTED', 'PAUSED', 'STALE');

-- Changes of a district's numbers: proposed by one coordinator, decided by another. Mirrors src/domain/rule_change.rs.
CREATE TABLE rule_change (
    id uuid NOT NULL,
    district text NOT NULL,
    code text NOT NULL,
    old_value integer NOT NULL,
    new_value integer NOT NULL,
    basis text NOT NULL,
    source text NOT NULL,
    reason text NOT NULL,
    status text NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    decision_reason text,
    version integer NOT NULL,
    CONSTRAINT rule_change_pk PRIMARY KEY (id),
    CONSTRAINT rule_change_rule_fk FOREIGN KEY (district, code) REFERENCES rule (district, code),
    CONSTRAINT rule_change_proposer_fk FOREIGN KEY (proposed_by) REFERENCES account (id),
    CONSTRAINT rule_change_decider_fk FOREIGN KEY (decided_by) REFERENCES account (id),
    CONSTRAINT rule_change_value_range CHECK (new_value BETWEEN 0 AND 100000),
    CONSTRAINT rule_change_basis_known CHECK (basis IN ('PUBLISHED', 'OWN_CHOICE')),
    CONSTRAINT rule_change_status_known CHECK (status IN ('PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
    CONSTRAINT rule_change_decided_whole CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT rule_change_decided CHECK ((status IN ('APPROVED', 'REJECTED')) = (decided_by IS NOT NULL)),
    CONSTRAINT rule_change_two_persons CHECK (decided_by IS NULL OR decided_by <> proposed_by),
    CONSTRAINT rule_change_rejection_reason CHECK ((status = 'REJECTED') = (decision_reason IS NOT NULL))
);
-- At most one open change of a number.
CREATE UNIQUE INDEX rule_change_one_open ON rule_change (district, code) WHERE status = 'PROPOSED';
CREATE INDEX rule_change_by_age ON rule_change (district, proposed_at, id);

-- Ends of running clocks that were counted anew because a year of the calendar was replaced.
CREATE TABLE clock_correction (
    id uuid NOT NULL,
    district text NOT NULL,
    object uuid NOT NULL,
    clock text NOT NULL,
    old_due_at timestamptz NOT NULL,
    new_due_at timestamptz NOT NULL,
    year integer NOT NULL,
    corrected_at timestamptz NOT NULL,
    CONSTRAINT clock_correction_pk PRIMARY KEY (id),
    CONSTRAINT clock_correction_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT clock_correction_year_fk FOREIGN KEY (year) REFERENCES calendar_year (year),
    CONSTRAINT clock_correction_moves CHECK (old_due_at <> new_due_at)
);
CREATE INDEX clock_correction_by_object ON clock_correction (object, corrected_at, id);

INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'DEMAND_ESCALATE', 10, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'DEMAND_ESCALATE_URGENT', 3, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'DEMAND_PARK', 180, 'DAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'DEMAND_DECIDE', 5, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'DEMAND_OBJECT', 5, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'DEMAND_OBJECTION_DECIDE', 5, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'DEMAND_EXPIRE', 30, 'DAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'DEMAND_RENEW', 90, 'DAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'RESOURCE_REMIND_FIRST', 75, 'DAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'RESOURCE_REMIND_SECOND', 85, 'DAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'RESOURCE_STALE', 90, 'DAYS', 'OWN_CHOICE', '本区自定' FROM district;
