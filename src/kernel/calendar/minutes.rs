//! Working minutes: how much of a clock is used up, and when the rest of it runs out.
//!
//! Offices are open from 08:30 to 17:30 on working days: 540 minutes. Moments count from the whole
//! minute that they lie in, so that a minute which has begun is not used up yet.

use jiff::{
    Span, Timestamp,
    civil::{Date, Time},
};

use super::{Calendar, CalendarError, Due, SHANGHAI, shanghai_date};

impl Calendar {
    /// The working minutes from one moment to another; none if that is not later.
    #[must_use]
    pub fn minutes_between(&self, from: Timestamp, to: Timestamp) -> u32 {
        let (first, last) = (shanghai_date(from), shanghai_date(to));
        if to <= from {
            return 0;
        }
        if first == last {
            return self.minutes_before(to) - self.minutes_before(from);
        }
        let whole_days = self.workdays_between(first, last.yesterday().unwrap_or(last));
        self.minutes_after(from) + whole_days * self.office_minutes() + self.minutes_before(to)
    }

    /// The end of the working day on which so many working minutes after a moment run out. With none
    /// left that is the day of the moment itself, working day or not.
    pub fn add_minutes(&self, from: Timestamp, minutes: u32) -> Result<Due, CalendarError> {
        let today = shanghai_date(from);
        let later = minutes.saturating_sub(self.minutes_after(from));
        self.add_workdays(today, later.div_ceil(self.office_minutes()))
    }

    /// The first working day from a day on, that day included; it is due when offices close.
    pub fn workday_from(&self, day: Date) -> Result<Due, CalendarError> {
        let before = day.yesterday().map_err(|_| CalendarError::OutOfRange { from: day })?;
        self.add_workdays(before, 1)
    }

    /// So many months after a day, or the next working day if that is none. A month that is too short
    /// for the day ends with its last one.
    pub fn add_months(&self, from: Date, months: u32) -> Result<Due, CalendarError> {
        let out_of_range = |_| CalendarError::OutOfRange { from };
        let span = Span::new().try_months(months).map_err(out_of_range)?;
        self.workday_from(from.checked_add(span).map_err(out_of_range)?)
    }

    /// The minutes of a working day.
    fn office_minutes(&self) -> u32 {
        // A day without any would never use up a clock.
        minute_of(self.closing()).saturating_sub(minute_of(Self::OPENING)).max(1)
    }

    /// The working minutes of a moment's own day that lie before it.
    fn minutes_before(&self, at: Timestamp) -> u32 {
        let at = SHANGHAI.to_datetime(at);
        if !self.is_workday(at.date()) {
            return 0;
        }
        minute_of(at.time()).saturating_sub(minute_of(Self::OPENING)).min(self.office_minutes())
    }

    /// The working minutes of a moment's own day that lie after it.
    fn minutes_after(&self, at: Timestamp) -> u32 {
        if self.is_workday(shanghai_date(at)) { self.office_minutes() - self.minutes_before(at) } else { 0 }
    }
}

fn minute_of(time: Time) -> u32 {
    u32::from(time.hour().unsigned_abs()) * 60 + u32::from(time.minute().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::{CalendarVersion, CalendarYear};
    use super::*;

    const EXCEPTIONS: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/cn_holiday_exceptions_2024_2026.csv"));

    fn calendar() -> Calendar {
        Calendar::new(CalendarVersion(1), CalendarYear::parse_csv(EXCEPTIONS).unwrap()).unwrap()
    }

    /// A moment in Shanghai: `2026-11-23 09:00:00`.
    fn at(text: &str) -> Timestamp {
        format!("{}+08:00", text.replace(' ', "T")).parse().unwrap()
    }

    #[test]
    fn a_working_day_has_540_minutes_and_others_none() {
        for (from, to, minutes) in [
            ("2026-11-23 00:00:00", "2026-11-23 23:59:59", 540),
            ("2026-11-23 08:30:00", "2026-11-23 17:30:00", 540),
            ("2026-11-23 09:00:00", "2026-11-23 09:01:00", 1),
            // What has begun of a minute does not count.
            ("2026-11-23 09:00:30", "2026-11-23 09:01:29", 1),
            ("2026-11-23 09:00:01", "2026-11-23 09:00:59", 0),
            ("2026-11-23 17:30:00", "2026-11-24 08:30:00", 0),
            ("2026-11-23 17:29:00", "2026-11-24 08:31:00", 2),
            ("2026-11-24 09:00:00", "2026-11-23 09:00:00", 0),
            // Friday noon to Monday noon, Saturday and Sunday between them.
            ("2026-11-27 12:00:00", "2026-11-30 12:00:00", 540),
            ("2026-11-28 08:30:00", "2026-11-29 17:30:00", 0),
            // From the day before the seven days off of October 2026, and a Saturday worked in exchange.
            ("2026-09-30 17:00:00", "2026-10-08 09:00:00", 60),
            ("2026-10-10 08:30:00", "2026-10-10 17:30:00", 540),
        ] {
            assert_eq!(calendar().minutes_between(at(from), at(to)), minutes, "{from} to {to}");
        }
    }

    #[test]
    fn a_rest_runs_out_at_the_close_of_the_working_day_on_which_it_is_used_up() {
        for (from, minutes, day) in [
            ("2026-11-23 09:00:00", 510, date(2026, 11, 23)),
            ("2026-11-23 09:00:00", 511, date(2026, 11, 24)),
            ("2026-11-23 09:00:00", 1_050, date(2026, 11, 24)),
            ("2026-11-23 09:00:00", 1_051, date(2026, 11, 25)),
            ("2026-11-23 00:00:00", 540, date(2026, 11, 23)),
            ("2026-11-23 18:00:00", 1, date(2026, 11, 24)),
            ("2026-11-27 18:00:00", 540, date(2026, 11, 30)),
            ("2026-11-28 10:00:00", 541, date(2026, 12, 1)),
            ("2026-11-28 10:00:00", 0, date(2026, 11, 28)),
        ] {
            let due = calendar().add_minutes(at(from), minutes).unwrap();
            assert_eq!((due.date, due.at), (day, at(&format!("{day} 17:30:00"))), "{from} + {minutes}");
        }
    }

    #[test]
    fn what_is_left_of_a_clock_is_given_back_whole_when_nothing_passes_between() {
        for hour in 0..24 {
            for days in 0..30 {
                let now = at(&format!("2026-09-{:02} {hour:02}:17:00", 1 + days));
                let due = calendar().add_workdays_from_instant(now, 7).unwrap();
                let left = calendar().minutes_between(now, due.at);
                assert_eq!(calendar().add_minutes(now, left).unwrap(), due, "{now}");
            }
        }
    }

    #[test]
    fn a_month_ends_on_a_working_day() {
        for (from, months, due) in [
            (date(2026, 11, 23), 1, date(2026, 12, 23)),
            // 28 February 2026 is worked in exchange, 1 March is a Sunday.
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2026, 2, 1), 1, date(2026, 3, 2)),
            (date(2026, 9, 1), 1, date(2026, 10, 8)),
            (date(2026, 9, 1), 3, date(2026, 12, 1)),
        ] {
            assert_eq!(calendar().add_months(from, months).unwrap().date, due, "{from}");
        }
    }
}
