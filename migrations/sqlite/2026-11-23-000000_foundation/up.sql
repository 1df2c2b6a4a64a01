-- The foundation: who is where, who may do what, lists, claims, projects, the log.
-- Every CHECK on a status repeats the state machine of the named file in src/domain on purpose.

-- One tenant: a district (区县) by its six-digit division code.
CREATE TABLE district (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT district_pk PRIMARY KEY (code),
    CONSTRAINT district_code_form CHECK (length(code) = 6)
) STRICT;

-- Streets and communities (街道, 社区): a dated snapshot with its source.
CREATE TABLE division (
    code TEXT NOT NULL,
    district TEXT NOT NULL,
    level TEXT NOT NULL,
    name TEXT NOT NULL,
    parent TEXT,
    source TEXT NOT NULL,
    CONSTRAINT division_pk PRIMARY KEY (code),
    CONSTRAINT division_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT division_parent_fk FOREIGN KEY (parent) REFERENCES division (code),
    CONSTRAINT division_level_known CHECK (level IN ('DISTRICT', 'STREET', 'COMMUNITY')),
    CONSTRAINT division_code_form CHECK (
        (level = 'DISTRICT' AND length(code) = 6 AND parent IS NULL)
        OR (level = 'STREET' AND length(code) = 9 AND parent IS NOT NULL)
        OR (level = 'COMMUNITY' AND length(code) = 12 AND parent IS NOT NULL)
    )
) STRICT;
CREATE INDEX division_by_district ON division (district, code);

-- Numbers that rules work with (clocks, limits), each with the document it comes from.
CREATE TABLE rule (
    district TEXT NOT NULL,
    code TEXT NOT NULL,
    value INTEGER NOT NULL,
    unit TEXT NOT NULL,
    basis TEXT NOT NULL,
    source TEXT NOT NULL,
    CONSTRAINT rule_pk PRIMARY KEY (district, code),
    CONSTRAINT rule_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT rule_unit_known CHECK (unit IN ('WORKDAYS', 'DAYS', 'MONTHS', 'COUNT', 'PERMILLE')),
    CONSTRAINT rule_basis_known CHECK (basis IN ('PUBLISHED', 'OWN_CHOICE')),
    CONSTRAINT rule_value_range CHECK (value BETWEEN 0 AND 100000)
) STRICT;

-- Working-day calendar: one row per year with its source.
CREATE TABLE calendar_year (
    year INTEGER NOT NULL,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT calendar_year_pk PRIMARY KEY (year),
    CONSTRAINT calendar_year_status_known CHECK (status IN ('OFFICIAL', 'PROVISIONAL'))
) STRICT;

-- Days that differ from the weekday rule (调休).
CREATE TABLE calendar_day (
    day TEXT NOT NULL,
    year INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT calendar_day_pk PRIMARY KEY (day),
    CONSTRAINT calendar_day_year_fk FOREIGN KEY (year) REFERENCES calendar_year (year),
    CONSTRAINT calendar_day_kind_known CHECK (kind IN ('OFF', 'WORK'))
) STRICT;

-- Agglomerations (集聚区): circles, parks, a valley.
CREATE TABLE zone (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT zone_pk PRIMARY KEY (id),
    CONSTRAINT zone_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT zone_code_unique UNIQUE (district, code),
    CONSTRAINT zone_name_unique UNIQUE (district, name),
    CONSTRAINT zone_kind_known CHECK (kind IN ('CIRCLE', 'PARK', 'VALLEY'))
) STRICT;

-- Enterprises and departments. Mirrors src/domain/organisation.rs.
CREATE TABLE organisation (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    name TEXT NOT NULL,
    short_name TEXT,
    kind TEXT NOT NULL,
    uscc TEXT,
    industry_section TEXT,
    industry_division TEXT,
    size_band TEXT,
    status TEXT NOT NULL,
    status_reason TEXT,
    parent BLOB,
    search_text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT organisation_pk PRIMARY KEY (id),
    CONSTRAINT organisation_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT organisation_parent_fk FOREIGN KEY (parent) REFERENCES organisation (id),
    CONSTRAINT organisation_name_unique UNIQUE (district, name),
    CONSTRAINT organisation_uscc_unique UNIQUE (district, uscc),
    CONSTRAINT organisation_kind_known CHECK (kind IN (
        'ENTERPRISE', 'SOCIAL_ORGANISATION', 'PROPERTY_COMPANY', 'DEPARTMENT', 'STREET_OFFICE',
        'PARK_COMMITTEE', 'COMMUNITY', 'PUBLIC_INSTITUTION', 'PARTY_ORGAN')),
    CONSTRAINT organisation_uscc_required CHECK (uscc IS NOT NULL OR kind NOT IN ('ENTERPRISE', 'PROPERTY_COMPANY')),
    CONSTRAINT organisation_uscc_form CHECK (uscc IS NULL OR length(uscc) = 18),
    CONSTRAINT organisation_size_known CHECK (size_band IS NULL OR size_band IN ('MICRO', 'SMALL', 'MEDIUM', 'LARGE')),
    CONSTRAINT organisation_status_known CHECK (status IN ('ACTIVE', 'SUSPENDED', 'CLOSED')),
    CONSTRAINT organisation_reason_given CHECK (status = 'ACTIVE' OR status_reason IS NOT NULL)
) STRICT;
CREATE INDEX organisation_by_age ON organisation (district, created_at, id);

