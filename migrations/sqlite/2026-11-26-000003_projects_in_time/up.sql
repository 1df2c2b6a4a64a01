-- Projects in time: pauses, extensions, progress reports, what nobody confirms, and call-backs.
-- Mirrors src/domain/project/mod.rs.

-- Projects (项目). Those that are being worked on report in a month from now.
CREATE TABLE project_new (
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
    progress_due_at INTEGER,
    paused_at INTEGER,
    paused_until TEXT,
    due_minutes_left INTEGER,
    progress_minutes_left INTEGER,
    unconfirmed_at INTEGER,
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
    CONSTRAINT project_status_known CHECK (status IN (
        'PLANNED', 'ACTIVE', 'PAUSED', 'DELIVERED', 'CONFIRMED', 'UNCONFIRMED', 'CLOSED', 'CANCELLED')),
    CONSTRAINT project_active_prepared CHECK (
        status IN ('PLANNED', 'CANCELLED') OR (contacted_at IS NOT NULL AND plan_filed_at IS NOT NULL)),
    CONSTRAINT project_delivery_whole CHECK (
        (delivered_at IS NULL) = (delivery_summary IS NULL) AND (delivered_at IS NULL) = (confirm_due_at IS NULL)),
    CONSTRAINT project_delivered CHECK (
        status NOT IN ('DELIVERED', 'CONFIRMED', 'UNCONFIRMED', 'CLOSED') OR delivered_at IS NOT NULL),
    CONSTRAINT project_confirmation_whole CHECK (
        (confirmed_at IS NULL) = (solved IS NULL) AND (confirmed_at IS NULL) = (answered IS NULL)
        AND (confirmed_at IS NULL) = (reached_out IS NULL) AND (confirmed_at IS NULL) = (satisfaction IS NULL)
        AND (confirmed_at IS NULL) = (confirmed_by IS NULL)),
    CONSTRAINT project_confirmed CHECK (
        (status <> 'CONFIRMED' OR confirmed_at IS NOT NULL)
        AND (confirmed_at IS NULL OR status IN ('CONFIRMED', 'CLOSED'))),
    CONSTRAINT project_solved_known CHECK (solved IS NULL OR solved IN ('YES', 'PARTLY', 'NO')),
    CONSTRAINT project_satisfaction_range CHECK (satisfaction IS NULL OR satisfaction BETWEEN 1 AND 5),
    CONSTRAINT project_reopen_range CHECK (reopen_count BETWEEN 0 AND 2),
    CONSTRAINT project_reason_given CHECK (status <> 'CANCELLED' OR status_reason IS NOT NULL),
    CONSTRAINT project_unconfirmed CHECK (
        (status <> 'UNCONFIRMED' OR unconfirmed_at IS NOT NULL) AND (unconfirmed_at IS NULL OR delivered_at IS NOT NULL)),
    CONSTRAINT project_closed_after CHECK (status <> 'CLOSED' OR confirmed_at IS NOT NULL OR unconfirmed_at IS NOT NULL),
    CONSTRAINT project_close_clock CHECK (
        (close_due_at IS NOT NULL)
        = (status IN ('CONFIRMED', 'UNCONFIRMED') OR (status = 'CLOSED' AND confirmed_at IS NOT NULL))),
    CONSTRAINT project_progress_clock CHECK ((status IN ('ACTIVE', 'PAUSED')) = (progress_due_at IS NOT NULL)),
    CONSTRAINT project_paused CHECK ((status = 'PAUSED') = (paused_at IS NOT NULL)),
    CONSTRAINT project_pause_whole CHECK (
        (paused_at IS NULL) = (paused_until IS NULL) AND (paused_at IS NULL) = (due_minutes_left IS NULL)
        AND (paused_at IS NULL) = (progress_minutes_left IS NULL)),
    CONSTRAINT project_minutes_range CHECK (
        (due_minutes_left IS NULL OR due_minutes_left >= 0) AND (progress_minutes_left IS NULL OR progress_minutes_left >= 0))
) STRICT;
INSERT INTO project_new (id, district, ref_no, claim, demand, demand_organisation, place, resource, lead, title, status, status_reason, due_on, original_due_on, contact_due_at, contacted_at, contact_note, plan_due_at, plan_filed_at, plan, delivered_at, delivery_summary, confirm_due_at, confirmed_at, confirmed_by, solved, answered, reached_out, satisfaction, confirm_comment, close_due_at, reopen_count, closed_at, created_at, version, progress_due_at)
    SELECT id, district, ref_no, claim, demand, demand_organisation, place, resource, lead, title, status, status_reason, due_on, original_due_on, contact_due_at, contacted_at, contact_note, plan_due_at, plan_filed_at, plan, delivered_at, delivery_summary, confirm_due_at, confirmed_at, confirmed_by, solved, answered, reached_out, satisfaction, confirm_comment, close_due_at, reopen_count, closed_at, created_at, version, CASE WHEN status = 'ACTIVE' THEN (unixepoch('now') + 30 * 86400) * 1000000 END FROM project;
