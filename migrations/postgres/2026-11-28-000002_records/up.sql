-- Filed records of instructors (档案纪实): drafts, the records themselves, which never change, and where
-- they stand. Mirrors src/domain/record.

-- What an instructor is writing.
CREATE TABLE record_draft (
    id uuid NOT NULL,
    district text NOT NULL,
    posting uuid NOT NULL,
    occurred_on date NOT NULL,
    target uuid NOT NULL,
    kind text NOT NULL,
    summary text NOT NULL,
    links text NOT NULL,
    status text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT record_draft_pk PRIMARY KEY (id),
    CONSTRAINT record_draft_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT record_draft_posting_fk FOREIGN KEY (posting) REFERENCES posting (id),
    CONSTRAINT record_draft_target_fk FOREIGN KEY (target) REFERENCES organisation (id),
    CONSTRAINT record_draft_creator_fk FOREIGN KEY (created_by) REFERENCES account (id),
    CONSTRAINT record_draft_kind_known CHECK (kind IN (
        'VISIT', 'GUIDANCE', 'CLASS', 'DEMAND_COLLECTED', 'PROBLEM_SOLVED', 'MEETING', 'TRAINING', 'HALF_YEAR_SUMMARY')),
    CONSTRAINT record_draft_status_known CHECK (status IN ('DRAFT', 'FILED', 'DISCARDED'))
);
CREATE INDEX record_draft_by_posting ON record_draft (posting, status, created_at, id);

-- That a month is open for filing although its time is over.
CREATE TABLE record_opening (
    id uuid NOT NULL,
    district text NOT NULL,
    posting uuid NOT NULL,
    month text NOT NULL,
    reason text NOT NULL,
    until_at timestamptz NOT NULL,
    opened_by uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    CONSTRAINT record_opening_pk PRIMARY KEY (id),
    CONSTRAINT record_opening_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT record_opening_posting_fk FOREIGN KEY (posting) REFERENCES posting (id),
    CONSTRAINT record_opening_opener_fk FOREIGN KEY (opened_by) REFERENCES account (id)
);
CREATE INDEX record_opening_by_posting ON record_opening (posting, month, until_at);

-- The records themselves, chained by hash for each posting and year.
CREATE TABLE filed_record (
    id uuid NOT NULL,
    district text NOT NULL,
    posting uuid NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    ref_no text NOT NULL,
    occurred_on date NOT NULL,
    target uuid NOT NULL,
    kind text NOT NULL,
    summary text NOT NULL,
    links text NOT NULL,
    attachments text NOT NULL,
    timing text NOT NULL,
    late_reason text,
    opening uuid,
    filed_by uuid NOT NULL,
    filed_at timestamptz NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT filed_record_pk PRIMARY KEY (id),
    CONSTRAINT filed_record_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT filed_record_posting_fk FOREIGN KEY (posting) REFERENCES posting (id),
    CONSTRAINT filed_record_target_fk FOREIGN KEY (target) REFERENCES organisation (id),
    CONSTRAINT filed_record_opening_fk FOREIGN KEY (opening) REFERENCES record_opening (id),
    CONSTRAINT filed_record_filer_fk FOREIGN KEY (filed_by) REFERENCES account (id),
    CONSTRAINT filed_record_number_unique UNIQUE (posting, year, number),
    CONSTRAINT filed_record_ref_no_unique UNIQUE (district, ref_no),
    CONSTRAINT filed_record_number_range CHECK (number BETWEEN 1 AND 9999),
    CONSTRAINT filed_record_kind_known CHECK (kind IN (
        'VISIT', 'GUIDANCE', 'CLASS', 'DEMAND_COLLECTED', 'PROBLEM_SOLVED', 'MEETING', 'TRAINING', 'HALF_YEAR_SUMMARY')),
    CONSTRAINT filed_record_timing_known CHECK (timing IN ('IN_TIME', 'LATE')),
    CONSTRAINT filed_record_late_explained CHECK ((timing = 'LATE') = (late_reason IS NOT NULL)),
    CONSTRAINT filed_record_hash_form CHECK (length(hash) = 32 AND length(previous_hash) = 32)
);
CREATE INDEX filed_record_by_age ON filed_record (district, filed_at, id);
CREATE INDEX filed_record_by_posting ON filed_record (posting, filed_at, id);
CREATE INDEX filed_record_by_target ON filed_record (target, filed_at, id);

