-- Projects in time: pauses, extensions, progress reports, what nobody confirms, and call-backs.
-- Mirrors src/domain/project/mod.rs.

-- Projects (项目). Those that are being worked on report in a month from now.
ALTER TABLE project
    ADD COLUMN progress_due_at timestamptz,
    ADD COLUMN paused_at timestamptz,
    ADD COLUMN paused_until date,
    ADD COLUMN due_minutes_left integer,
    ADD COLUMN progress_minutes_left integer,
    ADD COLUMN unconfirmed_at timestamptz;
UPDATE project SET progress_due_at = now() + interval '30 days' WHERE status = 'ACTIVE';
ALTER TABLE project
    DROP CONSTRAINT project_status_known,
    DROP CONSTRAINT project_delivered,
    DROP CONSTRAINT project_confirmation_whole,
    DROP CONSTRAINT project_confirmed,
    ADD CONSTRAINT project_status_known CHECK (status IN (
        'PLANNED', 'ACTIVE', 'PAUSED', 'DELIVERED', 'CONFIRMED', 'UNCONFIRMED', 'CLOSED', 'CANCELLED')),
    ADD CONSTRAINT project_delivered CHECK (
        status NOT IN ('DELIVERED', 'CONFIRMED', 'UNCONFIRMED', 'CLOSED') OR delivered_at IS NOT NULL),
    ADD CONSTRAINT project_confirmation_whole CHECK (
        (confirmed_at IS NULL) = (solved IS NULL) AND (confirmed_at IS NULL) = (answered IS NULL)
        AND (confirmed_at IS NULL) = (reached_out IS NULL) AND (confirmed_at IS NULL) = (satisfaction IS NULL)
        AND (confirmed_at IS NULL) = (confirmed_by IS NULL)),
    ADD CONSTRAINT project_confirmed CHECK (
        (status <> 'CONFIRMED' OR confirmed_at IS NOT NULL)
        AND (confirmed_at IS NULL OR status IN ('CONFIRMED', 'CLOSED'))),
    ADD CONSTRAINT project_unconfirmed CHECK (
        (status <> 'UNCONFIRMED' OR unconfirmed_at IS NOT NULL) AND (unconfirmed_at IS NULL OR delivered_at IS NOT NULL)),
    ADD CONSTRAINT project_closed_after CHECK (status <> 'CLOSED' OR confirmed_at IS NOT NULL OR unconfirmed_at IS NOT NULL),
    ADD CONSTRAINT project_close_clock CHECK (
        (close_due_at IS NOT NULL)
        = (status IN ('CONFIRMED', 'UNCONFIRMED') OR (status = 'CLOSED' AND confirmed_at IS NOT NULL))),
    ADD CONSTRAINT project_progress_clock CHECK ((status IN ('ACTIVE', 'PAUSED')) = (progress_due_at IS NOT NULL)),
    ADD CONSTRAINT project_paused CHECK ((status = 'PAUSED') = (paused_at IS NOT NULL)),
    ADD CONSTRAINT project_pause_whole CHECK (
        (paused_at IS NULL) = (paused_until IS NULL) AND (paused_at IS NULL) = (due_minutes_left IS NULL)
        AND (paused_at IS NULL) = (progress_minutes_left IS NULL)),
    ADD CONSTRAINT project_minutes_range CHECK (
        (due_minutes_left IS NULL OR due_minutes_left >= 0) AND (progress_minutes_left IS NULL OR progress_minutes_left >= 0));
-- What the scheduler looks for.
CREATE INDEX project_by_confirm_due ON project (confirm_due_at, id) WHERE status = 'DELIVERED';
CREATE INDEX project_by_close_due ON project (close_due_at, id) WHERE status IN ('CONFIRMED', 'UNCONFIRMED');
CREATE INDEX project_by_pause_end ON project (paused_until, id) WHERE status = 'PAUSED';
-- What a month's call-backs are drawn from.
CREATE INDEX project_by_closing ON project (district, closed_at) WHERE status = 'CLOSED';
CREATE INDEX project_by_unconfirmed ON project (district, unconfirmed_at) WHERE unconfirmed_at IS NOT NULL;

