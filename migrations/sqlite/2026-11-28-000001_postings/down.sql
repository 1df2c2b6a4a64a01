-- Goes back: postings, toolkits and their files are lost, and so are the roles and demands that came with them.
DROP TABLE toolkit_issue;
DROP TABLE toolkit_item;
DROP TABLE posting_target;
DROP TABLE posting;
DROP TABLE stored_file;
DELETE FROM role_grant WHERE role IN ('INSTRUCTOR', 'DISPATCH_REVIEWER', 'ORGANISATION_REVIEWER');
UPDATE demand SET source = 'STEWARD' WHERE source = 'INSTRUCTOR';
DELETE FROM counter WHERE kind = 'I';
DELETE FROM rule_change WHERE code IN (
    'POSTING_TERM', 'POSTING_TARGETS_MOST', 'POSTING_TARGETS_MANY', 'POSTING_CONSENT', 'POSTING_APPROVE', 'TOOLKIT_ACKNOWLEDGE');
DELETE FROM rule WHERE code IN (
    'POSTING_TERM', 'POSTING_TARGETS_MOST', 'POSTING_TARGETS_MANY', 'POSTING_CONSENT', 'POSTING_APPROVE', 'TOOLKIT_ACKNOWLEDGE');
-- Counters as they were.
CREATE TABLE counter_new (
    district TEXT NOT NULL,
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT counter_pk PRIMARY KEY (district, kind, year),
    CONSTRAINT counter_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT counter_kind_known CHECK (kind IN ('D', 'R', 'C', 'P')),
    CONSTRAINT counter_range CHECK (last BETWEEN 0 AND 999999)
) STRICT;
INSERT INTO counter_new (district, kind, year, last)
    SELECT district, kind, year, last FROM counter;
DROP TABLE counter;
ALTER TABLE counter_new RENAME TO counter;
;
-- Demands as they were.
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
INSERT INTO demand_new (id, district, ref_no, organisation, place, zone, category, title, detail, tags, quantity, unit, urgency, urgency_reason, urgency_rank, desired_from, desired_to, visibility, source, contact, status, status_reason, outcome, merged_into, agreed_quantity, triage_due_at, unclaimed_due_at, created_by, created_at, submitted_at, listed_at, closed_at, search_text, version, escalate_due_at, reminded_at, escalated_at, decide_due_at, expires_on, review_on, object_due_at, objected_at, objection, objection_due_at, dismissed_at, dismissal, expired_at, renew_until)
    SELECT id, district, ref_no, organisation, place, zone, category, title, detail, tags, quantity, unit, urgency, urgency_reason, urgency_rank, desired_from, desired_to, visibility, source, contact, status, status_reason, outcome, merged_into, agreed_quantity, triage_due_at, unclaimed_due_at, created_by, created_at, submitted_at, listed_at, closed_at, search_text, version, escalate_due_at, reminded_at, escalated_at, decide_due_at, expires_on, review_on, object_due_at, objected_at, objection, objection_due_at, dismissed_at, dismissal, expired_at, renew_until FROM demand;
DROP TABLE demand;
ALTER TABLE demand_new RENAME TO demand;
CREATE INDEX demand_by_age ON demand (district, created_at, id);
CREATE INDEX demand_by_status ON demand (district, status, created_at, id);
CREATE INDEX demand_by_urgency ON demand (district, urgency_rank, id);
CREATE INDEX demand_by_organisation ON demand (organisation, created_at, id);
CREATE INDEX demand_by_place ON demand (place, created_at, id);
CREATE INDEX demand_by_category ON demand (category, created_at, id);
CREATE INDEX demand_to_remind ON demand (unclaimed_due_at, id) WHERE status = 'LISTED' AND reminded_at IS NULL;
CREATE INDEX demand_to_escalate ON demand (escalate_due_at, id) WHERE status = 'LISTED' AND escalated_at IS NULL;
CREATE INDEX demand_to_review ON demand (review_on, id) WHERE status = 'PARKED';
CREATE INDEX demand_to_expire ON demand (expires_on, id) WHERE status = 'LISTED';
CREATE INDEX demand_by_listing ON demand (district, listed_at) WHERE listed_at IS NOT NULL;
-- Grants as they were.
CREATE TABLE role_grant_new (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    account BLOB NOT NULL,
    role TEXT NOT NULL,
    scope_kind TEXT NOT NULL,
    scope_id BLOB,
    from_on TEXT NOT NULL,
    to_on TEXT,
    status TEXT NOT NULL,
    proposed_by BLOB,
    approved_by BLOB,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT role_grant_pk PRIMARY KEY (id),
    CONSTRAINT role_grant_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT role_grant_account_fk FOREIGN KEY (account) REFERENCES account (id),
    CONSTRAINT role_grant_proposer_fk FOREIGN KEY (proposed_by) REFERENCES account (id),
    CONSTRAINT role_grant_approver_fk FOREIGN KEY (approved_by) REFERENCES account (id),
    CONSTRAINT role_grant_role_known CHECK (role IN (
        'LIAISON', 'OFFICIAL', 'LEAD', 'STEWARD', 'COORDINATOR', 'SYSTEM_ADMIN', 'SECURITY_ADMIN', 'AUDITOR')),
    CONSTRAINT role_grant_scope_fits CHECK (
        (role IN ('LIAISON', 'OFFICIAL', 'LEAD') AND scope_kind = 'ORGANISATION' AND scope_id IS NOT NULL)
        OR (role = 'STEWARD' AND scope_kind IN ('ZONE', 'PLACE') AND scope_id IS NOT NULL)
        OR (role IN ('COORDINATOR', 'SYSTEM_ADMIN', 'SECURITY_ADMIN', 'AUDITOR')
            AND scope_kind = 'DISTRICT' AND scope_id IS NULL)
    ),
    CONSTRAINT role_grant_range CHECK (to_on IS NULL OR to_on >= from_on),
    CONSTRAINT role_grant_status_known CHECK (status IN ('PROPOSED', 'ACTIVE', 'SUSPENDED', 'ENDED')),
    CONSTRAINT role_grant_two_persons CHECK (approved_by IS NULL OR proposed_by IS NULL OR approved_by <> proposed_by),
    CONSTRAINT role_grant_not_for_oneself CHECK (
        (proposed_by IS NULL OR proposed_by <> account) AND (approved_by IS NULL OR approved_by <> account)),
    CONSTRAINT role_grant_approved CHECK (
        status IN ('PROPOSED', 'ENDED') OR approved_by IS NOT NULL OR proposed_by IS NULL)
) STRICT;
INSERT INTO role_grant_new (id, district, account, role, scope_kind, scope_id, from_on, to_on, status, proposed_by, approved_by, created_at, version)
    SELECT id, district, account, role, scope_kind, scope_id, from_on, to_on, status, proposed_by, approved_by, created_at, version FROM role_grant;
DROP TABLE role_grant;
ALTER TABLE role_grant_new RENAME TO role_grant;
CREATE INDEX role_grant_by_district ON role_grant (district, created_at, id);
CREATE INDEX role_grant_by_account ON role_grant (account, status);
CREATE INDEX role_grant_by_scope ON role_grant (scope_id, role, status);
