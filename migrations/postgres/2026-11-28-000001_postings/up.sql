-- Instructors: who serves which organisations by whose dispatch, and the toolkit that they are given.
-- Mirrors src/domain/posting.rs, toolkit.rs and stored_file.rs.

-- Grants, with the roles of instructors and of those who review them.
ALTER TABLE role_grant DROP CONSTRAINT role_grant_role_known;
ALTER TABLE role_grant ADD CONSTRAINT role_grant_role_known CHECK (role IN (
        'LIAISON', 'OFFICIAL', 'LEAD', 'STEWARD', 'COORDINATOR', 'INSTRUCTOR', 'DISPATCH_REVIEWER', 'ORGANISATION_REVIEWER',
        'SYSTEM_ADMIN', 'SECURITY_ADMIN', 'AUDITOR'));
ALTER TABLE role_grant DROP CONSTRAINT role_grant_scope_fits;
ALTER TABLE role_grant ADD CONSTRAINT role_grant_scope_fits CHECK (
        (role IN ('LIAISON', 'OFFICIAL', 'LEAD', 'DISPATCH_REVIEWER') AND scope_kind = 'ORGANISATION' AND scope_id IS NOT NULL)
        OR (role = 'STEWARD' AND scope_kind IN ('ZONE', 'PLACE') AND scope_id IS NOT NULL)
        OR (role = 'INSTRUCTOR' AND scope_kind = 'POSTING' AND scope_id IS NOT NULL)
        OR (role IN ('COORDINATOR', 'ORGANISATION_REVIEWER', 'SYSTEM_ADMIN', 'SECURITY_ADMIN', 'AUDITOR')
            AND scope_kind = 'DISTRICT' AND scope_id IS NULL)
    );

-- Demands (需求): an instructor can enter one on behalf.
ALTER TABLE demand DROP CONSTRAINT demand_source_known;
ALTER TABLE demand ADD CONSTRAINT demand_source_known CHECK (source IN ('SELF', 'INSTRUCTOR', 'STEWARD', 'FROM_RESOURCE', 'IMPORT'));

-- Counters of reference numbers, with that of postings.
ALTER TABLE counter DROP CONSTRAINT counter_kind_known;
ALTER TABLE counter ADD CONSTRAINT counter_kind_known CHECK (kind IN ('D', 'R', 'C', 'P', 'I'));

-- Files that are kept (文件): never changed, known by their content. Mirrors src/domain/stored_file.rs.
CREATE TABLE stored_file (
    id uuid NOT NULL,
    district text NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size integer NOT NULL,
    sha256 bytea NOT NULL,
    content bytea NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT stored_file_pk PRIMARY KEY (id),
    CONSTRAINT stored_file_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT stored_file_creator_fk FOREIGN KEY (created_by) REFERENCES account (id),
    CONSTRAINT stored_file_type_known CHECK (media_type IN ('image/jpeg', 'image/png', 'application/pdf')),
    CONSTRAINT stored_file_size_range CHECK (size BETWEEN 1 AND 10485760 AND length(content) = size),
    CONSTRAINT stored_file_hash_form CHECK (length(sha256) = 32)
);
CREATE INDEX stored_file_by_district ON stored_file (district, created_at, id);