-- Pauses of projects (暂停), asked for and decided. Mirrors src/domain/project/pause.rs.
CREATE TABLE project_pause (
    id uuid NOT NULL,
    project uuid NOT NULL,
    reason text NOT NULL,
    note text NOT NULL,
    until_on date NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL,
    status text NOT NULL,
    decided_at timestamptz,
    decided_by uuid,
    decision_reason text,
    ended_at timestamptz,
    ended_by uuid,
    end_reason text,
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
);
-- At most one open ask and one pause at a time for a project.
CREATE UNIQUE INDEX project_pause_one_asked ON project_pause (project) WHERE status = 'ASKED';
CREATE UNIQUE INDEX project_pause_one_running ON project_pause (project) WHERE status = 'RUNNING';
CREATE INDEX project_pause_by_project ON project_pause (project, asked_at, id);

-- Extensions of projects (延期), asked for and decided. Mirrors src/domain/project/extension.rs.
CREATE TABLE project_extension (
    id uuid NOT NULL,
    project uuid NOT NULL,
    old_due_on date NOT NULL,
    new_due_on date NOT NULL,
    workdays integer NOT NULL,
    reason text NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL,
    status text NOT NULL,
    decided_at timestamptz,
    decided_by uuid,
    decision_reason text,
    dropped_at timestamptz,
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
);
-- At most one open ask for a project.
CREATE UNIQUE INDEX project_extension_one_asked ON project_extension (project) WHERE status = 'ASKED';
CREATE INDEX project_extension_by_project ON project_extension (project, asked_at, id);

-- What leads report about running projects (进展).
CREATE TABLE project_progress (
    id uuid NOT NULL,
    project uuid NOT NULL,
    reported_at timestamptz NOT NULL,
    reported_by uuid NOT NULL,
    note text NOT NULL,
    CONSTRAINT project_progress_pk PRIMARY KEY (id),
    CONSTRAINT project_progress_project_fk FOREIGN KEY (project) REFERENCES project (id),
    CONSTRAINT project_progress_reporter_fk FOREIGN KEY (reported_by) REFERENCES account (id)
);
CREATE INDEX project_progress_by_project ON project_progress (project, reported_at, id);

-- Monthly draws of projects whose enterprises are called back (回访抽取). Mirrors src/domain/call_back.rs.
CREATE TABLE call_back_draw (
    id uuid NOT NULL,
    district text NOT NULL,
    month text NOT NULL,
    seed text NOT NULL,
    share integer NOT NULL,
    pool text NOT NULL,
    drawn integer NOT NULL,
    drawn_at timestamptz NOT NULL,
    CONSTRAINT call_back_draw_pk PRIMARY KEY (id),
    CONSTRAINT call_back_draw_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT call_back_draw_month_unique UNIQUE (district, month),
    CONSTRAINT call_back_draw_month_form CHECK (length(month) = 7),
    CONSTRAINT call_back_draw_seed_form CHECK (length(seed) = 64),
    CONSTRAINT call_back_draw_share_range CHECK (share BETWEEN 0 AND 1000),
    CONSTRAINT call_back_draw_drawn_range CHECK (drawn >= 0)
);

-- Call-backs (回访): what enterprises say of a project that is over or that nobody confirmed. Mirrors src/domain/call_back.rs.
CREATE TABLE call_back (
    id uuid NOT NULL,
    district text NOT NULL,
    project uuid NOT NULL,
    draw uuid,
    status text NOT NULL,
    called_at timestamptz,
    called_by uuid,
    reached boolean,
    solved text,
    note text,
    created_at timestamptz NOT NULL,
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
    CONSTRAINT call_back_solved_if_reached CHECK ((reached IS NOT NULL AND reached = true) = (solved IS NOT NULL))
);
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
