//! Header lists with preferences, for example `zh-CN, en;q=0.8` (RFC 9110 §12.4.2).

/// One entry of a header list, with what follows its first semicolon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked<'a> {
    pub value: &'a str,
    pub quality: Quality,
    parameters: &'a str,
}

/// A preference in thousandths, 0 to 1,000; 0 means "not at all".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quality(u16);

/// More entries than any client has reason to send; the rest of a longer list is not read.
const MOST_ENTRIES: usize = 64;

/// The entries of a header list in their order; an entry whose quality cannot be read is left out.
pub fn ranked(header: &str) -> impl Iterator<Item = Ranked<'_>> {
    header.split(',').take(MOST_ENTRIES).filter_map(Ranked::parse)
}

impl<'a> Ranked<'a> {
    /// `None` for an empty value and for a quality outside of 0 to 1.
    pub fn parse(entry: &'a str) -> Option<Self> {
        let (value, parameters) = entry.split_once(';').unwrap_or((entry, ""));
        let value = value.trim();
        let ranked = Self { value, quality: Quality::FULL, parameters };
        let quality = ranked.parameter("q").map_or(Some(Quality::FULL), Quality::parse)?;
        (!value.is_empty()).then_some(Self { quality, ..ranked })
    }

    /// The value of a parameter without its quotation marks; names are compared without case.
    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters
            .split(';')
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(found, _)| found.trim().eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().trim_matches('"'))
    }
}

impl Quality {
    pub const NONE: Self = Self(0);
    pub const FULL: Self = Self(1_000);

    fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let readable = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
        let thousandths = format!("{decimals:0<3}").parse::<u16>().ok().filter(|_| readable)?;
        match whole {
            "0" => Some(Self(thousandths)),
            "1" if thousandths == 0 => Some(Self::FULL),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn qualities(header: &str) -> Vec<(&str, u16)> {
        ranked(header).map(|entry| (entry.value, entry.quality.0)).collect()
    }

    #[test]
    fn an_entry_without_a_quality_counts_in_full() {
        assert_eq!(qualities("a, b;q=0.8,c;q=0"), [("a", 1_000), ("b", 800), ("c", 0)]);
    }

    #[test]
    fn an_entry_whose_quality_cannot_be_read_is_left_out() {
        assert_eq!(qualities("a;q=2, b;q=x, c;q=0.1234, d;q=-1, , ;q=1, e;q=1.000"), [("e", 1_000)]);
    }

    #[test]
    fn parameters_are_found_without_case_and_without_quotation_marks() {
        let entry = Ranked::parse("application/json; Charset=\"UTF-8\" ;q=0.5").unwrap();

        assert_eq!(entry.parameter("charset"), Some("UTF-8"));
        assert_eq!(entry.parameter("boundary"), None);
        assert_eq!(entry.quality, Quality(500));
    }

    #[test]
    fn a_list_without_end_is_read_to_its_sixty_fourth_entry() {
        assert_eq!(ranked(&"a,".repeat(10_000)).count(), 64);
    }
}