-- Buildings and parks, a tree of at most four levels. Mirrors src/domain/place.rs.
CREATE TABLE place (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    realm TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    dominance TEXT NOT NULL,
    zone BLOB,
    parent BLOB,
    depth INTEGER NOT NULL,
    division TEXT NOT NULL,
    address TEXT NOT NULL,
    operator BLOB,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT place_pk PRIMARY KEY (id),
    CONSTRAINT place_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT place_zone_fk FOREIGN KEY (zone) REFERENCES zone (id),
    CONSTRAINT place_parent_fk FOREIGN KEY (parent) REFERENCES place (id),
    CONSTRAINT place_division_fk FOREIGN KEY (division) REFERENCES division (code),
    CONSTRAINT place_operator_fk FOREIGN KEY (operator) REFERENCES organisation (id),
    CONSTRAINT place_name_unique UNIQUE (district, name),
    CONSTRAINT place_realm_kind CHECK (
        (realm = 'BUILDING' AND kind IN ('COMPLEX', 'OFFICE_BUILDING', 'SERVICE_CENTRE'))
        OR (realm = 'PARK' AND kind IN ('INDUSTRIAL', 'CREATIVE', 'HEALTH'))
    ),
    CONSTRAINT place_dominance_known CHECK (dominance IN ('COMPLEX', 'PROPERTY_LED', 'ENTERPRISE_LED', 'PARK_ADMIN')),
    CONSTRAINT place_depth_range CHECK (depth BETWEEN 1 AND 4),
    CONSTRAINT place_root_depth CHECK ((parent IS NULL) = (depth = 1)),
    CONSTRAINT place_own_parent CHECK (parent IS NULL OR parent <> id),
    CONSTRAINT place_status_known CHECK (status IN ('PLANNED', 'OPEN', 'CLOSED'))
) STRICT;
CREATE INDEX place_by_age ON place (district, created_at, id);
CREATE INDEX place_by_zone ON place (district, zone);
CREATE INDEX place_by_parent ON place (parent);

-- That an organisation sits in a unit of a place, from a day to a day.
CREATE TABLE tenancy (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    organisation BLOB NOT NULL,
    place BLOB NOT NULL,
    unit TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT tenancy_pk PRIMARY KEY (id),
    CONSTRAINT tenancy_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT tenancy_organisation_fk FOREIGN KEY (organisation) REFERENCES organisation (id),
    CONSTRAINT tenancy_place_fk FOREIGN KEY (place) REFERENCES place (id),
    CONSTRAINT tenancy_range CHECK (to_on IS NULL OR to_on >= from_on)
) STRICT;
-- One open tenancy of the same unit; overlaps with ended ones are refused by the guarded write.
CREATE UNIQUE INDEX tenancy_one_open ON tenancy (organisation, place, unit) WHERE to_on IS NULL;
CREATE INDEX tenancy_by_age ON tenancy (district, created_at, id);
CREATE INDEX tenancy_by_place ON tenancy (place);
CREATE INDEX tenancy_by_organisation ON tenancy (organisation);

-- Accounts (账号). Mirrors src/domain/account.rs.
CREATE TABLE account (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    login TEXT NOT NULL,
    display_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    must_change INTEGER NOT NULL,
    status TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT account_pk PRIMARY KEY (id),
    CONSTRAINT account_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT account_login_unique UNIQUE (login),
    CONSTRAINT account_login_folded CHECK (login = lower(login)),
    CONSTRAINT account_status_known CHECK (status IN ('INVITED', 'ACTIVE', 'SUSPENDED', 'ENDED'))
) STRICT;
CREATE INDEX account_by_district ON account (district, created_at, id);

