//! Reads the fields of an input and collects everything that is wrong with them.

use async_graphql::ID;
use jiff::civil::Date;

use crate::{
    domain::{
        call_back::Seed,
        contact_point::{Email, Phone},
        organisation::Industry,
    },
    kernel::{
        calendar::Month,
        division::DivisionCode,
        id::{Id, Kind},
        problem::{Code, Problem},
        quantity::{Capacity, Quantity},
        text::{Bounds, Text, TextError},
        uscc::{Uscc, UsccError},
    },
    ops::Failure,
};

/// Collects problems while the fields of one input are read.
///
/// Each reader answers `None` for a field it has found a problem with, so that all faults of an
/// input are told at once.
#[derive(Debug, Default)]
pub struct Form {
    problems: Vec<Problem>,
}

impl Form {
    /// All that is wrong with the input.
    pub fn refuse(self) -> Failure {
        Failure::Invalid(self.problems)
    }

    /// Whether nothing is wrong so far.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    /// Notes a problem of one's own.
    pub fn note(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// An id of the kind that the field expects.
    pub fn id<K: Kind>(&mut self, field: &str, id: &ID) -> Option<Id<K>> {
        id.parse().inspect_err(|_| self.problems.push(Problem::new(Code::BadId).at(field))).ok()
    }

    /// The same for a field that may be left out: the outer `None` is a problem, the inner one absence.
    pub fn optional_id<K: Kind>(&mut self, field: &str, id: Option<&ID>) -> Option<Option<Id<K>>> {
        id.map_or(Some(None), |id| self.id(field, id).map(Some))
    }

    /// A list of ids, at most `limit` of them.
    pub fn ids<K: Kind>(&mut self, field: &str, ids: &[ID], limit: usize) -> Option<Vec<Id<K>>> {
        if ids.len() > limit {
            self.too_many(field, limit);
            return None;
        }
        let each: Vec<_> = ids.iter().enumerate().map(|(place, id)| self.id(&format!("{field}.{place}"), id)).collect();
        each.into_iter().collect()
    }

    /// A bounded text.
    pub fn text<B: Bounds>(&mut self, field: &str, text: &str) -> Option<Text<B>> {
        Text::parse(text).map_err(|error| self.problems.push(text_problem(error).at(field))).ok()
    }

    /// A bounded text that may be left out.
    pub fn optional_text<B: Bounds>(&mut self, field: &str, text: Option<&str>) -> Option<Option<Text<B>>> {
        text.map_or(Some(None), |text| self.text(field, text).map(Some))
    }

    /// A list of bounded texts, at most `limit` of them.
    pub fn texts<B: Bounds>(&mut self, field: &str, texts: &[String], limit: usize) -> Option<Vec<Text<B>>> {
        if texts.len() > limit {
            self.too_many(field, limit);
            return None;
        }
        let each: Vec<_> = texts.iter().enumerate().map(|(place, text)| self.text(&format!("{field}.{place}"), text)).collect();
        each.into_iter().collect()
    }

    /// A quantity: 1 to 10,000.
    pub fn quantity(&mut self, field: &str, number: i64) -> Option<Quantity> {
        Quantity::try_from(number).map_err(|_| self.range(field, 1, i64::from(Quantity::MAX))).ok()
    }

    /// A capacity: 0 to 10,000.
    pub fn capacity(&mut self, field: &str, number: i64) -> Option<Capacity> {
        Capacity::try_from(number).map_err(|_| self.range(field, 0, i64::from(Capacity::MAX))).ok()
    }

    /// A whole number within bounds, both included.
    pub fn number(&mut self, field: &str, number: i64, least: u32, most: u32) -> Option<u32> {
        let fits = u32::try_from(number).ok().filter(|number| (least..=most).contains(number));
        if fits.is_none() {
            self.range(field, i64::from(least), i64::from(most));
        }
        fits
    }

    /// A unified social credit code.
    pub fn uscc(&mut self, field: &str, code: &str) -> Option<Uscc> {
        Uscc::parse(code).map_err(|error| self.problems.push(uscc_problem(error).at(field))).ok()
    }

    /// The same for a field that may be left out: the outer `None` is a problem, the inner one absence.
    pub fn optional_uscc(&mut self, field: &str, code: Option<&str>) -> Option<Option<Uscc>> {
        code.map_or(Some(None), |code| self.uscc(field, code).map(Some))
    }

    /// A code of 2 to 40 capital letters, digits and underscores.
    pub fn code(&mut self, field: &str, code: &str) -> Option<String> {
        let code = code.trim();
        let known = |letter: u8| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == b'_';
        if (2..=40).contains(&code.len()) && code.bytes().all(known) {
            return Some(code.to_owned());
        }
        self.invalid(
            field,
            "代码为 2 至 40 个大写字母、数字或下划线。",
            "A code has 2 to 40 capital letters, digits and underscores.",
        )
    }

    /// The code of a division: 6, 9 or 12 digits.
    pub fn division(&mut self, field: &str, code: &str) -> Option<DivisionCode> {
        let parsed = code.trim().parse().ok();
        parsed.or_else(|| self.invalid(field, "区划代码应为 6、9 或 12 位数字。", "A division code has 6, 9 or 12 digits."))
    }

    /// An industry: a section and two digits of a division in it, both or the section alone.
    pub fn industry(&mut self, field: &str, section: Option<char>, division: Option<&str>) -> Option<Option<Industry>> {
        let two = division.map(|text| text.trim()).map(|text| if text.len() == 2 { text.parse::<u8>().ok() } else { None });
        let industry = match (section, two) {
            (None, None) => return Some(None),
            (Some(section), None) => Industry::new(section, None).ok(),
            (Some(section), Some(Some(division))) => Industry::new(section, Some(division)).ok(),
            (None, Some(_)) | (_, Some(None)) => None,
        };
        industry.map(Some).or_else(|| {
            self.invalid(
                field,
                "行业大类应为两位数字,且属于所选门类(GB/T 4754-2017)。",
                "An industry division has two digits and lies in the given section (GB/T 4754-2017).",
            )
        })
    }

    /// An office phone.
    pub fn phone(&mut self, field: &str, phone: &str) -> Option<Phone> {
        Phone::parse(phone).ok().or_else(|| {
            self.invalid(
                field,
                "电话为 5 至 20 位,只能包含数字、+、- 和空格。",
                "A phone number has 5 to 20 characters: digits, plus signs, hyphens and blanks.",
            )
        })
    }

    /// An e-mail address.
    pub fn email(&mut self, field: &str, email: &str) -> Option<Email> {
        Email::parse(email).ok().or_else(|| self.invalid(field, "电子邮箱格式不正确。", "This is not an e-mail address."))
    }

    /// A month, as `2026-11`.
    pub fn month(&mut self, field: &str, month: &str) -> Option<Month> {
        month.trim().parse().ok().or_else(|| self.invalid(field, "月份格式为 2026-11。", "A month is written as 2026-11."))
    }

    /// The seed of a draw, which may be left out: the outer `None` is a problem, the inner one absence.
    pub fn optional_seed(&mut self, field: &str, seed: Option<&str>) -> Option<Option<Seed>> {
        let Some(seed) = seed else { return Some(None) };
        let parsed = seed.trim().parse().ok().map(Some);
        parsed.or_else(|| self.invalid(field, "随机种子为 64 位十六进制数字。", "A seed has 64 hexadecimal digits."))
    }

    /// Notes that a field is there without the other that it goes with, or the other way round.
    pub fn only_with(&mut self, field: &str, zh: &'static str, en: &'static str) {
        self.problems.push(Problem::new(Code::Validation).at(field).saying(zh, en));
    }

    /// A span of days whose end is not before its start.
    pub fn span(&mut self, field: &str, from: Option<Date>, to: Option<Date>) -> Option<(Option<Date>, Option<Date>)> {
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            self.problems.push(
                Problem::new(Code::Validation).at(field).saying("结束日期不能早于开始日期。", "The end lies before the start."),
            );
            return None;
        }
        Some((from, to))
    }