-- Where a record stands: what others say of it. Mirrors src/domain/record/standing.rs.
CREATE TABLE record_standing (
    record uuid NOT NULL,
    district text NOT NULL,
    posting uuid NOT NULL,
    dispatch_unit uuid NOT NULL,
    organisation uuid NOT NULL,
    ref_no text NOT NULL,
    status text NOT NULL,
    verify_due_at timestamptz NOT NULL,
    verified_by uuid,
    verified_at timestamptz,
    disputed_by uuid,
    disputed_at timestamptz,
    dispute text,
    decide_due_at timestamptz,
    decided_by uuid,
    decided_at timestamptz,
    decision text,
    addenda integer NOT NULL,
    addenda_hash bytea NOT NULL,
    version integer NOT NULL,
    CONSTRAINT record_standing_pk PRIMARY KEY (record),
    CONSTRAINT record_standing_record_fk FOREIGN KEY (record) REFERENCES filed_record (id),
    CONSTRAINT record_standing_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT record_standing_posting_fk FOREIGN KEY (posting) REFERENCES posting (id),
    CONSTRAINT record_standing_unit_fk FOREIGN KEY (dispatch_unit) REFERENCES organisation (id),
    CONSTRAINT record_standing_organisation_fk FOREIGN KEY (organisation) REFERENCES organisation (id),
    CONSTRAINT record_standing_verifier_fk FOREIGN KEY (verified_by) REFERENCES account (id),
    CONSTRAINT record_standing_disputer_fk FOREIGN KEY (disputed_by) REFERENCES account (id),
    CONSTRAINT record_standing_decider_fk FOREIGN KEY (decided_by) REFERENCES account (id),
    CONSTRAINT record_standing_status_known CHECK (status IN (
        'FILED', 'VERIFIED', 'UNVERIFIED', 'DISPUTED', 'VERIFIED_BY_REVIEW', 'VOIDED')),
    CONSTRAINT record_standing_verified CHECK (
        (status = 'VERIFIED') = (verified_at IS NOT NULL) AND (verified_at IS NULL) = (verified_by IS NULL)),
    CONSTRAINT record_standing_disputed CHECK (
        (status IN ('DISPUTED', 'VERIFIED_BY_REVIEW', 'VOIDED')) = (disputed_at IS NOT NULL)
        AND (disputed_at IS NULL) = (disputed_by IS NULL) AND (disputed_at IS NULL) = (dispute IS NULL)
        AND (disputed_at IS NULL) = (decide_due_at IS NULL)),
    CONSTRAINT record_standing_decided CHECK (
        (status IN ('VERIFIED_BY_REVIEW', 'VOIDED')) = (decided_at IS NOT NULL)
        AND (decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (decision IS NULL)),
    CONSTRAINT record_standing_addenda_range CHECK (addenda BETWEEN 0 AND 999),
    CONSTRAINT record_standing_addenda_hash_form CHECK (length(addenda_hash) = 32),
    CONSTRAINT record_standing_two_persons CHECK (decided_by IS NULL OR decided_by <> disputed_by)
);
CREATE INDEX record_standing_by_status ON record_standing (district, status, record);
CREATE INDEX record_standing_by_organisation ON record_standing (organisation, status);
CREATE INDEX record_standing_by_unit ON record_standing (dispatch_unit, status);
-- What the scheduler looks for.
CREATE INDEX record_standing_to_verify ON record_standing (verify_due_at, record) WHERE status = 'FILED';

-- What was said of a record later (补充说明), chained by hash for each record.
CREATE TABLE record_addendum (
    id uuid NOT NULL,
    district text NOT NULL,
    record uuid NOT NULL,
    posting uuid NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    text text NOT NULL,
    added_by uuid NOT NULL,
    added_at timestamptz NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT record_addendum_pk PRIMARY KEY (id),
    CONSTRAINT record_addendum_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT record_addendum_record_fk FOREIGN KEY (record) REFERENCES filed_record (id),
    CONSTRAINT record_addendum_posting_fk FOREIGN KEY (posting) REFERENCES posting (id),
    CONSTRAINT record_addendum_adder_fk FOREIGN KEY (added_by) REFERENCES account (id),
    CONSTRAINT record_addendum_number_unique UNIQUE (record, number),
    CONSTRAINT record_addendum_number_range CHECK (number BETWEEN 1 AND 999),
    CONSTRAINT record_addendum_hash_form CHECK (length(hash) = 32 AND length(previous_hash) = 32)
);

-- Which file belongs to which draft, and then to its record.
CREATE TABLE record_file (
    file uuid NOT NULL,
    posting uuid NOT NULL,
    draft uuid NOT NULL,
    record uuid,
    position integer NOT NULL,
    CONSTRAINT record_file_pk PRIMARY KEY (file),
    CONSTRAINT record_file_file_fk FOREIGN KEY (file) REFERENCES stored_file (id),
    CONSTRAINT record_file_posting_fk FOREIGN KEY (posting) REFERENCES posting (id),
    CONSTRAINT record_file_draft_fk FOREIGN KEY (draft) REFERENCES record_draft (id),
    CONSTRAINT record_file_record_fk FOREIGN KEY (record) REFERENCES filed_record (id),
    CONSTRAINT record_file_position_unique UNIQUE (draft, position),
    CONSTRAINT record_file_position_range CHECK (position BETWEEN 1 AND 1000)
);
CREATE INDEX record_file_by_record ON record_file (record);

-- The head of each chain; filing takes it under a guard, so two cannot fork the chain.
CREATE TABLE record_head (
    posting uuid NOT NULL,
    year integer NOT NULL,
    district text NOT NULL,
    number integer NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT record_head_pk PRIMARY KEY (posting, year),
    CONSTRAINT record_head_posting_fk FOREIGN KEY (posting) REFERENCES posting (id),
    CONSTRAINT record_head_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT record_head_number_range CHECK (number BETWEEN 0 AND 9999),
    CONSTRAINT record_head_hash_form CHECK (length(hash) = 32)
);

-- Checkpoints of years that are over: how many records there were and the last hash. They stay when
-- the records themselves are removed.
CREATE TABLE record_segment (
    posting uuid NOT NULL,
    year integer NOT NULL,
    district text NOT NULL,
    records integer NOT NULL,
    last_hash bytea NOT NULL,
    sealed_at timestamptz NOT NULL,
    CONSTRAINT record_segment_pk PRIMARY KEY (posting, year),
    CONSTRAINT record_segment_posting_fk FOREIGN KEY (posting) REFERENCES posting (id),
    CONSTRAINT record_segment_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT record_segment_records_range CHECK (records BETWEEN 0 AND 9999),
    CONSTRAINT record_segment_hash_form CHECK (length(last_hash) = 32)
);

-- What is filed is never changed, and removed only with its whole sealed year once that is older than
-- ten years: whoever holds a connection, the database refuses it.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: what is filed never changes', TG_NAME;
END $$;
CREATE FUNCTION refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: what is filed is kept', TG_NAME;
END $$;
CREATE FUNCTION refuse_early_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM record_segment s
        WHERE s.posting = OLD.posting AND s.year = OLD.year AND s.year + 10 < extract(year FROM now())::integer
    ) THEN
        RAISE EXCEPTION '%: what is filed is kept', TG_NAME;
    END IF;
    RETURN OLD;
