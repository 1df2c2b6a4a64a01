//! Names as people write them, found again among those that are registered.

use std::collections::{BTreeSet, HashMap};

use crate::kernel::tokens::{search_form, tokens};

/// Things by name.
pub(super) struct Names<T> {
    entries: Vec<(String, T)>,
    by_name: HashMap<String, Vec<usize>>,
    by_alias: HashMap<String, Vec<usize>>,
    by_token: HashMap<String, Vec<usize>>,
    /// Suggestions that may still be looked for; a list of thousands of unknown names needs no more.
    suggestions_left: u32,
}

/// What a name means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<T> {
    One(T),
    Several,
    Nothing,
}

const MOST_SUGGESTIONS: u32 = 500;

impl<T: Clone> Names<T> {
    /// Each thing with its name and whatever else it goes by.
    pub fn new(things: impl IntoIterator<Item = (String, Vec<String>, T)>) -> Self {
        let mut names = Self {
            entries: Vec::new(),
            by_name: HashMap::new(),
            by_alias: HashMap::new(),
            by_token: HashMap::new(),
            suggestions_left: MOST_SUGGESTIONS,
        };
        for (name, aliases, thing) in things {
            let place = names.entries.len();
            names.by_name.entry(key(&name)).or_default().push(place);
            for alias in aliases {
                names.by_alias.entry(key(&alias)).or_default().push(place);
            }
            for token in tokens(&name) {
                names.by_token.entry(token).or_default().push(place);
            }
            names.entries.push((name, thing));
        }
        names
    }

    /// What the name means, by full name first. Width, case and blanks do not matter, unless they
    /// tell two things apart.
    pub fn find(&self, name: &str) -> Found<T> {
        let wanted = key(name);
        let places = self.by_name.get(&wanted).or_else(|| self.by_alias.get(&wanted)).map_or(&[][..], Vec::as_slice);
        let exact = places.iter().find(|place| self.entries[**place].0 == name.trim());
        match (places, exact) {
            ([], _) => Found::Nothing,
            ([place], _) | (_, Some(place)) => Found::One(self.entries[*place].1.clone()),
            (_, None) => Found::Several,
        }
    }

    /// Whatever has this full name.
    pub fn named(&self, name: &str) -> Option<&T> {
        self.by_name.get(&key(name)).and_then(|places| places.first()).map(|place| &self.entries[*place].1)
    }

    /// The registered name that shares most of its tokens with this one, if one does.
    pub fn nearest(&mut self, name: &str) -> Option<String> {
        self.suggestions_left = self.suggestions_left.checked_sub(1)?;
        let wanted = tokens(name);
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for place in wanted.iter().filter_map(|token| self.by_token.get(token)).flatten() {
            *shared.entry(*place).or_default() += 1;
        }
        let (place, shared) = shared.into_iter().max_by_key(|(place, shared)| (*shared, usize::MAX - place))?;
        let (name, _) = &self.entries[place];
        let registered: BTreeSet<String> = tokens(name);
        (shared * 2 > wanted.len().max(registered.len())).then(|| name.clone())
    }
}

pub(super) fn key(name: &str) -> String {
    search_form(name).replace(' ', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names<u8> {
        let entry = |name: &str, alias: &str, thing| (name.to_owned(), vec![alias.to_owned()], thing);
        Names::new([
            entry("武汉江城机械（集团）有限公司", "江城", 1),
            entry("武汉江城食品有限公司", "江城", 2),
            entry("ABC 大厦", "甲", 3),
            entry("ABC大厦", "乙", 4),
        ])
    }

    #[test]
    fn width_case_and_blanks_do_not_matter() {
        assert_eq!(names().find("武汉江城机械(集团)有限公司 "), Found::One(1));
        assert_eq!(names().find("ａｂｃ大 厦"), Found::Several);
        assert_eq!(names().find("ABC大厦"), Found::One(4));
        assert_eq!(names().find("没有"), Found::Nothing);
    }

    #[test]
    fn a_short_name_of_two_means_neither() {
        assert_eq!(names().find("江城"), Found::Several);
        assert_eq!(names().find("乙"), Found::One(4));
        assert_eq!(names().named("江城"), None);
    }

    #[test]
    fn a_name_is_suggested_only_where_most_of_it_is_shared() {
        assert_eq!(names().nearest("武汉江城机械有限公司").as_deref(), Some("武汉江城机械（集团）有限公司"));
        assert_eq!(names().nearest("武汉某某物流有限公司"), None);
        assert_eq!(names().nearest(""), None);
    }

    #[test]
    fn suggestions_come_to_an_end() {
        let mut names = names();
        for _ in 0..MOST_SUGGESTIONS {
            assert!(names.nearest("武汉江城食品公司").is_some());
        }
        assert_eq!(names.nearest("武汉江城食品公司"), None);
    }
}