-- Grants: a role in a scope for an account, proposed by one administrator, approved by another; only
-- the first administrators, entered on the command line, have neither. Mirrors src/domain/grant.rs.
CREATE TABLE role_grant (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    account BLOB NOT NULL,
    role TEXT NOT NULL,
    scope_kind TEXT NOT NULL,
    scope_id BLOB,
    from_on TEXT NOT NULL,
    to_on TEXT,
    status TEXT NOT NULL,
    proposed_by BLOB,
    approved_by BLOB,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT role_grant_pk PRIMARY KEY (id),
    CONSTRAINT role_grant_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT role_grant_account_fk FOREIGN KEY (account) REFERENCES account (id),
    CONSTRAINT role_grant_proposer_fk FOREIGN KEY (proposed_by) REFERENCES account (id),
    CONSTRAINT role_grant_approver_fk FOREIGN KEY (approved_by) REFERENCES account (id),
    CONSTRAINT role_grant_role_known CHECK (role IN (
        'LIAISON', 'OFFICIAL', 'LEAD', 'STEWARD', 'COORDINATOR', 'SYSTEM_ADMIN', 'SECURITY_ADMIN', 'AUDITOR')),
    CONSTRAINT role_grant_scope_fits CHECK (
        (role IN ('LIAISON', 'OFFICIAL', 'LEAD') AND scope_kind = 'ORGANISATION' AND scope_id IS NOT NULL)
        OR (role = 'STEWARD' AND scope_kind IN ('ZONE', 'PLACE') AND scope_id IS NOT NULL)
        OR (role IN ('COORDINATOR', 'SYSTEM_ADMIN', 'SECURITY_ADMIN', 'AUDITOR')
            AND scope_kind = 'DISTRICT' AND scope_id IS NULL)
    ),
    CONSTRAINT role_grant_range CHECK (to_on IS NULL OR to_on >= from_on),
    CONSTRAINT role_grant_status_known CHECK (status IN ('PROPOSED', 'ACTIVE', 'SUSPENDED', 'ENDED')),
    CONSTRAINT role_grant_two_persons CHECK (approved_by IS NULL OR proposed_by IS NULL OR approved_by <> proposed_by),
    CONSTRAINT role_grant_not_for_oneself CHECK (
        (proposed_by IS NULL OR proposed_by <> account) AND (approved_by IS NULL OR approved_by <> account)),
    CONSTRAINT role_grant_approved CHECK (
        status IN ('PROPOSED', 'ENDED') OR approved_by IS NOT NULL OR proposed_by IS NULL)
) STRICT;
CREATE INDEX role_grant_by_district ON role_grant (district, created_at, id);
CREATE INDEX role_grant_by_account ON role_grant (account, status);
CREATE INDEX role_grant_by_scope ON role_grant (scope_id, role, status);

-- Sessions: the token itself is never stored, only its SHA-256.
CREATE TABLE session (
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    client TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    CONSTRAINT session_pk PRIMARY KEY (id),
    CONSTRAINT session_account_fk FOREIGN KEY (account) REFERENCES account (id),
    CONSTRAINT session_token_unique UNIQUE (token_hash),
    CONSTRAINT session_token_form CHECK (length(token_hash) = 32)
) STRICT;
CREATE INDEX session_by_account ON session (account, created_at);

-- A post that can be reached: never a person. Phone and e-mail are ciphertext with a mask beside it.
CREATE TABLE contact_point (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    organisation BLOB NOT NULL,
    post TEXT NOT NULL,
    phone_sealed BLOB NOT NULL,
    phone_masked TEXT NOT NULL,
    email_sealed BLOB,
    email_masked TEXT,
    key_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT contact_point_pk PRIMARY KEY (id),
    CONSTRAINT contact_point_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT contact_point_organisation_fk FOREIGN KEY (organisation) REFERENCES organisation (id),
    CONSTRAINT contact_point_post_unique UNIQUE (organisation, post),
    CONSTRAINT contact_point_email_pair CHECK ((email_sealed IS NULL) = (email_masked IS NULL))
) STRICT;

