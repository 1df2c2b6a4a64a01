-- Evaluations of instructors: cycles, their evaluations, and what enterprises answer.
-- Mirrors src/domain/evaluation.

-- Cycles (考核周期): the year that is assessed, and by what measure.
CREATE TABLE cycle (
    id uuid NOT NULL,
    district text NOT NULL,
    year integer NOT NULL,
    terms text NOT NULL,
    from_on date NOT NULL,
    to_on date NOT NULL,
    status text NOT NULL,
    prepared_by uuid NOT NULL,
    prepared_at timestamptz NOT NULL,
    frozen_at timestamptz,
    published_at timestamptz,
    version integer NOT NULL,
    CONSTRAINT cycle_pk PRIMARY KEY (id),
    CONSTRAINT cycle_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT cycle_preparer_fk FOREIGN KEY (prepared_by) REFERENCES account (id),
    CONSTRAINT cycle_year_unique UNIQUE (district, year),
    CONSTRAINT cycle_range CHECK (to_on >= from_on),
    CONSTRAINT cycle_status_known CHECK (status IN ('PREPARED', 'OPEN', 'FROZEN', 'PUBLISHED', 'FINAL')),
    CONSTRAINT cycle_frozen CHECK ((status IN ('PREPARED', 'OPEN')) = (frozen_at IS NULL)),
    CONSTRAINT cycle_published CHECK ((status IN ('PUBLISHED', 'FINAL')) = (published_at IS NOT NULL))
);

-- Evaluations (考核): one for each posting and cycle.
CREATE TABLE evaluation (
    id uuid NOT NULL,
    district text NOT NULL,
    cycle uuid NOT NULL,
    posting uuid NOT NULL,
    instructor uuid NOT NULL,
    dispatch_unit uuid NOT NULL,
    label text NOT NULL,
    records text NOT NULL,
    answers_end_at timestamptz NOT NULL,
    enterprises integer,
    unit text,
    waivers text NOT NULL,
    grading text,
    objection text,
    decision text,
    object_due_at timestamptz,
    status text NOT NULL,
    version integer NOT NULL,
    CONSTRAINT evaluation_pk PRIMARY KEY (id),
    CONSTRAINT evaluation_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT evaluation_cycle_fk FOREIGN KEY (cycle) REFERENCES cycle (id),
    CONSTRAINT evaluation_posting_fk FOREIGN KEY (posting) REFERENCES posting (id),
    CONSTRAINT evaluation_instructor_fk FOREIGN KEY (instructor) REFERENCES account (id),
    CONSTRAINT evaluation_unit_fk FOREIGN KEY (dispatch_unit) REFERENCES organisation (id),
    CONSTRAINT evaluation_once UNIQUE (cycle, posting),
    CONSTRAINT evaluation_status_known CHECK (status IN (
        'RECORDS_READY', 'ENTERPRISE_DONE', 'UNIT_DONE', 'GRADED', 'PUBLISHED', 'OBJECTED', 'FINAL')),
    CONSTRAINT evaluation_enterprises_range CHECK (enterprises IS NULL OR enterprises BETWEEN 0 AND 10000),
    CONSTRAINT evaluation_asked_first CHECK (status <> 'RECORDS_READY' OR (enterprises IS NULL AND unit IS NULL)),
    CONSTRAINT evaluation_unit_before_grade CHECK (unit IS NULL OR status <> 'ENTERPRISE_DONE'),
    CONSTRAINT evaluation_graded CHECK (
        (status IN ('GRADED', 'PUBLISHED', 'OBJECTED', 'FINAL')) = (grading IS NOT NULL)),
    CONSTRAINT evaluation_published CHECK (
        (status IN ('PUBLISHED', 'OBJECTED', 'FINAL')) = (object_due_at IS NOT NULL)),
    CONSTRAINT evaluation_objected CHECK (objection IS NULL OR status IN ('OBJECTED', 'FINAL')),
    CONSTRAINT evaluation_decided CHECK (
        (decision IS NULL OR (status = 'FINAL' AND objection IS NOT NULL))
        AND (status <> 'FINAL' OR (objection IS NULL) = (decision IS NULL)))
);
CREATE INDEX evaluation_by_posting ON evaluation (posting, id);
CREATE INDEX evaluation_by_unit ON evaluation (dispatch_unit, status);
CREATE INDEX evaluation_by_status ON evaluation (district, status);
-- What the scheduler looks for.
CREATE INDEX evaluation_to_close ON evaluation (answers_end_at, id) WHERE status = 'RECORDS_READY';
CREATE INDEX evaluation_to_finish ON evaluation (object_due_at, id) WHERE status = 'PUBLISHED';

-- The enterprises that are asked, and what each has answered.
CREATE TABLE evaluation_asked (
    evaluation uuid NOT NULL,
    organisation uuid NOT NULL,
    district text NOT NULL,
    items text,
    answered_by uuid,
    answered_at timestamptz,
    CONSTRAINT evaluation_asked_pk PRIMARY KEY (evaluation, organisation),
    CONSTRAINT evaluation_asked_evaluation_fk FOREIGN KEY (evaluation) REFERENCES evaluation (id),
    CONSTRAINT evaluation_asked_organisation_fk FOREIGN KEY (organisation) REFERENCES organisation (id),
    CONSTRAINT evaluation_asked_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT evaluation_asked_answerer_fk FOREIGN KEY (answered_by) REFERENCES account (id),
    CONSTRAINT evaluation_asked_whole CHECK (
        (items IS NULL) = (answered_by IS NULL) AND (items IS NULL) = (answered_at IS NULL))
);
CREATE INDEX evaluation_asked_by_organisation ON evaluation_asked (organisation, evaluation);

-- The numbers that this works with, as a new district gets them.
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'EVALUATION_ASSIGNED', 90, 'DAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'EVALUATION_ANSWERS_LEAST', 3, 'COUNT', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'EVALUATION_OBJECT', 5, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
