use super::*;
use FindingKind::{BankCard, IdentityNumber, MobilePhone};

/// Kind, position and length of everything found; all numbers here are made up.
fn found(text: &str) -> Vec<(FindingKind, usize, usize)> {
    findings(text).iter().map(|finding| (finding.kind, finding.position, finding.length)).collect()
}

#[test]
fn identity_numbers_are_found_old_and_new() {
    assert_eq!(found("身份证11010519491231002X。"), [(IdentityNumber, 4, 18)]);
    assert_eq!(found("11010519491231002x"), [(IdentityNumber, 1, 18)]);
    assert_eq!(found("id:420105 19900101 0013"), [(IdentityNumber, 4, 20)]);
    assert_eq!(found("旧证 110105491231002"), [(IdentityNumber, 4, 15)]);
    assert_eq!(found("１１０１０５１９４９１２３１００２Ｘ"), [(IdentityNumber, 1, 18)]);
}

#[test]
fn an_identity_number_needs_its_check_date_and_province() {
    // Each is right but for one thing: the check, the month, the year, the province.
    assert_eq!(found("110105194912310021"), []);
    assert_eq!(found("110105194913310021"), []);
    assert_eq!(found("110105184912310020"), []);
    assert_eq!(found("990105194912310023"), []);
    assert_eq!(found("110105490231002 990105491231002"), []);
}

#[test]
fn mobile_phones_are_found_however_they_are_written() {
    let phone = |length| [(MobilePhone, 1, length)];
    assert_eq!(found("13800138000"), phone(11));
    assert_eq!(found("138 0013 8000"), phone(13));
    assert_eq!(found("138-0013-8000"), phone(13));
    assert_eq!(found("138–0013–8000"), phone(13));
    assert_eq!(found("１３８００１３８０００"), phone(11));
    assert_eq!(found("１３８　００１３　８０００"), phone(13));
    assert_eq!(found("8613800138000"), phone(13));
    assert_eq!(found("+86 138 0013 8000"), [(MobilePhone, 5, 13)]);
    assert_eq!(found("+86138-0013-8000"), [(MobilePhone, 2, 15)]);
    assert_eq!(found("请加VX13800138000或Tel:19912345678转8"), [(MobilePhone, 5, 11), (MobilePhone, 21, 11)]);
}

#[test]
fn land_lines_and_other_elevens_are_not_mobile_phones() {
    assert_eq!(found("027-84468123 12345678901 10086 400-820-8820"), []);
}

#[test]
fn bank_cards_are_found_whole_and_in_groups_of_four() {
    assert_eq!(found("4111111111111111"), [(BankCard, 1, 16)]);
    assert_eq!(found("卡号:4111 1111 1111 1111"), [(BankCard, 4, 19)]);
    assert_eq!(found("6222 0212 3456 7890 128"), [(BankCard, 1, 23)]);
    assert_eq!(found("6222021234567890128"), [(BankCard, 1, 19)]);
    assert_eq!(found("4111111111111112"), []);
}

#[test]
fn a_bank_card_begins_with_a_digit_that_banks_use() {
    assert_eq!(found("622202123456789012"), [(BankCard, 1, 18)]);
    assert_eq!(found("422202123456789017"), []);
    assert_eq!(found("1111111111111117 7111111111111114"), []);
}

#[test]
fn numbers_inside_longer_ones_are_not_found() {
    assert_eq!(found("138001380001"), []);
    assert_eq!(found("013800138000"), []);
    assert_eq!(found("A1B13800138000 13800138000kg"), []);
    assert_eq!(found("411111111111111100000 911010519491231002X"), []);
}

#[test]
fn several_numbers_are_found_in_the_order_of_the_text() {
    assert_eq!(
        found("13800138000 13900139000,4111111111111111/11010519491231002X"),
        [(MobilePhone, 1, 11), (MobilePhone, 13, 11), (BankCard, 25, 16), (IdentityNumber, 42, 18)]
    );
}

#[test]
fn social_credit_codes_are_not_personal_numbers() {
    let vectors = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/uscc_vectors.json"));
    assert_eq!(found(vectors), []);
}

#[test]
fn all_digit_social_credit_codes_are_not_cards_even_when_luhn_holds() {
    let like_codes = (0..1_000).map(|serial| format!("914201053{serial:03}000107"));
    assert_eq!(like_codes.flat_map(|code| findings(&code)).count(), 0);
    let lettered = (0..1_000).map(|serial| format!("N2420105{serial:03}0000107"));
    assert_eq!(lettered.flat_map(|code| findings(&code)).count(), 0);
}

#[test]
fn reference_numbers_and_dates_are_not_personal_numbers() {
    let references =
        (0..10_000).flat_map(|serial| findings(&format!("D-420105-2026-{serial:06} F-420105-2026-{serial:04}-0123")));
    assert_eq!(references.count(), 0);
    assert_eq!(found("2026-10-12 20261012 2026-10-12 17:30:00 2026年10月12日"), []);
    assert_eq!(found("2021 2022 2023 2022、2025-2026、1500-2000 3000"), []);
}

#[test]
fn a_text_without_numbers_has_no_findings() {
    assert_eq!(found(""), []);
    assert_eq!(found("园区企业 x X 需要 - 法律咨询"), []);
}