-- Postings of instructors (党建指导员选派). Mirrors src/domain/posting.rs.
CREATE TABLE posting (
    id uuid NOT NULL,
    district text NOT NULL,
    number integer NOT NULL,
    instructor uuid NOT NULL,
    dispatch_unit uuid NOT NULL,
    kind text NOT NULL,
    from_on date NOT NULL,
    to_on date NOT NULL,
    status text NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    consent_due_at timestamptz,
    approve_due_at timestamptz,
    approved_by uuid,
    approved_at timestamptz,
    ended_by uuid,
    ended_at timestamptz,
    end_reason text,
    version integer NOT NULL,
    CONSTRAINT posting_pk PRIMARY KEY (id),
    CONSTRAINT posting_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT posting_instructor_fk FOREIGN KEY (instructor) REFERENCES account (id),
    CONSTRAINT posting_dispatch_unit_fk FOREIGN KEY (dispatch_unit) REFERENCES organisation (id),
    CONSTRAINT posting_proposer_fk FOREIGN KEY (proposed_by) REFERENCES account (id),
    CONSTRAINT posting_approver_fk FOREIGN KEY (approved_by) REFERENCES account (id),
    CONSTRAINT posting_ender_fk FOREIGN KEY (ended_by) REFERENCES account (id),
    CONSTRAINT posting_number_unique UNIQUE (district, number),
    CONSTRAINT posting_number_range CHECK (number BETWEEN 1 AND 9999),
    CONSTRAINT posting_kind_known CHECK (kind IN ('RETIRED', 'SERVING', 'FULL_TIME')),
    CONSTRAINT posting_range CHECK (to_on >= from_on),
    CONSTRAINT posting_status_known CHECK (status IN ('PROPOSED', 'CONSENTED', 'ACTIVE', 'ENDED')),
    CONSTRAINT posting_consent_clock CHECK ((status = 'PROPOSED') = (consent_due_at IS NOT NULL)),
    CONSTRAINT posting_approve_clock CHECK ((status = 'CONSENTED') = (approve_due_at IS NOT NULL)),
    CONSTRAINT posting_approved CHECK (
        (approved_at IS NULL) = (approved_by IS NULL) AND (status <> 'ACTIVE' OR approved_at IS NOT NULL)
        AND (approved_at IS NULL OR status IN ('ACTIVE', 'ENDED'))),
    CONSTRAINT posting_two_persons CHECK (approved_by IS NULL OR approved_by <> proposed_by),
    CONSTRAINT posting_ended CHECK (
        (status = 'ENDED') = (ended_at IS NOT NULL) AND (status = 'ENDED') = (end_reason IS NOT NULL)
        AND (ended_by IS NULL OR ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX posting_one_open ON posting (instructor) WHERE status <> 'ENDED';
CREATE INDEX posting_by_age ON posting (district, proposed_at, id);
CREATE INDEX posting_by_status ON posting (district, status, proposed_at, id);
CREATE INDEX posting_by_dispatch_unit ON posting (dispatch_unit, proposed_at, id);
-- What the scheduler looks for.
CREATE INDEX posting_to_end ON posting (to_on, id) WHERE status = 'ACTIVE';

-- The organisations that a posting serves (选派单位的联系对象), each of which consents.
CREATE TABLE posting_target (
    posting uuid NOT NULL,
    organisation uuid NOT NULL,
    district text NOT NULL,
    position integer NOT NULL,
    status text NOT NULL,
    answered_by uuid,
    answered_at timestamptz,
    ended_at timestamptz,
    reason text,
    CONSTRAINT posting_target_pk PRIMARY KEY (posting, organisation),
    CONSTRAINT posting_target_posting_fk FOREIGN KEY (posting) REFERENCES posting (id),
    CONSTRAINT posting_target_organisation_fk FOREIGN KEY (organisation) REFERENCES organisation (id),
    CONSTRAINT posting_target_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT posting_target_answerer_fk FOREIGN KEY (answered_by) REFERENCES account (id),
    CONSTRAINT posting_target_position_unique UNIQUE (posting, position),
    CONSTRAINT posting_target_position_range CHECK (position BETWEEN 1 AND 1000),
    CONSTRAINT posting_target_status_known CHECK (status IN ('ASKED', 'CONSENTED', 'DECLINED', 'ENDED')),
    CONSTRAINT posting_target_answered CHECK (
        (answered_at IS NULL) = (answered_by IS NULL) AND (status NOT IN ('CONSENTED', 'DECLINED') OR answered_at IS NOT NULL)
        AND (status <> 'ASKED' OR answered_at IS NULL)),
    CONSTRAINT posting_target_ended CHECK ((status = 'ENDED') = (ended_at IS NOT NULL)),
    CONSTRAINT posting_target_explained CHECK ((status IN ('DECLINED', 'ENDED')) = (reason IS NOT NULL))
);
CREATE INDEX posting_target_by_organisation ON posting_target (organisation, status);

-- What instructors are given (百宝袋): a new version of an item is a new row. Mirrors src/domain/toolkit.rs.
CREATE TABLE toolkit_item (
    id uuid NOT NULL,
    district text NOT NULL,
    code text NOT NULL,
    revision integer NOT NULL,
    title text NOT NULL,
    file uuid NOT NULL,
    effective_from date NOT NULL,
    published_by uuid NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT toolkit_item_pk PRIMARY KEY (id),
    CONSTRAINT toolkit_item_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT toolkit_item_file_fk FOREIGN KEY (file) REFERENCES stored_file (id),
    CONSTRAINT toolkit_item_publisher_fk FOREIGN KEY (published_by) REFERENCES account (id),
    CONSTRAINT toolkit_item_revision_unique UNIQUE (district, code, revision),
    CONSTRAINT toolkit_item_revision_range CHECK (revision >= 1)
);
CREATE INDEX toolkit_item_by_age ON toolkit_item (district, published_at, id);

-- That a version of an item was given to an instructor (百宝袋发放).
CREATE TABLE toolkit_issue (
    id uuid NOT NULL,
    district text NOT NULL,
    posting uuid NOT NULL,
    item uuid NOT NULL,
    issued_by uuid NOT NULL,
    issued_at timestamptz NOT NULL,
    acknowledge_due_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    version integer NOT NULL,
    CONSTRAINT toolkit_issue_pk PRIMARY KEY (id),
    CONSTRAINT toolkit_issue_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT toolkit_issue_posting_fk FOREIGN KEY (posting) REFERENCES posting (id),
    CONSTRAINT toolkit_issue_item_fk FOREIGN KEY (item) REFERENCES toolkit_item (id),
    CONSTRAINT toolkit_issue_issuer_fk FOREIGN KEY (issued_by) REFERENCES account (id),
    CONSTRAINT toolkit_issue_once UNIQUE (posting, item)
);
CREATE INDEX toolkit_issue_by_item ON toolkit_issue (item, posting);

-- The numbers that this works with, as a new district gets them.
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'POSTING_TERM', 24, 'MONTHS', 'PUBLISHED', '党建指导员选派管理做法(公开报道)' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'POSTING_TARGETS_MOST', 5, 'COUNT', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'POSTING_TARGETS_MANY', 4, 'COUNT', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'POSTING_CONSENT', 5, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'POSTING_APPROVE', 5, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'TOOLKIT_ACKNOWLEDGE', 5, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