-- Service categories, two levels, each with its duty unit (归口单位).
CREATE TABLE category (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    parent BLOB,
    duty_unit BLOB,
    profile TEXT NOT NULL,
    position INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT category_pk PRIMARY KEY (id),
    CONSTRAINT category_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT category_parent_fk FOREIGN KEY (parent) REFERENCES category (id),
    CONSTRAINT category_duty_unit_fk FOREIGN KEY (duty_unit) REFERENCES organisation (id),
    CONSTRAINT category_code_unique UNIQUE (district, code),
    CONSTRAINT category_name_unique UNIQUE (district, name),
    CONSTRAINT category_profile_known CHECK (profile IN ('SIMPLE', 'NORMAL', 'COMPLEX'))
) STRICT;

-- Branches of the three types. Mirrors src/domain/branch.rs.
CREATE TABLE branch (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    form TEXT NOT NULL,
    place BLOB NOT NULL,
    lead BLOB NOT NULL,
    custodian BLOB,
    parent BLOB,
    member_count INTEGER NOT NULL,
    committee_size INTEGER NOT NULL,
    proposed_covers TEXT NOT NULL,
    formed_on TEXT,
    term_months INTEGER,
    status TEXT NOT NULL,
    status_reason TEXT,
    merged_into BLOB,
    warnings TEXT NOT NULL,
    acknowledged TEXT NOT NULL,
    search_text TEXT NOT NULL,
    proposed_by BLOB NOT NULL,
    decided_by BLOB,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT branch_pk PRIMARY KEY (id),
    CONSTRAINT branch_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT branch_place_fk FOREIGN KEY (place) REFERENCES place (id),
    CONSTRAINT branch_lead_fk FOREIGN KEY (lead) REFERENCES organisation (id),
    CONSTRAINT branch_custodian_fk FOREIGN KEY (custodian) REFERENCES branch (id),
    CONSTRAINT branch_parent_fk FOREIGN KEY (parent) REFERENCES branch (id),
    CONSTRAINT branch_merged_into_fk FOREIGN KEY (merged_into) REFERENCES branch (id),
    CONSTRAINT branch_proposer_fk FOREIGN KEY (proposed_by) REFERENCES account (id),
    CONSTRAINT branch_decider_fk FOREIGN KEY (decided_by) REFERENCES account (id),
    CONSTRAINT branch_name_unique UNIQUE (district, name),
    CONSTRAINT branch_kind_known CHECK (kind IN ('HUB', 'PROPERTY', 'CUSTODY')),
    CONSTRAINT branch_form_fits CHECK (
        (kind = 'CUSTODY' AND form = 'LIAISON_STATION')
        OR (kind IN ('HUB', 'PROPERTY') AND form IN ('BRANCH', 'JOINT_BRANCH', 'GENERAL_BRANCH', 'COMMITTEE'))
    ),
    CONSTRAINT branch_custodian_fits CHECK ((kind = 'CUSTODY') = (custodian IS NOT NULL)),
    CONSTRAINT branch_term_fits CHECK ((kind = 'CUSTODY') = (term_months IS NULL)),
    CONSTRAINT branch_counts_range CHECK (member_count BETWEEN 0 AND 100000 AND committee_size BETWEEN 0 AND 1000),
    CONSTRAINT branch_status_known CHECK (status IN (
        'PROPOSED', 'RETURNED', 'APPROVED', 'ACTIVE', 'SUSPENDED', 'CONVERTED', 'MERGED', 'DISSOLVED')),
    CONSTRAINT branch_reason_given CHECK (
        (status IN ('RETURNED', 'SUSPENDED', 'CONVERTED', 'DISSOLVED')) = (status_reason IS NOT NULL)),
    CONSTRAINT branch_decision_taken CHECK ((status IN ('PROPOSED', 'RETURNED')) = (decided_by IS NULL)),
    CONSTRAINT branch_merge_target CHECK ((status = 'MERGED') = (merged_into IS NOT NULL))
) STRICT;
CREATE INDEX branch_by_place ON branch (place);
CREATE INDEX branch_by_custodian ON branch (custodian) WHERE custodian IS NOT NULL;
CREATE INDEX branch_by_parent ON branch (parent) WHERE parent IS NOT NULL;
CREATE INDEX branch_by_district ON branch (district, created_at, id);

-- That a branch covers an organisation, from a day to a day.
CREATE TABLE branch_coverage (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    branch BLOB NOT NULL,
    organisation BLOB NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT,
    created_at INTEGER NOT NULL,
    CONSTRAINT branch_coverage_pk PRIMARY KEY (id),
    CONSTRAINT branch_coverage_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT branch_coverage_branch_fk FOREIGN KEY (branch) REFERENCES branch (id),
    CONSTRAINT branch_coverage_organisation_fk FOREIGN KEY (organisation) REFERENCES organisation (id),
    CONSTRAINT branch_coverage_range CHECK (to_on IS NULL OR to_on >= from_on)
) STRICT;
CREATE UNIQUE INDEX branch_coverage_one_current ON branch_coverage (organisation) WHERE to_on IS NULL;
CREATE INDEX branch_coverage_by_branch ON branch_coverage (branch);

