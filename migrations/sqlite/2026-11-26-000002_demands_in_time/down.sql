-- What is parked or has expired is listed again, and what the coordinator decided counts as withdrawn:
-- nothing else was known before.
DROP TABLE clock_correction;
DROP TABLE rule_change;
CREATE TABLE demand_old (
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
    CONSTRAINT demand_status_known CHECK (status IN ('DRAFT', 'SUBMITTED', 'RETURNED', 'LISTED', 'MERGED', 'CLOSED')),
    CONSTRAINT demand_merge_target CHECK ((status = 'MERGED') = (merged_into IS NOT NULL)),
    CONSTRAINT demand_outcome_given CHECK ((status = 'CLOSED') = (outcome IS NOT NULL)),
    CONSTRAINT demand_outcome_known CHECK (outcome IS NULL OR outcome IN ('SATISFIED', 'WITHDRAWN')),
    CONSTRAINT demand_triage_clock CHECK (status <> 'SUBMITTED' OR triage_due_at IS NOT NULL),
    CONSTRAINT demand_unclaimed_clock CHECK (status <> 'LISTED' OR unclaimed_due_at IS NOT NULL)
) STRICT;
INSERT INTO demand_old (id, district, ref_no, organisation, place, zone, category, title, detail, tags, quantity, unit, urgency, urgency_reason, urgency_rank, desired_from, desired_to, visibility, source, contact, status, status_reason, outcome, merged_into, agreed_quantity, triage_due_at, unclaimed_due_at, created_by, created_at, submitted_at, listed_at, closed_at, search_text, version)
    SELECT id, district, ref_no, organisation, place, zone, category, title, detail, tags, quantity, unit, urgency, urgency_reason, urgency_rank, desired_from, desired_to, visibility, source, contact, CASE WHEN status IN ('PARKED', 'EXPIRED') THEN 'LISTED' ELSE status END, status_reason, CASE WHEN outcome IN ('PARTLY_SATISFIED', 'NOT_FEASIBLE', 'OUT_OF_SCOPE') THEN 'WITHDRAWN' ELSE outcome END, merged_into, agreed_quantity, triage_due_at, CASE WHEN status IN ('LISTED', 'PARKED', 'EXPIRED') THEN COALESCE(unclaimed_due_at, listed_at, created_at) END, created_by, created_at, submitted_at, listed_at, closed_at, search_text, version FROM demand;
DROP TABLE demand;
ALTER TABLE demand_old RENAME TO demand;
CREATE INDEX demand_by_age ON demand (district, created_at, id);
CREATE INDEX demand_by_status ON demand (district, status, created_at, id);
CREATE INDEX demand_by_urgency ON demand (district, urgency_rank, id);
CREATE INDEX demand_by_organisation ON demand (organisation, created_at, id);
CREATE INDEX demand_by_place ON demand (place, created_at, id);
CREATE INDEX demand_by_category ON demand (category, created_at, id);
CREATE TABLE resource_old (
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
    CONSTRAINT resource_pause_end CHECK ((status = 'PAUSED') = (paused_until IS NOT NULL))
) STRICT;
INSERT INTO resource_old (id, district, ref_no, organisation, unit, category, title, detail, tags, mode, coverage, eligibility, capacity, per, valid_from, valid_to, fee, required_documents, contact, assured_on, status, status_reason, paused_until, created_by, created_at, listed_at, search_text, version)
    SELECT id, district, ref_no, organisation, unit, category, title, detail, tags, mode, coverage, eligibility, capacity, per, valid_from, valid_to, fee, required_documents, contact, assured_on, status, status_reason, paused_until, created_by, created_at, listed_at, search_text, version FROM resource;
DROP TABLE resource;
ALTER TABLE resource_old RENAME TO resource;
CREATE INDEX resource_by_age ON resource (district, created_at, id);
CREATE INDEX resource_by_status ON resource (district, status, created_at, id);
CREATE INDEX resource_by_organisation ON resource (organisation, created_at, id);
CREATE INDEX resource_by_category ON resource (category, created_at, id);
CREATE INDEX resource_by_end ON resource (district, (valid_to IS NULL), valid_to, id);
DELETE FROM rule WHERE code IN ('DEMAND_ESCALATE', 'DEMAND_ESCALATE_URGENT', 'DEMAND_PARK', 'DEMAND_DECIDE', 'DEMAND_OBJECT', 'DEMAND_OBJECTION_DECIDE', 'DEMAND_EXPIRE', 'DEMAND_RENEW', 'RESOURCE_REMIND_FIRST', 'RESOURCE_REMIND_SECOND', 'RESOURCE_STALE');
