-- Claims in time: dispatch with one objection, lapsing, and the unit that stands in (兜底单位).
-- Mirrors src/domain/claim.rs.

-- The unit that takes over when a final dispatch lapses.
ALTER TABLE district ADD COLUMN backstop uuid;
ALTER TABLE district ADD CONSTRAINT district_backstop_fk FOREIGN KEY (backstop) REFERENCES organisation (id);
ALTER TABLE district ADD COLUMN version integer NOT NULL DEFAULT 1;

ALTER TABLE claim
    ADD COLUMN is_final boolean NOT NULL DEFAULT false,
    ADD COLUMN object_due_at timestamptz,
    ADD COLUMN objected_at timestamptz,
    ADD COLUMN objected_by uuid,
    ADD COLUMN objection text,
    ADD COLUMN objection_due_at timestamptz;
ALTER TABLE claim ALTER COLUMN is_final DROP DEFAULT;
ALTER TABLE claim
    DROP CONSTRAINT claim_kind_known,
    DROP CONSTRAINT claim_status_known,
    DROP CONSTRAINT claim_agreed_by_both,
    ADD CONSTRAINT claim_kind_known CHECK (kind IN ('OFFER', 'REQUEST', 'DISPATCH')),
    ADD CONSTRAINT claim_status_known CHECK (status IN (
        'PENDING', 'OBJECTED', 'AGREED', 'DECLINED', 'WITHDRAWN', 'LAPSED', 'SUPERSEDED', 'CANCELLED', 'ENDED')),
    ADD CONSTRAINT claim_agreed_by_both CHECK (
        (status NOT IN ('AGREED', 'CANCELLED') OR (demand_consent_at IS NOT NULL AND provider_consent_at IS NOT NULL))
        OR (status = 'CANCELLED' AND objected_at IS NOT NULL)),
    ADD CONSTRAINT claim_objector_fk FOREIGN KEY (objected_by) REFERENCES account (id),
    ADD CONSTRAINT claim_first_consent CHECK (kind = 'DISPATCH' OR demand_consent_at IS NOT NULL OR provider_consent_at IS NOT NULL),
    ADD CONSTRAINT claim_object_clock CHECK ((kind = 'DISPATCH' AND NOT is_final) = (object_due_at IS NOT NULL)),
    ADD CONSTRAINT claim_final_dispatch CHECK (kind = 'DISPATCH' OR NOT is_final),
    ADD CONSTRAINT claim_objection_whole CHECK (
        (objected_at IS NULL) = (objected_by IS NULL)
        AND (objected_at IS NULL) = (objection IS NULL)
        AND (objected_at IS NULL) = (objection_due_at IS NULL)),
    ADD CONSTRAINT claim_objection_to_dispatch CHECK (kind = 'DISPATCH' OR objected_at IS NULL),
    ADD CONSTRAINT claim_objected CHECK (status <> 'OBJECTED' OR objected_at IS NOT NULL);
-- At most one open claim for the same demand and provider.
DROP INDEX claim_one_open;
CREATE UNIQUE INDEX claim_one_open ON claim (demand, provider) WHERE status IN ('PENDING', 'OBJECTED');
-- What the scheduler looks for.
CREATE INDEX claim_by_answer_due ON claim (respond_by, id) WHERE status = 'PENDING';

INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'CLAIM_OBJECT', 1, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'CLAIM_OBJECTION_DECIDE', 1, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