END $$;
CREATE FUNCTION refuse_early_removal_of_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.record IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM filed_record r JOIN record_segment s ON s.posting = r.posting AND s.year = r.year
        WHERE r.id = OLD.record AND s.year + 10 < extract(year FROM now())::integer
    ) THEN
        RAISE EXCEPTION '%: what is filed is kept', TG_NAME;
    END IF;
    RETURN OLD;
END $$;
CREATE FUNCTION refuse_removal_of_filed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM record_file f WHERE f.file = OLD.id AND f.record IS NOT NULL) THEN
        RAISE EXCEPTION '%: what is filed is kept', TG_NAME;
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER filed_record_no_update BEFORE UPDATE ON filed_record FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER filed_record_no_delete BEFORE DELETE ON filed_record FOR EACH ROW EXECUTE FUNCTION refuse_early_removal();
CREATE TRIGGER filed_record_no_truncate BEFORE TRUNCATE ON filed_record FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER record_addendum_no_update BEFORE UPDATE ON record_addendum FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER record_addendum_no_delete BEFORE DELETE ON record_addendum FOR EACH ROW EXECUTE FUNCTION refuse_early_removal();
CREATE TRIGGER record_addendum_no_truncate BEFORE TRUNCATE ON record_addendum FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER record_file_no_update BEFORE UPDATE ON record_file FOR EACH ROW WHEN (OLD.record IS NOT NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER record_file_no_delete BEFORE DELETE ON record_file FOR EACH ROW EXECUTE FUNCTION refuse_early_removal_of_file();
CREATE TRIGGER record_file_no_truncate BEFORE TRUNCATE ON record_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER stored_file_no_update BEFORE UPDATE ON stored_file FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER stored_file_no_delete BEFORE DELETE ON stored_file FOR EACH ROW EXECUTE FUNCTION refuse_removal_of_filed();
CREATE TRIGGER stored_file_no_truncate BEFORE TRUNCATE ON stored_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER record_segment_no_update BEFORE UPDATE ON record_segment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER record_segment_no_delete BEFORE DELETE ON record_segment FOR EACH ROW EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER record_segment_no_truncate BEFORE TRUNCATE ON record_segment FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal();

-- The numbers that this works with, as a new district gets them.
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'RECORD_LATE', 7, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'RECORD_LOCK', 10, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'RECORD_OPENING', 5, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'RECORD_VERIFY', 5, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'RECORD_DECIDE', 5, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'RECORD_ATTACHMENTS_MOST', 5, 'COUNT', 'OWN_CHOICE', '本区自定' FROM district;
