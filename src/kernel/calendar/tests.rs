use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::*;

const EXCEPTIONS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/cn_holiday_exceptions_2024_2026.csv"));

const VECTORS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/workday_vectors.json"));

fn calendar() -> Calendar {
    Calendar::new(CalendarVersion(1), CalendarYear::parse_csv(EXCEPTIONS).unwrap()).unwrap()
}

fn days(from: Date, to: Date) -> impl Iterator<Item = Date> {
    from.series(1.day()).take_while(move |&day| day <= to)
}

/// The year as published, whatever it says.
fn official(year: i16, exceptions: &[(Date, DayKind)]) -> CalendarYear {
    CalendarYear {
        year,
        source: "test notice".to_owned(),
        status: YearStatus::Official,
        exceptions: exceptions.iter().copied().collect(),
    }
}

#[derive(Deserialize)]
struct Vector {
    from: String,
    workdays: u32,
    due: String,
}

#[test]
fn every_vector_is_due_when_it_says() {
    let vectors: Vec<Vector> = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(vectors.len(), 12);
    for Vector { from, workdays, due } in vectors {
        let (from, expected): (Date, Date) = (from.parse().unwrap(), due.parse().unwrap());
        let due = calendar().add_workdays(from, workdays).unwrap();
        assert_eq!((due.date, due.provisional), (expected, false), "{from} + {workdays}");
        assert_eq!(calendar().workdays_between(from, expected), workdays);
    }
}

#[test]
fn the_years_2024_to_2026_equal_the_fixture_day_by_day() {
    let listed: BTreeMap<&str, &str> = EXCEPTIONS.lines().skip(1).map(|line| (&line[..10], &line[11..14])).collect();
    let calendar = calendar();
    let mut worked = BTreeMap::new();
    for day in days(date(2024, 1, 1), date(2026, 12, 31)) {
        let weekend = matches!(day.strftime("%a").to_string().as_str(), "Sat" | "Sun");
        let expected = match listed.get(day.to_string().as_str()) {
            Some(&"OFF") => false,
            Some(_) => true,
            None => !weekend,
        };
        assert_eq!(calendar.is_workday(day), expected, "{day}");
        *worked.entry(day.year()).or_insert(0) += u32::from(expected);
    }
    for (&year, &worked) in &worked {
        let new_years_eve = date(year - 1, 12, 31);
        assert_eq!(calendar.workdays_between(new_years_eve, date(year, 12, 31)), worked);
    }
    assert_eq!(worked, BTreeMap::from([(2024, 251), (2025, 248), (2026, 248)]));
}

#[test]
fn adding_and_counting_agree_with_walking_day_by_day() {
    let calendar = calendar();
    for from in days(date(2023, 12, 20), date(2027, 1, 10)) {
        let mut counted = 0;
        for day in days(from.tomorrow().unwrap(), from.saturating_add(60.days())) {
            if calendar.is_workday(day) {
                counted += 1;
                assert_eq!(calendar.add_workdays(from, counted).unwrap().date, day);
            }
            assert_eq!(calendar.workdays_between(from, day), counted);
        }
    }
}

#[test]
fn due_is_at_half_past_five_in_shanghai_unless_offices_close_earlier() {
    let from = date(2026, 9, 29);
    let due = calendar().add_workdays(from, 5).unwrap();
    assert_eq!(due.at.to_string(), "2026-10-12T09:30:00Z");
    let earlier = calendar().closing_at(time(17, 0, 0, 0));
    assert_eq!(earlier.closing(), time(17, 0, 0, 0));
    assert_eq!(earlier.add_workdays(from, 5).unwrap().at.to_string(), "2026-10-12T09:00:00Z");
}

#[test]
fn an_instant_counts_from_its_date_in_shanghai() {
    let before_midnight: Timestamp = "2026-04-30T15:59:59Z".parse().unwrap();
    let midnight: Timestamp = "2026-04-30T16:00:00Z".parse().unwrap();
    assert_eq!(shanghai_date(before_midnight), date(2026, 4, 30));
    assert_eq!(shanghai_date(midnight), date(2026, 5, 1));
    let due = calendar().add_workdays_from_instant(before_midnight, 1).unwrap();
    assert_eq!(Ok(due), calendar().add_workdays(date(2026, 4, 30), 1));
    assert_eq!(due.date, date(2026, 5, 6));
}

#[test]
fn the_fixed_offset_is_the_time_zone_of_shanghai() {
    let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
    for day in days(date(1992, 1, 1), date(2060, 12, 31)) {
        let noon = day.at(12, 0, 0, 0);
        assert_eq!(shanghai.to_timestamp(noon).unwrap(), SHANGHAI.to_timestamp(noon).unwrap());
    }
}