    fn invalid<T>(&mut self, field: &str, zh: &'static str, en: &'static str) -> Option<T> {
        self.problems.push(Problem::new(Code::Validation).at(field).saying(zh, en));
        None
    }

    fn range(&mut self, field: &str, least: i64, most: i64) {
        self.problems.push(
            Problem::new(Code::Validation).at(field).saying(
                format!("应为 {least} 至 {most} 的整数。"),
                format!("A whole number from {least} to {most} is expected."),
            ),
        );
    }

    /// Notes that a list is longer than it may be.
    pub fn too_many(&mut self, field: &str, limit: usize) {
        self.problems.push(
            Problem::new(Code::Validation)
                .at(field)
                .saying(format!("最多 {limit} 项。"), format!("At most {limit} are allowed.")),
        );
    }
}

/// What to tell a person about a text.
pub fn text_problem(error: TextError) -> Problem {
    let problem = Problem::new(Code::Validation);
    match error {
        TextError::TooShort { min } => {
            problem.saying(format!("至少填写 {min} 个字符。"), format!("At least {min} characters are needed."))
        }
        TextError::TooLong { max } => {
            problem.saying(format!("最多 {max} 个字符。"), format!("At most {max} characters are allowed."))
        }
        TextError::ControlCharacter { position } => problem.saying(
            format!("第 {position} 个字符是不可见的控制字符,请删除。"),
            format!("The character at position {position} is invisible or a control character; remove it."),
        ),
    }
}

fn uscc_problem(error: UsccError) -> Problem {
    let problem = Problem::new(Code::Validation);
    match error {
        UsccError::Length { found } => problem.saying(
            format!("统一社会信用代码应为 18 位,现为 {found} 位。"),
            format!("A unified social credit code has 18 characters, not {found}."),
        ),
        UsccError::ForbiddenCharacter { position, character } => problem.saying(
            format!("统一社会信用代码第 {position} 位“{character}”不在允许的字符之内。"),
            format!("Character {position} ({character}) cannot stand in a unified social credit code."),
        ),
        UsccError::Check { expected } => problem.saying(
            format!("统一社会信用代码校验位不正确,应为“{expected}”。"),
            format!("The check character of the unified social credit code is wrong; {expected} is expected."),
        ),
    }
}
