-- Demands and resources in time, changes of rules, and clocks that are counted anew.
-- Mirrors src/domain/demand, resource.rs and rule_change.rs.

-- What ran before without its second clock gets it a week after the first.
-- Demands (需求).
CREATE TABLE demand_new (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    ref_no TEXT,
    organisation BLOB NOT NULL,
    place BLOB NOT NULL,
    zone BLOB,
    category BLOB NOT NULL,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    tags TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit TEXT NOT NULL,
    urgency TEXT NOT NULL,
    urgency_reason TEXT,
    urgency_rank INTEGER NOT NULL,
    desired_from TEXT,
    desired_to TEXT,
    visibility TEXT NOT NULL,
    source TEXT NOT NULL,
    contact BLOB,
    status TEXT NOT NULL,
    status_reason TEXT,
    outcome TEXT,
    merged_into BLOB,
    agreed_quantity INTEGER NOT NULL,
    triage_due_at INTEGER,
    unclaimed_due_at INTEGER,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    submitted_at INTEGER,
    listed_at INTEGER,
    closed_at INTEGER,
    search_text TEXT NOT NULL,
    version INTEGER NOT NULL,
    escalate_due_at INTEGER,
    reminded_at INTEGER,
    escalated_at INTEGER,
    decide_due_at INTEGER,
    expires_on TEXT,
    review_on TEXT,
    object_due_at INTEGER,
    objected_at INTEGER,
    objection TEXT,
    objection_due_at INTEGER,
    dismissed_at INTEGER,
    dismissal TEXT,
    expired_at INTEGER,
    renew_until TEXT,
    CONSTRAINT demand_pk PRIMARY KEY (id),
    CONSTRAINT demand_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT demand_organisation_fk FOREIGN KEY (organisation) REFERENCES organisation (id),
    CONSTRAINT demand_place_fk FOREIGN KEY (place) REFERENCES place (id),
    CONSTRAINT demand_zone_fk FOREIGN KEY (zone) REFERENCES zone (id),
    CONSTRAINT demand_category_fk FOREIGN KEY (category) REFERENCES category (id),
    CONSTRAINT demand_contact_fk FOREIGN KEY (contact) REFERENCES contact_point (id),
    CONSTRAINT demand_merged_into_fk FOREIGN KEY (merged_into) REFERENCES demand (id),
    CONSTRAINT demand_creator_fk FOREIGN KEY (created_by) REFERENCES account (id),
    CONSTRAINT demand_ref_no_unique UNIQUE (district, ref_no),
    CONSTRAINT demand_ref_no_given CHECK (ref_no IS NOT NULL OR status = 'DRAFT' OR (status = 'CLOSED' AND submitted_at IS NULL)),
    CONSTRAINT demand_quantity_range CHECK (quantity BETWEEN 1 AND 10000),
    CONSTRAINT demand_agreed_fits CHECK (agreed_quantity BETWEEN 0 AND quantity),
    CONSTRAINT demand_urgency_known CHECK (urgency IN ('NORMAL', 'SOON', 'URGENT')),
    CONSTRAINT demand_urgency_reason CHECK (urgency <> 'URGENT' OR urgency_reason IS NOT NULL),
    CONSTRAINT demand_desired_range CHECK (desired_from IS NULL OR desired_to IS NULL OR desired_to >= desired_from),
    CONSTRAINT demand_visibility_known CHECK (visibility IN ('DISTRICT', 'ZONE', 'DUTY_UNIT')),
    CONSTRAINT demand_source_known CHECK (source IN ('SELF', 'STEWARD', 'FROM_RESOURCE', 'IMPORT')),
    CONSTRAINT demand_status_known CHECK (status IN (
        'DRAFT', 'SUBMITTED', 'RETURNED', 'LISTED', 'PARKED', 'MERGED', 'CLOSED', 'EXPIRED')),
    CONSTRAINT demand_merge_target CHECK ((status = 'MERGED') = (merged_into IS NOT NULL)),
    CONSTRAINT demand_outcome_given CHECK ((status = 'CLOSED') = (outcome IS NOT NULL)),
    CONSTRAINT demand_outcome_known CHECK (outcome IS NULL OR outcome IN (
        'SATISFIED', 'WITHDRAWN', 'PARTLY_SATISFIED', 'NOT_FEASIBLE', 'OUT_OF_SCOPE')),
    CONSTRAINT demand_triage_clock CHECK (status <> 'SUBMITTED' OR triage_due_at IS NOT NULL),
    CONSTRAINT demand_unclaimed_clock CHECK (status <> 'LISTED' OR agreed_quantity > 0 OR unclaimed_due_at IS NOT NULL),
    CONSTRAINT demand_unclaimed_whole CHECK ((unclaimed_due_at IS NULL) = (escalate_due_at IS NULL) AND escalate_due_at >= unclaimed_due_at),
    CONSTRAINT demand_unclaimed_listed CHECK (status = 'LISTED' OR unclaimed_due_at IS NULL),
    CONSTRAINT demand_reminder_due CHECK (reminded_at IS NULL OR unclaimed_due_at IS NOT NULL),
    CONSTRAINT demand_reminded_first CHECK (escalated_at IS NULL OR reminded_at IS NOT NULL),
    CONSTRAINT demand_decision_due CHECK (decide_due_at IS NULL OR (status = 'LISTED' AND agreed_quantity = quantity)),
    CONSTRAINT demand_expiry_listed CHECK (expires_on IS NULL OR status = 'LISTED'),
    CONSTRAINT demand_review_day CHECK ((status = 'PARKED') = (review_on IS NOT NULL)),
    CONSTRAINT demand_off_list_free CHECK (status NOT IN ('PARKED', 'EXPIRED') OR agreed_quantity = 0),
    CONSTRAINT demand_reason_given CHECK ((status <> 'PARKED' AND object_due_at IS NULL) OR status_reason IS NOT NULL),
    CONSTRAINT demand_object_clock CHECK (
        (object_due_at IS NOT NULL)
        = (status = 'CLOSED' AND COALESCE(outcome, '') IN ('PARTLY_SATISFIED', 'NOT_FEASIBLE', 'OUT_OF_SCOPE'))),
    CONSTRAINT demand_objection_whole CHECK (
        (objected_at IS NULL) = (objection IS NULL)
        AND (objected_at IS NULL) = (objection_due_at IS NULL)),
    CONSTRAINT demand_objection_to_decision CHECK (objected_at IS NULL OR object_due_at IS NOT NULL),
    CONSTRAINT demand_objection_in_time CHECK (objected_at IS NULL OR objected_at <= object_due_at),
    CONSTRAINT demand_dismissal_whole CHECK ((dismissed_at IS NULL) = (dismissal IS NULL)),
    CONSTRAINT demand_dismissal_of_objection CHECK (dismissed_at IS NULL OR objected_at IS NOT NULL),
    CONSTRAINT demand_expired_whole CHECK (
        (status = 'EXPIRED') = (expired_at IS NOT NULL) AND (status = 'EXPIRED') = (renew_until IS NOT NULL))
) STRICT;
INSERT INTO demand_new (id, district, ref_no, organisation, place, zone, category, title, detail, tags, quantity, unit, urgency, urgency_reason, urgency_rank, desired_from, desired_to, visibility, source, contact, status, status_reason, outcome, merged_into, agreed_quantity, triage_due_at, unclaimed_due_at, created_by, created_at, submitted_at, listed_at, closed_at, search_text, version, escalate_due_at)
    SELECT id, district, ref_no, organisation, place, zone, category, title, detail, tags, quantity, unit, urgency, urgency_reason, urgency_rank, desired_from, desired_to, visibility, source, contact, status, status_reason, outcome, merged_into, agreed_quantity, triage_due_at, CASE WHEN status = 'LISTED' AND agreed_quantity = 0 THEN unclaimed_due_at END, created_by, created_at, submitted_at, listed_at, closed_at, search_text, version, CASE WHEN status = 'LISTED' AND agreed_quantity = 0 THEN unclaimed_due_at + 604800000000 END FROM demand;
