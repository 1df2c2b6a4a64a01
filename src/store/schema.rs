//! The tables, once for both databases.
//!
//! A test compares this file with the catalogues of both, column by column.

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    district (code) {
        code -> Text,
        name -> Text,
        created_at -> Instant,
        backstop -> Nullable<Uuid>,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};

    division (code) {
        code -> Text,
        district -> Text,
        level -> Text,
        name -> Text,
        parent -> Nullable<Text>,
        source -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};

    rule (district, code) {
        district -> Text,
        code -> Text,
        value -> Integer,
        unit -> Text,
        basis -> Text,
        source -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};

    calendar_year (year) {
        year -> Integer,
        source -> Text,
        status -> Text,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::store::types::Day;

    calendar_day (day) {
        day -> Day,
        year -> Integer,
        kind -> Text,
        name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::store::types::{Instant, Uuid};

    zone (id) {
        id -> Uuid,
        district -> Text,
        code -> Text,
        name -> Text,
        kind -> Text,
        created_at -> Instant,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    organisation (id) {
        id -> Uuid,
        district -> Text,
        name -> Text,
        short_name -> Nullable<Text>,
        kind -> Text,
        uscc -> Nullable<Text>,
        industry_section -> Nullable<Text>,
        industry_division -> Nullable<Text>,
        size_band -> Nullable<Text>,
        status -> Text,
        status_reason -> Nullable<Text>,
        parent -> Nullable<Uuid>,
        search_text -> Text,
        created_at -> Instant,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    place (id) {
        id -> Uuid,
        district -> Text,
        realm -> Text,
        kind -> Text,
        name -> Text,
        dominance -> Text,
        zone -> Nullable<Uuid>,
        parent -> Nullable<Uuid>,
        depth -> Integer,
        division -> Text,
        address -> Text,
        operator -> Nullable<Uuid>,
        status -> Text,
        created_at -> Instant,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Day, Instant, Uuid};

    tenancy (id) {
        id -> Uuid,
        district -> Text,
        organisation -> Uuid,
        place -> Uuid,
        unit -> Text,
        from_on -> Day,
        to_on -> Nullable<Day>,
        created_at -> Instant,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Text};
    use crate::store::types::{Instant, Uuid};

    account (id) {
        id -> Uuid,
        district -> Text,
        login -> Text,
        display_name -> Text,
        password_hash -> Text,
        must_change -> Bool,
        status -> Text,
        search_text -> Text,
        created_at -> Instant,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Day, Instant, Uuid};

    role_grant (id) {
        id -> Uuid,
        district -> Text,
        account -> Uuid,
        role -> Text,
        scope_kind -> Text,
        scope_id -> Nullable<Uuid>,
        from_on -> Day,
        to_on -> Nullable<Day>,
        status -> Text,
        proposed_by -> Nullable<Uuid>,
        approved_by -> Nullable<Uuid>,
        created_at -> Instant,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    session (id) {
        id -> Uuid,
        account -> Uuid,
        token_hash -> Binary,
        client -> Text,
        created_at -> Instant,
        seen_at -> Instant,
        expires_at -> Instant,
        ended_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    contact_point (id) {
        id -> Uuid,
        district -> Text,
        organisation -> Uuid,
        post -> Text,
        phone_sealed -> Binary,
        phone_masked -> Text,
        email_sealed -> Nullable<Binary>,
        email_masked -> Nullable<Text>,
        key_id -> Text,
        created_at -> Instant,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    category (id) {
        id -> Uuid,
        district -> Text,
        code -> Text,
        name -> Text,
        parent -> Nullable<Uuid>,
        duty_unit -> Nullable<Uuid>,
        profile -> Text,
        position -> Integer,
        created_at -> Instant,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Day, Instant, Uuid};

    branch (id) {
        id -> Uuid,
        district -> Text,
        kind -> Text,
        name -> Text,
        form -> Text,
        place -> Uuid,
        lead -> Uuid,
        custodian -> Nullable<Uuid>,
        parent -> Nullable<Uuid>,
        member_count -> Integer,
        committee_size -> Integer,
        proposed_covers -> Text,
        formed_on -> Nullable<Day>,
        term_months -> Nullable<Integer>,
        status -> Text,
        status_reason -> Nullable<Text>,
        merged_into -> Nullable<Uuid>,
        warnings -> Text,
        acknowledged -> Text,
        search_text -> Text,
        proposed_by -> Uuid,
        decided_by -> Nullable<Uuid>,
        created_at -> Instant,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::store::types::{Day, Instant, Uuid};

    branch_coverage (id) {
        id -> Uuid,
        district -> Text,
        branch -> Uuid,
        organisation -> Uuid,
        from_on -> Day,
        to_on -> Nullable<Day>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Day, Instant, Uuid};

    demand (id) {
        id -> Uuid,
        district -> Text,
        ref_no -> Nullable<Text>,
        organisation -> Uuid,
        place -> Uuid,
        zone -> Nullable<Uuid>,
        category -> Uuid,
        title -> Text,
        detail -> Text,
        tags -> Text,
        quantity -> Integer,
        unit -> Text,
        urgency -> Text,
        urgency_reason -> Nullable<Text>,
        urgency_rank -> Integer,
        desired_from -> Nullable<Day>,
        desired_to -> Nullable<Day>,
        visibility -> Text,
        source -> Text,
        contact -> Nullable<Uuid>,
        status -> Text,
        status_reason -> Nullable<Text>,
        outcome -> Nullable<Text>,
        merged_into -> Nullable<Uuid>,
        agreed_quantity -> Integer,
        triage_due_at -> Nullable<Instant>,
        unclaimed_due_at -> Nullable<Instant>,
        created_by -> Uuid,
        created_at -> Instant,
        submitted_at -> Nullable<Instant>,
        listed_at -> Nullable<Instant>,
        closed_at -> Nullable<Instant>,
        search_text -> Text,
        version -> Integer,
        escalate_due_at -> Nullable<Instant>,
        reminded_at -> Nullable<Instant>,
        escalated_at -> Nullable<Instant>,
        decide_due_at -> Nullable<Instant>,
        expires_on -> Nullable<Day>,
        review_on -> Nullable<Day>,
        object_due_at -> Nullable<Instant>,
        objected_at -> Nullable<Instant>,
        objection -> Nullable<Text>,
        objection_due_at -> Nullable<Instant>,
        dismissed_at -> Nullable<Instant>,
        dismissal -> Nullable<Text>,
        expired_at -> Nullable<Instant>,
        renew_until -> Nullable<Day>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Day, Instant, Uuid};

    resource (id) {
        id -> Uuid,
        district -> Text,
        ref_no -> Nullable<Text>,
        organisation -> Uuid,
        unit -> Text,
        category -> Uuid,
        title -> Text,
        detail -> Text,
        tags -> Text,
        mode -> Text,
        coverage -> Text,
        eligibility -> Text,
        capacity -> Integer,
        per -> Text,
        valid_from -> Day,
        valid_to -> Nullable<Day>,
        fee -> Text,
        required_documents -> Text,
        contact -> Nullable<Uuid>,
        assured_on -> Nullable<Day>,
        status -> Text,
        status_reason -> Nullable<Text>,
        paused_until -> Nullable<Day>,
        created_by -> Uuid,
        created_at -> Instant,
        listed_at -> Nullable<Instant>,
        search_text -> Text,
        version -> Integer,
        remind_first_on -> Nullable<Day>,
        remind_second_on -> Nullable<Day>,
        stale_on -> Nullable<Day>,
        reminded -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::store::types::Uuid;

    resource_reach (resource, kind, target) {
        resource -> Uuid,
        kind -> Text,
        target -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::store::types::Uuid;

    resource_period (resource, period) {
        resource -> Uuid,
        period -> Text,
        capacity -> Integer,
        taken -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
    use crate::store::types::{Day, Instant, Uuid};

    claim (id) {
        id -> Uuid,
        district -> Text,
        ref_no -> Text,
        kind -> Text,
        demand -> Uuid,
        demand_organisation -> Uuid,
        place -> Uuid,
        resource -> Nullable<Uuid>,
        provider -> Uuid,
        quantity -> Integer,
        period -> Nullable<Text>,
        note -> Text,
        plan_start -> Day,
        plan_due -> Day,
        plan_steps -> Text,
        demand_consent_at -> Nullable<Instant>,
        demand_consent_by -> Nullable<Uuid>,
        provider_consent_at -> Nullable<Instant>,
        provider_consent_by -> Nullable<Uuid>,
        status -> Text,
        status_reason -> Nullable<Text>,
        superseded_by_code -> Nullable<Text>,
        respond_by -> Instant,
        cancel_asked_side -> Nullable<Text>,
        cancel_asked_at -> Nullable<Instant>,
        cancel_reason -> Nullable<Text>,
        cancel_respond_by -> Nullable<Instant>,
        created_by -> Uuid,
        created_at -> Instant,
        settled_at -> Nullable<Instant>,
        version -> Integer,
        is_final -> Bool,
        object_due_at -> Nullable<Instant>,
        objected_at -> Nullable<Instant>,
        objected_by -> Nullable<Uuid>,
        objection -> Nullable<Text>,
        objection_due_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
    use crate::store::types::{Day, Instant, Uuid};

    project (id) {
        id -> Uuid,
        district -> Text,
        ref_no -> Text,
        claim -> Uuid,
        demand -> Uuid,
        demand_organisation -> Uuid,
        place -> Uuid,
        resource -> Nullable<Uuid>,
        lead -> Uuid,
        title -> Text,
        status -> Text,
        status_reason -> Nullable<Text>,
        due_on -> Day,
        original_due_on -> Day,
        contact_due_at -> Instant,
        contacted_at -> Nullable<Instant>,
        contact_note -> Nullable<Text>,
        plan_due_at -> Instant,
        plan_filed_at -> Nullable<Instant>,
        plan -> Nullable<Text>,
        delivered_at -> Nullable<Instant>,
        delivery_summary -> Nullable<Text>,
        confirm_due_at -> Nullable<Instant>,
        confirmed_at -> Nullable<Instant>,
        confirmed_by -> Nullable<Uuid>,
        solved -> Nullable<Text>,
        answered -> Nullable<Bool>,
        reached_out -> Nullable<Bool>,
        satisfaction -> Nullable<Integer>,
        confirm_comment -> Nullable<Text>,
        close_due_at -> Nullable<Instant>,
        reopen_count -> Integer,
        closed_at -> Nullable<Instant>,
        created_at -> Instant,
        version -> Integer,
        progress_due_at -> Nullable<Instant>,
        paused_at -> Nullable<Instant>,
        paused_until -> Nullable<Day>,
        due_minutes_left -> Nullable<Integer>,
        progress_minutes_left -> Nullable<Integer>,
        unconfirmed_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Day, Uuid};

    milestone (id) {
        id -> Uuid,
        project -> Uuid,
        position -> Integer,
        title -> Text,
        due_on -> Day,
        done_on -> Nullable<Day>,
        waived_reason -> Nullable<Text>,
        note -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::store::types::Uuid;

    text_token (noun, token, object) {
        noun -> Text,
        token -> Text,
        object -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};

    counter (district, kind, year) {
        district -> Text,
        kind -> Text,
        year -> Integer,
        last -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use crate::store::types::{Instant, Uuid};

    idempotency (account, idempotency_key) {
        account -> Uuid,
        idempotency_key -> Text,
        fingerprint -> Binary,
        answer -> Text,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use crate::store::types::{Instant, Uuid};

    upload (id) {
        id -> Uuid,
        district -> Text,
        account -> Uuid,
        file_name -> Text,
        sha256 -> Binary,
        content -> Binary,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use crate::store::types::Uuid;

    import_row (district, kind, row_hash) {
        district -> Text,
        kind -> Text,
        row_hash -> Binary,
        object -> Uuid,
        batch -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    audit_line (district, stream, number) {
        id -> Uuid,
        district -> Text,
        stream -> Text,
        number -> BigInt,
        segment -> Text,
        at -> Instant,
        account -> Nullable<Uuid>,
        action -> Text,
        outcome -> Text,
        effects -> Text,
        previous_hash -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Text};

    audit_head (district, stream) {
        district -> Text,
        stream -> Text,
        number -> BigInt,
        segment -> Text,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Text};
    use crate::store::types::Instant;

    audit_segment (district, stream, segment) {
        district -> Text,
        stream -> Text,
        segment -> Text,
        last_number -> BigInt,
        last_hash -> Binary,
        sealed_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    rule_change (id) {
        id -> Uuid,
        district -> Text,
        code -> Text,
        old_value -> Integer,
        new_value -> Integer,
        basis -> Text,
        source -> Text,
        reason -> Text,
        status -> Text,
        proposed_by -> Uuid,
        proposed_at -> Instant,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Instant>,
        decision_reason -> Nullable<Text>,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::store::types::{Day, Instant, Uuid};

    project_pause (id) {
        id -> Uuid,
        project -> Uuid,
        reason -> Text,
        note -> Text,
        until_on -> Day,
        asked_at -> Instant,
        asked_by -> Uuid,
        status -> Text,
        decided_at -> Nullable<Instant>,
        decided_by -> Nullable<Uuid>,
        decision_reason -> Nullable<Text>,
        ended_at -> Nullable<Instant>,
        ended_by -> Nullable<Uuid>,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Day, Instant, Uuid};

    project_extension (id) {
        id -> Uuid,
        project -> Uuid,
        old_due_on -> Day,
        new_due_on -> Day,
        workdays -> Integer,
        reason -> Text,
        asked_at -> Instant,
        asked_by -> Uuid,
        status -> Text,
        decided_at -> Nullable<Instant>,
        decided_by -> Nullable<Uuid>,
        decision_reason -> Nullable<Text>,
        dropped_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::store::types::{Instant, Uuid};

    project_progress (id) {
        id -> Uuid,
        project -> Uuid,
        reported_at -> Instant,
        reported_by -> Uuid,
        note -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::store::types::{Instant, Uuid};

    clock_correction (id) {
        id -> Uuid,
        district -> Text,
        object -> Uuid,
        clock -> Text,
        old_due_at -> Instant,
        new_due_at -> Instant,
        year -> Integer,
        corrected_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::store::types::{Instant, Uuid};

    call_back_draw (id) {
        id -> Uuid,
        district -> Text,
        month -> Text,
        seed -> Text,
        share -> Integer,
        pool -> Text,
        drawn -> Integer,
        drawn_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    call_back (id) {
        id -> Uuid,
        district -> Text,
        project -> Uuid,
        draw -> Nullable<Uuid>,
        status -> Text,
        called_at -> Nullable<Instant>,
        called_by -> Nullable<Uuid>,
        reached -> Nullable<Bool>,
        solved -> Nullable<Text>,
        note -> Nullable<Text>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    snapshot (id) {
        id -> Uuid,
        district -> Text,
        list -> Text,
        quarter -> Text,
        row_count -> Integer,
        sha256 -> Text,
        previous -> Nullable<Uuid>,
        added -> Integer,
        removed -> Integer,
        changed -> Integer,
        taken_by -> Uuid,
        taken_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::store::types::Uuid;

    snapshot_row (snapshot, position) {
        snapshot -> Uuid,
        position -> Integer,
        object -> Uuid,
        line -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Text};
    use crate::store::types::{Instant, Uuid};

    stored_file (id) {
        id -> Uuid,
        district -> Text,
        name -> Text,
        media_type -> Text,
        size -> Integer,
        sha256 -> Binary,
        content -> Binary,
        created_by -> Uuid,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Day, Instant, Uuid};

    posting (id) {
        id -> Uuid,
        district -> Text,
        number -> Integer,
        instructor -> Uuid,
        dispatch_unit -> Uuid,
        kind -> Text,
        from_on -> Day,
        to_on -> Day,
        status -> Text,
        proposed_by -> Uuid,
        proposed_at -> Instant,
        consent_due_at -> Nullable<Instant>,
        approve_due_at -> Nullable<Instant>,
        approved_by -> Nullable<Uuid>,
        approved_at -> Nullable<Instant>,
        ended_by -> Nullable<Uuid>,
        ended_at -> Nullable<Instant>,
        end_reason -> Nullable<Text>,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    posting_target (posting, organisation) {
        posting -> Uuid,
        organisation -> Uuid,
        district -> Text,
        position -> Integer,
        status -> Text,
        answered_by -> Nullable<Uuid>,
        answered_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::store::types::{Day, Instant, Uuid};

    toolkit_item (id) {
        id -> Uuid,
        district -> Text,
        code -> Text,
        revision -> Integer,
        title -> Text,
        file -> Uuid,
        effective_from -> Day,
        published_by -> Uuid,
        published_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    toolkit_issue (id) {
        id -> Uuid,
        district -> Text,
        posting -> Uuid,
        item -> Uuid,
        issued_by -> Uuid,
        issued_at -> Instant,
        acknowledge_due_at -> Instant,
        acknowledged_at -> Nullable<Instant>,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::store::types::{Day, Instant, Uuid};

    record_draft (id) {
        id -> Uuid,
        district -> Text,
        posting -> Uuid,
        occurred_on -> Day,
        target -> Uuid,
        kind -> Text,
        summary -> Text,
        links -> Text,
        status -> Text,
        created_by -> Uuid,
        created_at -> Instant,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::store::types::{Instant, Uuid};

    record_opening (id) {
        id -> Uuid,
        district -> Text,
        posting -> Uuid,
        month -> Text,
        reason -> Text,
        until_at -> Instant,
        opened_by -> Uuid,
        opened_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::store::types::{Day, Instant, Uuid};

    filed_record (id) {
        id -> Uuid,
        district -> Text,
        posting -> Uuid,
        year -> Integer,
        number -> Integer,
        ref_no -> Text,
        occurred_on -> Day,
        target -> Uuid,
        kind -> Text,
        summary -> Text,
        links -> Text,
        attachments -> Text,
        timing -> Text,
        late_reason -> Nullable<Text>,
        opening -> Nullable<Uuid>,
        filed_by -> Uuid,
        filed_at -> Instant,
        previous_hash -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    record_standing (record) {
        record -> Uuid,
        district -> Text,
        posting -> Uuid,
        dispatch_unit -> Uuid,
        organisation -> Uuid,
        ref_no -> Text,
        status -> Text,
        verify_due_at -> Instant,
        verified_by -> Nullable<Uuid>,
        verified_at -> Nullable<Instant>,
        disputed_by -> Nullable<Uuid>,
        disputed_at -> Nullable<Instant>,
        dispute -> Nullable<Text>,
        decide_due_at -> Nullable<Instant>,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Instant>,
        decision -> Nullable<Text>,
        addenda -> Integer,
        addenda_hash -> Binary,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Text};
    use crate::store::types::{Instant, Uuid};

    record_addendum (id) {
        id -> Uuid,
        district -> Text,
        record -> Uuid,
        posting -> Uuid,
        year -> Integer,
        number -> Integer,
        text -> Text,
        added_by -> Uuid,
        added_at -> Instant,
        previous_hash -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable};
    use crate::store::types::Uuid;

    record_file (file) {
        file -> Uuid,
        posting -> Uuid,
        draft -> Uuid,
        record -> Nullable<Uuid>,
        position -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Text};
    use crate::store::types::Uuid;

    record_head (posting, year) {
        posting -> Uuid,
        year -> Integer,
        district -> Text,
        number -> Integer,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Text};
    use crate::store::types::{Instant, Uuid};

    record_segment (posting, year) {
        posting -> Uuid,
        year -> Integer,
        district -> Text,
        records -> Integer,
        last_hash -> Binary,
        sealed_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Day, Instant, Uuid};

    cycle (id) {
        id -> Uuid,
        district -> Text,
        year -> Integer,
        terms -> Text,
        from_on -> Day,
        to_on -> Day,
        status -> Text,
        prepared_by -> Uuid,
        prepared_at -> Instant,
        frozen_at -> Nullable<Instant>,
        published_at -> Nullable<Instant>,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    evaluation (id) {
        id -> Uuid,
        district -> Text,
        cycle -> Uuid,
        posting -> Uuid,
        instructor -> Uuid,
        dispatch_unit -> Uuid,
        label -> Text,
        records -> Text,
        answers_end_at -> Instant,
        enterprises -> Nullable<Integer>,
        unit -> Nullable<Text>,
        waivers -> Text,
        grading -> Nullable<Text>,
        objection -> Nullable<Text>,
        decision -> Nullable<Text>,
        object_due_at -> Nullable<Instant>,
        status -> Text,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::store::types::{Instant, Uuid};

    evaluation_asked (evaluation, organisation) {
        evaluation -> Uuid,
        organisation -> Uuid,
        district -> Text,
        items -> Nullable<Text>,
        answered_by -> Nullable<Uuid>,
        answered_at -> Nullable<Instant>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    district,
    division,
    rule,
    rule_change,
    snapshot,
    snapshot_row,
    clock_correction,
    calendar_year,
    calendar_day,
    zone,
    organisation,
    place,
    tenancy,
    account,
    role_grant,
    session,
    contact_point,
    category,
    branch,
    branch_coverage,
    demand,
    resource,
    resource_reach,
    resource_period,
    claim,
    project,
    milestone,
    project_pause,
    project_extension,
    project_progress,
    call_back_draw,
    call_back,
    text_token,
    counter,
    idempotency,
    upload,
    stored_file,
    posting,
    posting_target,
    toolkit_item,
    toolkit_issue,
    record_draft,
    record_opening,
    filed_record,
    record_standing,
    record_addendum,
    record_file,
    record_head,
    record_segment,
    cycle,
    evaluation,
    evaluation_asked,
    import_row,
    audit_line,
    audit_head,
    audit_segment,
);
