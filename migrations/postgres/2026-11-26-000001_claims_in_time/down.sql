-- Goes back as long as no claim is of a kind or in a state that was not known before.
DROP INDEX claim_by_answer_due;
DROP INDEX claim_one_open;
CREATE UNIQUE INDEX claim_one_open ON claim (demand, provider) WHERE status = 'PENDING';
ALTER TABLE claim
    DROP CONSTRAINT claim_first_consent,
    DROP CONSTRAINT claim_object_clock,
    DROP CONSTRAINT claim_final_dispatch,
    DROP CONSTRAINT claim_objection_whole,
    DROP CONSTRAINT claim_objection_to_dispatch,
    DROP CONSTRAINT claim_objected,
    DROP CONSTRAINT claim_objector_fk,
    DROP CONSTRAINT claim_kind_known,
    DROP CONSTRAINT claim_status_known,
    DROP CONSTRAINT claim_agreed_by_both,
    ADD CONSTRAINT claim_kind_known CHECK (kind IN ('OFFER', 'REQUEST')),
    ADD CONSTRAINT claim_status_known CHECK (status IN (
        'PENDING', 'AGREED', 'DECLINED', 'WITHDRAWN', 'SUPERSEDED', 'CANCELLED', 'ENDED')),
    ADD CONSTRAINT claim_agreed_by_both CHECK (
        status NOT IN ('AGREED', 'CANCELLED') OR (demand_consent_at IS NOT NULL AND provider_consent_at IS NOT NULL));
ALTER TABLE claim
    DROP COLUMN is_final,
    DROP COLUMN object_due_at,
    DROP COLUMN objected_at,
    DROP COLUMN objected_by,
    DROP COLUMN objection,
    DROP COLUMN objection_due_at;
ALTER TABLE district DROP COLUMN backstop;
ALTER TABLE district DROP COLUMN version;
DELETE FROM rule WHERE code IN ('CLAIM_OBJECT', 'CLAIM_OBJECTION_DECIDE');