DROP TABLE demand;
ALTER TABLE demand_new RENAME TO demand;
CREATE INDEX demand_by_age ON demand (district, created_at, id);
CREATE INDEX demand_by_status ON demand (district, status, created_at, id);
CREATE INDEX demand_by_urgency ON demand (district, urgency_rank, id);
CREATE INDEX demand_by_organisation ON demand (organisation, created_at, id);
CREATE INDEX demand_by_place ON demand (place, created_at, id);
CREATE INDEX demand_by_category ON demand (category, created_at, id);
-- What the scheduler looks for.
CREATE INDEX demand_to_remind ON demand (unclaimed_due_at, id) WHERE status = 'LISTED' AND reminded_at IS NULL;
CREATE INDEX demand_to_escalate ON demand (escalate_due_at, id) WHERE status = 'LISTED' AND escalated_at IS NULL;
CREATE INDEX demand_to_review ON demand (review_on, id) WHERE status = 'PARKED';
CREATE INDEX demand_to_expire ON demand (expires_on, id) WHERE status = 'LISTED';

-- Resources (资源).
CREATE TABLE resource_new (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    ref_no TEXT,
    organisation BLOB NOT NULL,
    unit TEXT NOT NULL,
    category BLOB NOT NULL,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    tags TEXT NOT NULL,
    mode TEXT NOT NULL,
    coverage TEXT NOT NULL,
    eligibility TEXT NOT NULL,
    capacity INTEGER NOT NULL,
    per TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    fee TEXT NOT NULL,
    required_documents TEXT NOT NULL,
    contact BLOB,
    assured_on TEXT,
    status TEXT NOT NULL,
    status_reason TEXT,
    paused_until TEXT,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    listed_at INTEGER,
    search_text TEXT NOT NULL,
    version INTEGER NOT NULL,
    remind_first_on TEXT,
    remind_second_on TEXT,
    stale_on TEXT,
    reminded INTEGER NOT NULL,
    CONSTRAINT resource_pk PRIMARY KEY (id),
    CONSTRAINT resource_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT resource_organisation_fk FOREIGN KEY (organisation) REFERENCES organisation (id),
    CONSTRAINT resource_category_fk FOREIGN KEY (category) REFERENCES category (id),
    CONSTRAINT resource_contact_fk FOREIGN KEY (contact) REFERENCES contact_point (id),
    CONSTRAINT resource_creator_fk FOREIGN KEY (created_by) REFERENCES account (id),
    CONSTRAINT resource_ref_no_unique UNIQUE (district, ref_no),
    CONSTRAINT resource_ref_no_given CHECK (ref_no IS NOT NULL OR status IN ('DRAFT', 'RETIRED')),
    CONSTRAINT resource_mode_known CHECK (mode IN ('ONSITE', 'ONLINE', 'VENUE', 'WINDOW', 'POLICY', 'EXPERT')),
    CONSTRAINT resource_coverage_known CHECK (coverage IN ('DISTRICT', 'PARTS')),
    CONSTRAINT resource_capacity_range CHECK (capacity BETWEEN 0 AND 10000),
    CONSTRAINT resource_per_known CHECK (per IN ('ONCE', 'MONTH', 'QUARTER', 'YEAR')),
    CONSTRAINT resource_valid_range CHECK (valid_to IS NULL OR valid_to >= valid_from),
    CONSTRAINT resource_fee_known CHECK (fee IN ('FREE', 'AT_COST')),
    CONSTRAINT resource_status_known CHECK (status IN ('DRAFT', 'LISTED', 'PAUSED', 'STALE', 'RETIRED')),
    CONSTRAINT resource_assured CHECK (status IN ('DRAFT', 'RETIRED') OR assured_on IS NOT NULL),
    CONSTRAINT resource_reason_given CHECK (status NOT IN ('PAUSED', 'RETIRED') OR status_reason IS NOT NULL),
    CONSTRAINT resource_pause_end CHECK ((status = 'PAUSED') = (paused_until IS NOT NULL)),
    CONSTRAINT resource_assurance_clock CHECK (
        (assured_on IS NULL) = (stale_on IS NULL)
        AND (assured_on IS NULL) = (remind_first_on IS NULL)
        AND (assured_on IS NULL) = (remind_second_on IS NULL)),
    CONSTRAINT resource_reminded_range CHECK (reminded BETWEEN 0 AND 2),
    CONSTRAINT resource_reminder_due CHECK (reminded = 0 OR assured_on IS NOT NULL)
) STRICT;
INSERT INTO resource_new (id, district, ref_no, organisation, unit, category, title, detail, tags, mode, coverage, eligibility, capacity, per, valid_from, valid_to, fee, required_documents, contact, assured_on, status, status_reason, paused_until, created_by, created_at, listed_at, search_text, version, remind_first_on, remind_second_on, stale_on, reminded)
    SELECT id, district, ref_no, organisation, unit, category, title, detail, tags, mode, coverage, eligibility, capacity, per, valid_from, valid_to, fee, required_documents, contact, assured_on, status, status_reason, paused_until, created_by, created_at, listed_at, search_text, version, date(assured_on, '+75 days'), date(assured_on, '+85 days'), date(assured_on, '+90 days'), 0 FROM resource;
