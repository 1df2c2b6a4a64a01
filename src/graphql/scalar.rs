//! Scalars of the API: moments, days and unified social credit codes.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use jiff::{Timestamp, civil};

/// 1900-01-01T00:00:00Z, in seconds from 1970.
const EARLIEST: i64 = -2_208_988_800;
/// 2200-01-01T00:00:00Z.
const LATEST: i64 = 7_258_118_400;

/// The scalar `DateTime`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub Timestamp);

/// The scalar `Date`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub civil::Date);

/// The scalar `USCC`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsccText(pub String);

/// A moment as RFC 3339, e.g. `2026-12-01T09:30:00Z`. Answers are in UTC with up to six decimals;
/// input may carry any offset.
#[Scalar(name = "DateTime", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => match text.parse::<Timestamp>() {
                // What no calendar of an office has, the databases need not have either.
                Ok(at) if (EARLIEST..LATEST).contains(&at.as_second()) => Ok(Self(at)),
                _ => Err(InputValueError::custom("a moment in RFC 3339 of the years 1900 to 2199 is expected")),
            },
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A calendar day, e.g. `2026-12-01`, as it is in Asia/Shanghai.
#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            // Only the plain form: a text that also carries a time would silently lose it.
            Value::String(text) if text.len() == 10 => {
                text.parse().map(Self).map_err(|_| InputValueError::custom("a day such as 2026-12-01 is expected"))
            }
            Value::String(_) => Err(InputValueError::custom("a day such as 2026-12-01 is expected")),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, upper case. Input
/// is trimmed and may be in lower case.
#[Scalar(name = "USCC")]
impl ScalarType for UsccText {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            // Its check is told as a problem with a path, so the scalar itself takes any text.
            Value::String(text) => Ok(Self(text)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}