#[test]
fn zero_working_days_end_on_the_same_date_even_on_a_holiday() {
    let due = calendar().add_workdays(date(2026, 10, 1), 0).unwrap();
    assert_eq!((due.date, due.provisional), (date(2026, 10, 1), false));
    assert_eq!(due.at.to_string(), "2026-10-01T09:30:00Z");
    assert!(!calendar().add_workdays(date(2030, 1, 1), 0).unwrap().provisional);
}

#[test]
fn nothing_lies_between_a_date_and_an_earlier_one() {
    assert_eq!(calendar().workdays_between(date(2026, 3, 3), date(2026, 3, 3)), 0);
    assert_eq!(calendar().workdays_between(date(2026, 3, 3), date(2026, 3, 2)), 0);
}

#[test]
fn a_due_date_that_reaches_a_year_without_a_notice_is_provisional() {
    let due = |from, n| {
        let due = calendar().add_workdays(from, n).unwrap();
        (due.date, due.provisional)
    };
    assert_eq!(due(date(2026, 12, 24), 5), (date(2026, 12, 31), false));
    assert_eq!(due(date(2026, 12, 24), 6), (date(2027, 1, 1), true));
    assert_eq!(due(date(2023, 12, 30), 1), (date(2024, 1, 2), true));
    assert_eq!(due(date(2023, 12, 31), 1), (date(2024, 1, 2), false));
}

#[test]
fn publishing_the_year_moves_the_due_date_and_settles_it() {
    let published = official(2027, &[(date(2027, 1, 1), DayKind::Off)]);
    let guessed = CalendarYear { status: YearStatus::Provisional, ..published.clone() };
    let due_with = |table: CalendarYear| {
        let tables = calendar().years().cloned().chain([table]).collect::<Vec<_>>();
        let calendar = Calendar::new(CalendarVersion(2), tables).unwrap();
        assert_eq!(calendar.version(), CalendarVersion(2));
        let due = calendar.add_workdays(date(2026, 12, 24), 6).unwrap();
        (due.date, due.provisional)
    };
    assert_eq!(due_with(guessed), (date(2027, 1, 4), true));
    assert_eq!(due_with(published), (date(2027, 1, 4), false));
}

#[test]
fn an_unofficial_year_in_the_middle_makes_the_answer_provisional() {
    let calendar = Calendar::new(CalendarVersion(1), [official(2030, &[]), official(2032, &[])]).unwrap();
    let due = calendar.add_workdays(date(2030, 6, 3), 400).unwrap();
    assert_eq!((due.date, due.provisional), (date(2031, 12, 15), true));
    assert!(calendar.add_workdays(date(2030, 6, 3), 520).unwrap().provisional);
}

#[test]
fn an_exception_that_repeats_the_rule_counts_once() {
    let saturday_off_monday_worked = [(date(2030, 6, 8), DayKind::Off), (date(2030, 6, 10), DayKind::Work)];
    let calendar = Calendar::new(CalendarVersion(1), [official(2030, &saturday_off_monday_worked)]).unwrap();
    assert_eq!(calendar.workdays_between(date(2030, 6, 2), date(2030, 6, 16)), 10);
}

#[test]
fn more_than_a_thousand_working_days_are_refused() {
    let from = date(2026, 1, 1);
    assert!(calendar().add_workdays(from, 1_000).is_ok());
    assert_eq!(calendar().add_workdays(from, 1_001), Err(CalendarError::TooManyWorkdays { n: 1_001 }));
}

#[test]
fn the_ends_of_time_are_refused_or_answered_but_never_a_panic() {
    let calendar = calendar();
    for from in [Date::MAX, date(9999, 12, 1)] {
        assert_eq!(calendar.add_workdays(from, 100), Err(CalendarError::OutOfRange { from }));
    }
    assert!(calendar.add_workdays(Date::MIN, 1_000).is_ok());
    assert_eq!(calendar.workdays_between(Date::MAX, Date::MIN), 0);
}

#[test]
fn a_calendar_with_contradictory_tables_is_refused() {
    let built = |tables: Vec<CalendarYear>| Calendar::new(CalendarVersion(1), tables);
    assert_eq!(built(vec![official(2030, &[]), official(2030, &[])]), Err(CalendarError::DuplicateYear { year: 2030 }));
    let foreign = date(2029, 12, 31);
    assert_eq!(
        built(vec![official(2030, &[(foreign, DayKind::Off)])]),
        Err(CalendarError::ForeignDate { year: 2030, date: foreign })
    );
}
