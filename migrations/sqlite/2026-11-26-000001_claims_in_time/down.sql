-- Goes back as long as no claim is of a kind or in a state that was not known before.
CREATE TABLE claim_old (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    ref_no TEXT NOT NULL,
    kind TEXT NOT NULL,
    demand BLOB NOT NULL,
    demand_organisation BLOB NOT NULL,
    place BLOB NOT NULL,
    resource BLOB,
    provider BLOB NOT NULL,
    quantity INTEGER NOT NULL,
    period TEXT,
    note TEXT NOT NULL,
    plan_start TEXT NOT NULL,
    plan_due TEXT NOT NULL,
    plan_steps TEXT NOT NULL,
    demand_consent_at INTEGER,
    demand_consent_by BLOB,
    provider_consent_at INTEGER,
    provider_consent_by BLOB,
    status TEXT NOT NULL,
    status_reason TEXT,
    superseded_by_code TEXT,
    respond_by INTEGER NOT NULL,
    cancel_asked_side TEXT,
    cancel_asked_at INTEGER,
    cancel_reason TEXT,
    cancel_respond_by INTEGER,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    version INTEGER NOT NULL,
    CONSTRAINT claim_pk PRIMARY KEY (id),
    CONSTRAINT claim_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT claim_demand_fk FOREIGN KEY (demand) REFERENCES demand (id),
    CONSTRAINT claim_demand_organisation_fk FOREIGN KEY (demand_organisation) REFERENCES organisation (id),
    CONSTRAINT claim_place_fk FOREIGN KEY (place) REFERENCES place (id),
    CONSTRAINT claim_resource_fk FOREIGN KEY (resource) REFERENCES resource (id),
    CONSTRAINT claim_provider_fk FOREIGN KEY (provider) REFERENCES organisation (id),
    CONSTRAINT claim_demand_consenter_fk FOREIGN KEY (demand_consent_by) REFERENCES account (id),
    CONSTRAINT claim_provider_consenter_fk FOREIGN KEY (provider_consent_by) REFERENCES account (id),
    CONSTRAINT claim_creator_fk FOREIGN KEY (created_by) REFERENCES account (id),
    CONSTRAINT claim_ref_no_unique UNIQUE (district, ref_no),
    CONSTRAINT claim_kind_known CHECK (kind IN ('OFFER', 'REQUEST')),
    CONSTRAINT claim_request_has_resource CHECK (kind <> 'REQUEST' OR resource IS NOT NULL),
    CONSTRAINT claim_two_parties CHECK (provider <> demand_organisation),
    CONSTRAINT claim_quantity_range CHECK (quantity BETWEEN 1 AND 10000),
    CONSTRAINT claim_period_given CHECK ((resource IS NULL) = (period IS NULL)),
    CONSTRAINT claim_plan_range CHECK (plan_due >= plan_start),
    CONSTRAINT claim_demand_consent_whole CHECK ((demand_consent_at IS NULL) = (demand_consent_by IS NULL)),
    CONSTRAINT claim_provider_consent_whole CHECK ((provider_consent_at IS NULL) = (provider_consent_by IS NULL)),
    CONSTRAINT claim_status_known CHECK (status IN (
        'PENDING', 'AGREED', 'DECLINED', 'WITHDRAWN', 'SUPERSEDED', 'CANCELLED', 'ENDED')),
    CONSTRAINT claim_agreed_by_both CHECK (
        status NOT IN ('AGREED', 'CANCELLED') OR (demand_consent_at IS NOT NULL AND provider_consent_at IS NOT NULL)),
    CONSTRAINT claim_reason_given CHECK (status NOT IN ('DECLINED', 'CANCELLED', 'ENDED') OR status_reason IS NOT NULL),
    CONSTRAINT claim_superseded_code CHECK ((status = 'SUPERSEDED') = (superseded_by_code IS NOT NULL)),
    CONSTRAINT claim_cancel_ask_whole CHECK (
        (cancel_asked_side IS NULL) = (cancel_asked_at IS NULL)
        AND (cancel_asked_side IS NULL) = (cancel_reason IS NULL)
        AND (cancel_asked_side IS NULL) = (cancel_respond_by IS NULL)),
    CONSTRAINT claim_cancel_side_known CHECK (cancel_asked_side IS NULL OR cancel_asked_side IN ('DEMAND', 'PROVIDER'))
) STRICT;
INSERT INTO claim_old (id, district, ref_no, kind, demand, demand_organisation, place, resource, provider, quantity, period, note, plan_start, plan_due, plan_steps, demand_consent_at, demand_consent_by, provider_consent_at, provider_consent_by, status, status_reason, superseded_by_code, respond_by, cancel_asked_side, cancel_asked_at, cancel_reason, cancel_respond_by, created_by, created_at, settled_at, version)
    SELECT id, district, ref_no, kind, demand, demand_organisation, place, resource, provider, quantity, period, note, plan_start, plan_due, plan_steps, demand_consent_at, demand_consent_by, provider_consent_at, provider_consent_by, status, status_reason, superseded_by_code, respond_by, cancel_asked_side, cancel_asked_at, cancel_reason, cancel_respond_by, created_by, created_at, settled_at, version FROM claim;
DROP TABLE claim;
ALTER TABLE claim_old RENAME TO claim;
CREATE UNIQUE INDEX claim_one_open ON claim (demand, provider) WHERE status = 'PENDING';
CREATE INDEX claim_by_demand ON claim (demand, created_at, id);
CREATE INDEX claim_by_resource ON claim (resource, created_at, id);
CREATE INDEX claim_by_provider ON claim (provider, created_at, id);
CREATE INDEX claim_by_demand_organisation ON claim (demand_organisation, created_at, id);
CREATE INDEX claim_by_age ON claim (district, created_at, id);
CREATE INDEX claim_by_status ON claim (district, status, created_at, id);
CREATE INDEX claim_by_place ON claim (place, created_at, id);
CREATE TABLE district_old (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT district_pk PRIMARY KEY (code),
    CONSTRAINT district_code_form CHECK (length(code) = 6)
) STRICT;
INSERT INTO district_old (code, name, created_at) SELECT code, name, created_at FROM district;
DROP TABLE district;
ALTER TABLE district_old RENAME TO district;
DELETE FROM rule WHERE code IN ('CLAIM_OBJECT', 'CLAIM_OBJECTION_DECIDE');