DROP TABLE project;
ALTER TABLE project_new RENAME TO project;
CREATE INDEX project_by_demand ON project (demand);
CREATE INDEX project_by_lead ON project (lead, created_at, id);
CREATE INDEX project_by_demand_organisation ON project (demand_organisation, created_at, id);
CREATE INDEX project_by_age ON project (district, created_at, id);
CREATE INDEX project_by_status ON project (district, status, created_at, id);
CREATE INDEX project_by_due ON project (district, due_on, id);
CREATE INDEX project_by_place ON project (place, created_at, id);
-- What the scheduler looks for.
CREATE INDEX project_by_confirm_due ON project (confirm_due_at, id) WHERE status = 'DELIVERED';
CREATE INDEX project_by_close_due ON project (close_due_at, id) WHERE status IN ('CONFIRMED', 'UNCONFIRMED');
CREATE INDEX project_by_pause_end ON project (paused_until, id) WHERE status = 'PAUSED';
-- What a month's call-backs are drawn from.
CREATE INDEX project_by_closing ON project (district, closed_at) WHERE status = 'CLOSED';
CREATE INDEX project_by_unconfirmed ON project (district, unconfirmed_at) WHERE unconfirmed_at IS NOT NULL;

-- Pauses of projects (暂停), asked for and decided. Mirrors src/domain/project/pause.rs.
CREATE TABLE project_pause (
    id BLOB NOT NULL,
    project BLOB NOT NULL,
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    until_on TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    asked_by BLOB NOT NULL,
    status TEXT NOT NULL,
    decided_at INTEGER,
    decided_by BLOB,
    decision_reason TEXT,
    ended_at INTEGER,
    ended_by BLOB,
    end_reason TEXT,
    CONSTRAINT project_pause_pk PRIMARY KEY (id),
    CONSTRAINT project_pause_project_fk FOREIGN KEY (project) REFERENCES project (id),
    CONSTRAINT project_pause_asker_fk FOREIGN KEY (asked_by) REFERENCES account (id),
    CONSTRAINT project_pause_decider_fk FOREIGN KEY (decided_by) REFERENCES account (id),
    CONSTRAINT project_pause_ender_fk FOREIGN KEY (ended_by) REFERENCES account (id),
    CONSTRAINT project_pause_reason_known CHECK (reason IN ('WAITING_ENTERPRISE', 'WAITING_POLICY', 'SEASON', 'FORCE_MAJEURE')),
    CONSTRAINT project_pause_status_known CHECK (status IN (
        'ASKED', 'WITHDRAWN', 'DROPPED', 'REFUSED', 'RUNNING', 'ENDED')),
    CONSTRAINT project_pause_decided CHECK (
        (status IN ('REFUSED', 'RUNNING', 'ENDED')) = (decided_at IS NOT NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
    CONSTRAINT project_pause_refusal_explained CHECK (status <> 'REFUSED' OR decision_reason IS NOT NULL),
    CONSTRAINT project_pause_ended CHECK (
        (status IN ('ENDED', 'WITHDRAWN', 'DROPPED')) = (ended_at IS NOT NULL)
        AND (ended_at IS NOT NULL OR (ended_by IS NULL AND end_reason IS NULL)))
) STRICT;
-- At most one open ask and one pause at a time for a project.
CREATE UNIQUE INDEX project_pause_one_asked ON project_pause (project) WHERE status = 'ASKED';
CREATE UNIQUE INDEX project_pause_one_running ON project_pause (project) WHERE status = 'RUNNING';
CREATE INDEX project_pause_by_project ON project_pause (project, asked_at, id);

-- Extensions of projects (延期), asked for and decided. Mirrors src/domain/project/extension.rs.
CREATE TABLE project_extension (
    id BLOB NOT NULL,
    project BLOB NOT NULL,
    old_due_on TEXT NOT NULL,
    new_due_on TEXT NOT NULL,
    workdays INTEGER NOT NULL,
    reason TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    asked_by BLOB NOT NULL,
    status TEXT NOT NULL,
    decided_at INTEGER,
    decided_by BLOB,
    decision_reason TEXT,
    dropped_at INTEGER,
    CONSTRAINT project_extension_pk PRIMARY KEY (id),
    CONSTRAINT project_extension_project_fk FOREIGN KEY (project) REFERENCES project (id),
    CONSTRAINT project_extension_asker_fk FOREIGN KEY (asked_by) REFERENCES account (id),
    CONSTRAINT project_extension_decider_fk FOREIGN KEY (decided_by) REFERENCES account (id),
    CONSTRAINT project_extension_later CHECK (new_due_on > old_due_on),
    CONSTRAINT project_extension_workdays_range CHECK (workdays >= 1),
    CONSTRAINT project_extension_status_known CHECK (status IN (
        'ASKED', 'WITHDRAWN', 'DROPPED', 'REFUSED', 'APPROVED')),
    CONSTRAINT project_extension_decided CHECK (
        (status IN ('APPROVED', 'REFUSED')) = (decided_at IS NOT NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
    CONSTRAINT project_extension_refusal_explained CHECK (status <> 'REFUSED' OR decision_reason IS NOT NULL),
    CONSTRAINT project_extension_dropped CHECK ((status IN ('WITHDRAWN', 'DROPPED')) = (dropped_at IS NOT NULL))
) STRICT;
-- At most one open ask for a project.
CREATE UNIQUE INDEX project_extension_one_asked ON project_extension (project) WHERE status = 'ASKED';
CREATE INDEX project_extension_by_project ON project_extension (project, asked_at, id);

-- What leads report about running projects (进展).
CREATE TABLE project_progress (
    id BLOB NOT NULL,
    project BLOB NOT NULL,
    reported_at INTEGER NOT NULL,
    reported_by BLOB NOT NULL,
    note TEXT NOT NULL,
    CONSTRAINT project_progress_pk PRIMARY KEY (id),
    CONSTRAINT project_progress_project_fk FOREIGN KEY (project) REFERENCES project (id),
    CONSTRAINT project_progress_reporter_fk FOREIGN KEY (reported_by) REFERENCES account (id)
) STRICT;
CREATE INDEX project_progress_by_project ON project_progress (project, reported_at, id);

-- Monthly draws of projects whose enterprises are called back (回访抽取). Mirrors src/domain/call_back.rs.
CREATE TABLE call_back_draw (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    month TEXT NOT NULL,
    seed TEXT NOT NULL,
    share INTEGER NOT NULL,
    pool TEXT NOT NULL,
    drawn INTEGER NOT NULL,
    drawn_at INTEGER NOT NULL,
    CONSTRAINT call_back_draw_pk PRIMARY KEY (id),
    CONSTRAINT call_back_draw_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT call_back_draw_month_unique UNIQUE (district, month),
    CONSTRAINT call_back_draw_month_form CHECK (length(month) = 7),
    CONSTRAINT call_back_draw_seed_form CHECK (length(seed) = 64),
    CONSTRAINT call_back_draw_share_range CHECK (share BETWEEN 0 AND 1000),
    CONSTRAINT call_back_draw_drawn_range CHECK (drawn >= 0)
) STRICT;

-- Call-backs (回访): what enterprises say of a project that is over or that nobody confirmed. Mirrors src/domain/call_back.rs.
CREATE TABLE call_back (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    project BLOB NOT NULL,
    draw BLOB,
    status TEXT NOT NULL,
    called_at INTEGER,
    called_by BLOB,
    reached INTEGER,
    solved TEXT,
    note TEXT,
    created_at INTEGER NOT NULL,
    CONSTRAINT call_back_pk PRIMARY KEY (id),
    CONSTRAINT call_back_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT call_back_project_fk FOREIGN KEY (project) REFERENCES project (id),
    CONSTRAINT call_back_draw_fk FOREIGN KEY (draw) REFERENCES call_back_draw (id),
    CONSTRAINT call_back_caller_fk FOREIGN KEY (called_by) REFERENCES account (id),
    CONSTRAINT call_back_draw_unique UNIQUE (draw, project),
    CONSTRAINT call_back_status_known CHECK (status IN ('DUE', 'DONE', 'DROPPED')),
    CONSTRAINT call_back_drawn CHECK (status = 'DONE' OR draw IS NOT NULL),
    CONSTRAINT call_back_done CHECK (
        (status = 'DONE') = (called_at IS NOT NULL) AND (called_at IS NULL) = (called_by IS NULL)
        AND (called_at IS NULL) = (reached IS NULL) AND (called_at IS NULL) = (note IS NULL)),
    CONSTRAINT call_back_solved_known CHECK (solved IS NULL OR solved IN ('YES', 'PARTLY', 'NO')),
    CONSTRAINT call_back_solved_if_reached CHECK ((reached IS NOT NULL AND reached = 1) = (solved IS NOT NULL))
) STRICT;
CREATE INDEX call_back_by_project ON call_back (project, created_at, id);
-- Calls that wait to be made.
CREATE INDEX call_back_by_age ON call_back (district, created_at, id) WHERE status = 'DUE';

INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'PROJECT_PROGRESS', 1, 'MONTHS', 'PUBLISHED', '双向认领工作机制(公开报道的区级做法)' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'PROJECT_CLOSE_UNCONFIRMED', 20, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'PROJECT_PAUSE', 180, 'DAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'PROJECT_EXTENSION_ASK', 1, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'PROJECT_EXTENSION_TOTAL', 30, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'PROJECT_EXTENSIONS_MOST', 2, 'COUNT', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'CALL_BACK_SHARE', 100, 'PERMILLE', 'OWN_CHOICE', '本区自定' FROM district;