DROP TABLE resource;
ALTER TABLE resource_new RENAME TO resource;
CREATE INDEX resource_by_age ON resource (district, created_at, id);
CREATE INDEX resource_by_status ON resource (district, status, created_at, id);
CREATE INDEX resource_by_organisation ON resource (organisation, created_at, id);
CREATE INDEX resource_by_category ON resource (category, created_at, id);
CREATE INDEX resource_by_end ON resource (district, (valid_to IS NULL), valid_to, id);
-- What the scheduler looks for.
CREATE INDEX resource_to_remind ON resource (remind_first_on, id) WHERE status = 'LISTED' AND reminded = 0;
CREATE INDEX resource_to_remind_again ON resource (remind_second_on, id) WHERE status = 'LISTED' AND reminded = 1;
CREATE INDEX resource_to_go_stale ON resource (stale_on, id) WHERE status = 'LISTED';
CREATE INDEX resource_to_resume ON resource (paused_until, id) WHERE status = 'PAUSED';
CREATE INDEX resource_to_retire ON resource (valid_to, id) WHERE status IN ('LISTED', 'PAUSED', 'STALE');

-- Changes of a district's numbers: proposed by one coordinator, decided by another. Mirrors src/domain/rule_change.rs.
CREATE TABLE rule_change (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    code TEXT NOT NULL,
    old_value INTEGER NOT NULL,
    new_value INTEGER NOT NULL,
    basis TEXT NOT NULL,
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    status TEXT NOT NULL,
    proposed_by BLOB NOT NULL,
    proposed_at INTEGER NOT NULL,
    decided_by BLOB,
    decided_at INTEGER,
    decision_reason TEXT,
    version INTEGER NOT NULL,
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
) STRICT;
-- At most one open change of a number.
CREATE UNIQUE INDEX rule_change_one_open ON rule_change (district, code) WHERE status = 'PROPOSED';
CREATE INDEX rule_change_by_age ON rule_change (district, proposed_at, id);

-- Ends of running clocks that were counted anew because a year of the calendar was replaced.
CREATE TABLE clock_correction (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    object BLOB NOT NULL,
    clock TEXT NOT NULL,
    old_due_at INTEGER NOT NULL,
    new_due_at INTEGER NOT NULL,
    year INTEGER NOT NULL,
    corrected_at INTEGER NOT NULL,
    CONSTRAINT clock_correction_pk PRIMARY KEY (id),
    CONSTRAINT clock_correction_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT clock_correction_year_fk FOREIGN KEY (year) REFERENCES calendar_year (year),
    CONSTRAINT clock_correction_moves CHECK (old_due_at <> new_due_at)
) STRICT;
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