-- Demands (需求). Mirrors src/domain/demand.rs.
CREATE TABLE demand (
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
CREATE INDEX demand_by_age ON demand (district, created_at, id);
CREATE INDEX demand_by_status ON demand (district, status, created_at, id);
CREATE INDEX demand_by_urgency ON demand (district, urgency_rank, id);
CREATE INDEX demand_by_organisation ON demand (organisation, created_at, id);
CREATE INDEX demand_by_place ON demand (place, created_at, id);
CREATE INDEX demand_by_category ON demand (category, created_at, id);

-- Resources (资源). Mirrors src/domain/resource.rs.
CREATE TABLE resource (
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
CREATE INDEX resource_by_age ON resource (district, created_at, id);
CREATE INDEX resource_by_status ON resource (district, status, created_at, id);
CREATE INDEX resource_by_organisation ON resource (organisation, created_at, id);
CREATE INDEX resource_by_category ON resource (category, created_at, id);
CREATE INDEX resource_by_end ON resource (district, (valid_to IS NULL), valid_to, id);

-- Where a resource that does not cover the whole district reaches: one row per street, zone or place.
CREATE TABLE resource_reach (
    resource BLOB NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    CONSTRAINT resource_reach_pk PRIMARY KEY (resource, kind, target),
    CONSTRAINT resource_reach_resource_fk FOREIGN KEY (resource) REFERENCES resource (id),
    CONSTRAINT resource_reach_kind_known CHECK (kind IN ('STREET', 'ZONE', 'PLACE'))
) STRICT;
CREATE INDEX resource_reach_by_target ON resource_reach (kind, target);

-- How much of a resource is agreed in one period (2026-12, 2026-Q4, 2026, ONCE): the counter that
-- two claims for the last unit meet at.
CREATE TABLE resource_period (
    resource BLOB NOT NULL,
    period TEXT NOT NULL,
    capacity INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    CONSTRAINT resource_period_pk PRIMARY KEY (resource, period),
    CONSTRAINT resource_period_resource_fk FOREIGN KEY (resource) REFERENCES resource (id),
    CONSTRAINT resource_period_fits CHECK (taken BETWEEN 0 AND capacity)
) STRICT;

-- Claims (认领) in both directions. Mirrors src/domain/claim.rs.
CREATE TABLE claim (
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
-- At most one open claim for the same demand and provider.
CREATE UNIQUE INDEX claim_one_open ON claim (demand, provider) WHERE status = 'PENDING';
CREATE INDEX claim_by_demand ON claim (demand, created_at, id);
CREATE INDEX claim_by_resource ON claim (resource, created_at, id);
CREATE INDEX claim_by_provider ON claim (provider, created_at, id);
CREATE INDEX claim_by_demand_organisation ON claim (demand_organisation, created_at, id);
CREATE INDEX claim_by_age ON claim (district, created_at, id);
CREATE INDEX claim_by_status ON claim (district, status, created_at, id);
CREATE INDEX claim_by_place ON claim (place, created_at, id);

-- Projects (项目): one per agreed claim. Mirrors src/domain/project.rs.
CREATE TABLE project (
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
CREATE INDEX project_by_demand ON project (demand);
CREATE INDEX project_by_lead ON project (lead, created_at, id);
CREATE INDEX project_by_demand_organisation ON project (demand_organisation, created_at, id);
CREATE INDEX project_by_age ON project (district, created_at, id);
CREATE INDEX project_by_status ON project (district, status, created_at, id);
CREATE INDEX project_by_due ON project (district, due_on, id);
CREATE INDEX project_by_place ON project (place, created_at, id);

-- Milestones of a project, in their order.
CREATE TABLE milestone (
    id BLOB NOT NULL,
    project BLOB NOT NULL,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    due_on TEXT NOT NULL,
    done_on TEXT,
    waived_reason TEXT,
    note TEXT NOT NULL,
    CONSTRAINT milestone_pk PRIMARY KEY (id),
    CONSTRAINT milestone_project_fk FOREIGN KEY (project) REFERENCES project (id),
    CONSTRAINT milestone_position_unique UNIQUE (project, position),
    CONSTRAINT milestone_done_or_waived CHECK (done_on IS NULL OR waived_reason IS NULL)
) STRICT;

-- The tokens of listed texts (src/kernel/text.rs), so that a phrase of two characters finds its row.
CREATE TABLE text_token (
    noun TEXT NOT NULL,
    token TEXT NOT NULL,
    object BLOB NOT NULL,
    CONSTRAINT text_token_pk PRIMARY KEY (noun, token, object),
    CONSTRAINT text_token_noun_known CHECK (noun IN ('DEMAND', 'RESOURCE', 'ORGANISATION'))
) STRICT;
CREATE INDEX text_token_by_object ON text_token (noun, object);

-- The next reference number of a kind in a district and year. Taken in the transaction that uses it,
-- so that a rollback leaves no gap.
CREATE TABLE counter (
    district TEXT NOT NULL,
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT counter_pk PRIMARY KEY (district, kind, year),
    CONSTRAINT counter_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT counter_kind_known CHECK (kind IN ('D', 'R', 'C', 'P')),
    CONSTRAINT counter_range CHECK (last BETWEEN 0 AND 999999)
) STRICT;

-- First answers to idempotency keys, kept for 24 hours.
CREATE TABLE idempotency (
    account BLOB NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT idempotency_pk PRIMARY KEY (account, idempotency_key),
    CONSTRAINT idempotency_account_fk FOREIGN KEY (account) REFERENCES account (id)
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- Uploaded files that wait for an import, kept for 24 hours.
CREATE TABLE upload (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    account BLOB NOT NULL,
    file_name TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    content BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT upload_pk PRIMARY KEY (id),
    CONSTRAINT upload_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT upload_account_fk FOREIGN KEY (account) REFERENCES account (id),
    CONSTRAINT upload_size CHECK (length(content) BETWEEN 1 AND 20971520)
) STRICT;
CREATE INDEX upload_by_age ON upload (created_at);

-- Rows that an import brought in, so that the same row is not brought in twice.
CREATE TABLE import_row (
    district TEXT NOT NULL,
    kind TEXT NOT NULL,
    row_hash BLOB NOT NULL,
    object BLOB NOT NULL,
    batch BLOB NOT NULL,
    CONSTRAINT import_row_pk PRIMARY KEY (district, kind, row_hash),
    CONSTRAINT import_row_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT import_row_kind_known CHECK (kind IN ('ORGANISATIONS', 'DEMANDS', 'RESOURCES'))
) STRICT;

-- The audit log: append-only, hash-chained per district and stream, cut into monthly segments.
CREATE TABLE audit_line (
    id BLOB NOT NULL,
    district TEXT NOT NULL,
    stream TEXT NOT NULL,
    number INTEGER NOT NULL,
    segment TEXT NOT NULL,
    at INTEGER NOT NULL,
    account BLOB,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    effects TEXT NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    CONSTRAINT audit_line_pk PRIMARY KEY (district, stream, number),
    CONSTRAINT audit_line_id_unique UNIQUE (id),
    CONSTRAINT audit_line_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT audit_line_stream_known CHECK (stream IN ('BUSINESS', 'SECURITY')),
    CONSTRAINT audit_line_hash_form CHECK (length(hash) = 32 AND length(previous_hash) = 32)
) STRICT;
CREATE INDEX audit_line_by_time ON audit_line (district, at, id);

-- The head of each chain; a write takes it under a guard, so two writers cannot fork the chain.
CREATE TABLE audit_head (
    district TEXT NOT NULL,
    stream TEXT NOT NULL,
    number INTEGER NOT NULL,
    segment TEXT NOT NULL,
    hash BLOB NOT NULL,
    CONSTRAINT audit_head_pk PRIMARY KEY (district, stream),
    CONSTRAINT audit_head_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT audit_head_stream_known CHECK (stream IN ('BUSINESS', 'SECURITY'))
) STRICT;

-- Checkpoints of sealed segments: where verification starts when older lines were removed.
CREATE TABLE audit_segment (
    district TEXT NOT NULL,
    stream TEXT NOT NULL,
    segment TEXT NOT NULL,
    last_number INTEGER NOT NULL,
    last_hash BLOB NOT NULL,
    sealed_at INTEGER NOT NULL,
    CONSTRAINT audit_segment_pk PRIMARY KEY (district, stream, segment),
    CONSTRAINT audit_segment_district_fk FOREIGN KEY (district) REFERENCES district (code)
) STRICT;
