//! Every spelling of a day and a span, and what is refused.

use jiff::civil::{Date, date};

use crate::ingest::date::{SingleDay, Span, day, from_serial, span};
use crate::ingest::message::{Explain, ProblemCode};
use crate::ingest::workbook::Cell;

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn desired(written: &str) -> Result<Span, ProblemCode> {
    span(&text(written), SingleDay::IsBothEnds).map_err(|fault| fault.code())
}

fn valid(written: &str) -> Result<Span, ProblemCode> {
    span(&text(written), SingleDay::IsTheEnd).map_err(|fault| fault.code())
}

const FIRST: Date = date(2026, 12, 1);
const LAST: Date = date(2026, 12, 31);
const DECEMBER: Span = Span::new(Some(FIRST), Some(LAST));

#[test]
fn a_day_is_read_in_every_spelling() {
    for written in [
        "2026年12月1日",
        "2026年12月01日",
        "2026 年 12 月 1 日",
        "2026年12月1号",
        "２０２６年１２月１日",
        "2026/12/1",
        "2026/12/01",
        "2026-12-01",
        "2026-12-1",
        "2026.12.1",
        "２０２６．１２．１",
        "20261201",
        "46357",
        "2026-12-01 00:00:00",
        "2026-12-01T00:00:00",
        "2026/12/1 0:00",
    ] {
        assert_eq!(day(&text(written)), Ok(FIRST), "{written}");
    }
}

#[test]
fn a_day_is_read_from_numbers_and_date_cells() {
    assert_eq!(day(&Cell::Number(46_357.0)), Ok(FIRST));
    assert_eq!(day(&Cell::Number(46_357.75)), Ok(FIRST));
    assert_eq!(day(&Cell::Number(20_261_201.0)), Ok(FIRST));
    assert_eq!(day(&Cell::Day(FIRST)), Ok(FIRST));
}

#[test]
fn serial_numbers_count_as_the_1900_system_does() {
    assert_eq!(from_serial(45_658.0), Some(date(2025, 1, 1)));
    assert_eq!(from_serial(36_585.0), Some(date(2000, 2, 29)));
    assert_eq!(from_serial(18_264.0), Some(date(1950, 1, 1)));
    assert_eq!(from_serial(18_263.0), None);
    assert_eq!([f64::NAN, f64::INFINITY, -1.0, 1e300].map(from_serial), [None; 4]);
}

#[test]
fn days_that_do_not_exist_are_refused() {
    for written in ["2026年2月29日", "2026-13-01", "20261301", "2026/4/31", "1949-01-01", "2101.1.1"] {
        assert_eq!(day(&text(written)).map_err(|fault| fault.code()), Err(ProblemCode::BadDate), "{written}");
    }
    let fault = day(&text("2026年2月29日")).unwrap_err();
    assert_eq!(fault.zh(), "“2026年2月29日”中的日期不存在，或不在 1950 年至 2100 年之间，请核对。");
}

#[test]
fn a_span_is_read_in_every_spelling() {
    for written in [
        "2026年12月1日-2026年12月31日",
        "2026年12月1日—2026年12月31日",
        "2026年12月1日——12月31日",
        "2026年12月1日至31日",
        "2026年12月1日起至2026年12月31日止",
        "自2026年12月1日至2026年12月31日",
        "2026-12-01-2026-12-31",
        "2026-12-01 至 2026-12-31",
        "2026/12/1～2026/12/31",
        "2026.12.1-2026.12.31",
        "2026.12.1-12.31",
        "20261201-20261231",
        "2026-12-01 00:00:00 ~ 2026-12-31 00:00:00",
    ] {
        assert_eq!(desired(written), Ok(DECEMBER), "{written}");
        assert_eq!(valid(written), Ok(DECEMBER), "{written}");
    }
}

#[test]
fn one_end_may_stay_open() {
    let until = Ok(Span::new(None, Some(LAST)));
    for written in ["2026年12月31日前", "2026-12-31之前", "至2026年12月31日", "截至2026/12/31", "2026年12月31日止"]
    {
        assert_eq!(desired(written), until, "{written}");
        assert_eq!(valid(written), until, "{written}");
    }
    let since = Ok(Span::new(Some(FIRST), None));
    for written in ["2026年12月1日起", "2026-12-01以后", "2026年12月1日至长期"] {
        assert_eq!(valid(written), since, "{written}");
    }
}

#[test]
fn a_single_day_is_the_day_wanted_and_the_end_of_validity() {
    assert_eq!(desired("2026年12月31日"), Ok(Span::new(Some(LAST), Some(LAST))));
    assert_eq!(valid("2026年12月31日"), Ok(Span::new(None, Some(LAST))));
    assert_eq!(span(&Cell::Day(LAST), SingleDay::IsTheEnd), Ok(Span::new(None, Some(LAST))));
}

#[test]
fn validity_may_be_open_but_a_wish_may_not() {
    assert_eq!(valid("长期"), Ok(Span::default()));
    assert_eq!(valid("长期有效"), Ok(Span::default()));
    assert_eq!(desired("长期"), Err(ProblemCode::DateNotExact));
}

#[test]
fn what_is_not_precise_to_the_day_is_refused_with_help() {
    for written in ["12月底前", "2026年12月", "2026年12月底前", "年内", "尽快", "随时", "下周", "第四季度", "12月31日"]
    {
        assert_eq!(desired(written), Err(ProblemCode::DateNotExact), "{written}");
    }
    let fault = span(&text("12月底前"), SingleDay::IsBothEnds).unwrap_err();
    assert_eq!(fault.zh(), "“12月底前”没有具体到日，请填写“2026年12月31日”，或起止日期“2026年12月1日-2026年12月31日”。");
}

#[test]
fn a_span_that_ends_before_it_begins_is_refused() {
    assert_eq!(desired("2026-12-31至2026-12-01"), Err(ProblemCode::DateOrder));
    assert_eq!(desired("2026年12月1日-1月31日"), Err(ProblemCode::DateOrder));
    assert_eq!(desired("2026-12-01"), Ok(Span::new(Some(FIRST), Some(FIRST))));
}

#[test]
fn other_texts_are_no_dates() {
    for written in ["abc", "-", "2026", "26-12-01", "2026-12-01-", "2026-12-01x", "2026-12-01 2026-12-31 x", "1/2/3"] {
        assert_eq!(desired(written), Err(ProblemCode::BadDate), "{written}");
    }
}
