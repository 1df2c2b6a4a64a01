-- Goes back: what is paused is worked on again, and what nobody confirmed waits to be confirmed.
DROP TABLE call_back;
DROP TABLE call_back_draw;
DROP TABLE project_progress;
DROP TABLE project_extension;
DROP TABLE project_pause;
CREATE TABLE project_old (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    ref_no TEXT NOT NULL,
    claim BLOB NOT NULL,
    demand BLOB NOT NULL,
    demand_organisation BLOB NOT NULL,
    place BLOB NOT NULL,
    resource BLOB,
    lead BLOB NOT NULL,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    status_reason TEXT,
    due_on TEXT NOT NULL,
    original_due_on TEXT NOT NULL,
    contact_due_at INTEGER NOT NULL,
    contacted_at INTEGER,
    contact_note TEXT,
    plan_due_at INTEGER NOT NULL,
    plan_filed_at INTEGER,
    plan TEXT,
    delivered_at INTEGER,
    delivery_summary TEXT,
    confirm_due_at INTEGER,
    confirmed_at INTEGER,
    confirmed_by BLOB,
    solved TEXT,
    answered INTEGER,
    reached_out INTEGER,
    satisfaction INTEGER,
    confirm_comment TEXT,
    close_due_at INTEGER,
    reopen_count INTEGER NOT NULL,
    closed_at INTEGER,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT project_pk PRIMARY KEY (id),
    CONSTRAINT project_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT project_claim_fk FOREIGN KEY (claim) REFERENCES claim (id),
    CONSTRAINT project_demand_fk FOREIGN KEY (demand) REFERENCES demand (id),
    CONSTRAINT project_demand_organisation_fk FOREIGN KEY (demand_organisation) REFERENCES organisation (id),
    CONSTRAINT project_place_fk FOREIGN KEY (place) REFERENCES place (id),
    CONSTRAINT project_resource_fk FOREIGN KEY (resource) REFERENCES resource (id),
    CONSTRAINT project_lead_fk FOREIGN KEY (lead) REFERENCES organisation (id),
    CONSTRAINT project_confirmer_fk FOREIGN KEY (confirmed_by) REFERENCES account (id),
    CONSTRAINT project_claim_unique UNIQUE (claim),
    CONSTRAINT project_ref_no_unique UNIQUE (district, ref_no),
    CONSTRAINT project_status_known CHECK (status IN ('PLANNED', 'ACTIVE', 'DELIVERED', 'CONFIRMED', 'CLOSED', 'CANCELLED')),
    CONSTRAINT project_active_prepared CHECK (
        status IN ('PLANNED', 'CANCELLED') OR (contacted_at IS NOT NULL AND plan_filed_at IS NOT NULL)),
    CONSTRAINT project_delivery_whole CHECK (
        (delivered_at IS NULL) = (delivery_summary IS NULL) AND (delivered_at IS NULL) = (confirm_due_at IS NULL)),
    CONSTRAINT project_delivered CHECK (status NOT IN ('DELIVERED', 'CONFIRMED', 'CLOSED') OR delivered_at IS NOT NULL),
    CONSTRAINT project_confirmation_whole CHECK (
        (confirmed_at IS NULL) = (solved IS NULL) AND (confirmed_at IS NULL) = (answered IS NULL)
        AND (confirmed_at IS NULL) = (reached_out IS NULL) AND (confirmed_at IS NULL) = (satisfaction IS NULL)
        AND (confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (close_due_at IS NULL)),
    CONSTRAINT project_confirmed CHECK (status NOT IN ('CONFIRMED', 'CLOSED') OR confirmed_at IS NOT NULL),
    CONSTRAINT project_solved_known CHECK (solved IS NULL OR solved IN ('YES', 'PARTLY', 'NO')),
    CONSTRAINT project_satisfaction_range CHECK (satisfaction IS NULL OR satisfaction BETWEEN 1 AND 5),
    CONSTRAINT project_reopen_range CHECK (reopen_count BETWEEN 0 AND 2),
    CONSTRAINT project_reason_given CHECK (status <> 'CANCELLED' OR status_reason IS NOT NULL)
) STRICT;
INSERT INTO project_old (id, district, ref_no, claim, demand, demand_organisation, place, resource, lead, title, status, status_reason, due_on, original_due_on, contact_due_at, contacted_at, contact_note, plan_due_at, plan_filed_at, plan, delivered_at, delivery_summary, confirm_due_at, confirmed_at, confirmed_by, solved, answered, reached_out, satisfaction, confirm_comment, close_due_at, reopen_count, closed_at, created_at, version)
    SELECT id, district, ref_no, claim, demand, demand_organisation, place, resource, lead, title, CASE WHEN status = 'PAUSED' THEN 'ACTIVE' WHEN status = 'UNCONFIRMED' OR (status = 'CLOSED' AND confirmed_at IS NULL) THEN 'DELIVERED' ELSE status END, status_reason, due_on, original_due_on, contact_due_at, contacted_at, contact_note, plan_due_at, plan_filed_at, plan, delivered_at, delivery_summary, confirm_due_at, confirmed_at, confirmed_by, solved, answered, reached_out, satisfaction, confirm_comment, CASE WHEN confirmed_at IS NOT NULL THEN close_due_at END, reopen_count, CASE WHEN status <> 'CLOSED' OR confirmed_at IS NOT NULL THEN closed_at END, created_at, version FROM project;
DROP TABLE project;
ALTER TABLE project_old RENAME TO project;
CREATE INDEX project_by_demand ON project (demand);
CREATE INDEX project_by_lead ON project (lead, created_at, id);
CREATE INDEX project_by_demand_organisation ON project (demand_organisation, created_at, id);
CREATE INDEX project_by_age ON project (district, created_at, id);
CREATE INDEX project_by_status ON project (district, status, created_at, id);
CREATE INDEX project_by_due ON project (district, due_on, id);
CREATE INDEX project_by_place ON project (place, created_at, id);
DELETE FROM rule_change WHERE code IN (
    'PROJECT_PROGRESS',
    'PROJECT_CLOSE_UNCONFIRMED',
    'PROJECT_PAUSE',
    'PROJECT_EXTENSION_ASK',
    'PROJECT_EXTENSION_TOTAL',
    'PROJECT_EXTENSIONS_MOST',
    'CALL_BACK_SHARE');
DELETE FROM rule WHERE code IN (
    'PROJECT_PROGRESS',
    'PROJECT_CLOSE_UNCONFIRMED',
    'PROJECT_PAUSE',
    'PROJECT_EXTENSION_ASK',
    'PROJECT_EXTENSION_TOTAL',
    'PROJECT_EXTENSIONS_MOST',
    'CALL_BACK_SHARE');
