//! What two texts have in common: the tokens behind search, suggestions and near-duplicates.
//!
//! Chinese is written without blanks, and the full-text indexes of the two databases do not find
//! two-character words. So each run of Han characters is cut into overlapping bigrams here, and
//! both databases store and match those.

use std::collections::BTreeSet;
use std::iter;

use unicode_normalization::UnicodeNormalization as _;

/// The distinct tokens of a text, in code point order.
///
/// NFKC and lower case first; then a run of Han characters gives its overlapping bigrams (a lone
/// Han character itself), a run of ASCII letters and digits gives one token. Everything else
/// separates. The bigrams of `STOP_BIGRAMS` are left out.
#[must_use]
pub fn tokens(text: &str) -> BTreeSet<String> {
    let folded = fold(text);
    let words = folded.split(|character: char| !character.is_ascii_alphanumeric());
    let han_runs = folded.split(|character| !is_han(character));
    words
        .filter(|word| !word.is_empty())
        .chain(han_runs.flat_map(bigrams))
        .filter(|token| !STOP_BIGRAMS.contains(token))
        .map(str::to_owned)
        .collect()
}

/// How much of a need a resource answers, as far as words tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Shared tokens in ‰ of the need's tokens, rounded down; 0 for a need without tokens.
    pub permille: u32,
    /// The tokens that occur in both, in code point order.
    pub shared: BTreeSet<String>,
}

/// Compares the [`tokens`] of a need with those of a resource; the order of the two matters.
#[must_use]
pub fn coverage(need: &BTreeSet<String>, resource: &BTreeSet<String>) -> Coverage {
    let shared: BTreeSet<String> = need.intersection(resource).cloned().collect();
    Coverage { permille: permille(shared.len(), need.len()), shared }
}

/// The share of [`coverage`] alone, without copying the shared tokens.
#[must_use]
pub fn coverage_permille(need: &BTreeSet<String>, resource: &BTreeSet<String>) -> u32 {
    permille(need.intersection(resource).count(), need.len())
}

/// Shared tokens in ‰ of the text with fewer tokens, rounded down; 0 if either has none.
///
/// Symmetric. A short text wholly contained in a long one gives 1000.
#[must_use]
pub fn near_duplicate_permille(a: &BTreeSet<String>, b: &BTreeSet<String>) -> u32 {
    permille(a.intersection(b).count(), a.len().min(b.len()))
}

/// The form in which phrases are stored and looked up: NFKC, lower case, trimmed, every run of
/// white space one blank. Applying it twice changes nothing.
#[must_use]
pub fn search_form(text: &str) -> String {
    let mut form = String::with_capacity(text.len());
    for word in fold(text).split_whitespace() {
        if !form.is_empty() {
            form.push(' ');
        }
        form.push_str(word);
    }
    form
}

/// Words so common here that sharing them means nothing.
/// Source: `stop_bigrams` of the fixture `match_eval_vectors.json`.
const STOP_BIGRAMS: [&str; 11] = ["企业", "服务", "工作", "提供", "需要", "开展", "相关", "进行", "公司", "我们", "希望"];

fn fold(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

/// Characters of Chinese words, with 々 and 〇, in every plane.
///
/// Compatibility ideographs that NFKC leaves alone (U+FA0E and eleven more) are words too. Planes
/// 2 and 3 are taken whole, as Unicode reserves them for ideographs: a rare character of a name
/// must be found even if it was encoded after this was written.
fn is_han(character: char) -> bool {
    matches!(character,
        '々' | '〇'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFD}')
}

/// The overlapping pairs of a run; a lone character is its own, an empty run has none.
fn bigrams(run: &str) -> impl Iterator<Item = &str> {
    let starts = || run.char_indices().map(|(start, _)| start);
    // Each pair ends where the next but one character starts, the last one with the run.
    let ends = starts().skip(2).chain(iter::once(run.len()));
    starts().zip(ends).map(|(start, end)| &run[start..end])
}

fn permille(part: usize, whole: usize) -> u32 {
    const WHOLE: usize = 1_000;
    let share = (part * WHOLE).checked_div(whole).unwrap_or(0);
    u32::try_from(share).expect("a part is never larger than its whole")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vectors {
        text_coverage_permille: Vec<CoverageVector>,
        stop_bigrams: Vec<String>,
    }

    #[derive(Deserialize)]
    struct CoverageVector {
        need: String,
        resource: String,
        permille: u32,
        shared: Vec<String>,
    }

    fn vectors() -> Vectors {
        serde_json::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/match_eval_vectors.json")))
            .unwrap()
    }

    fn listed(text: &str) -> Vec<String> {
        tokens(text).into_iter().collect()
    }

    #[test]
    fn coverage_equals_every_vector() {
        let vectors = vectors().text_coverage_permille;
        assert_eq!(vectors.len(), 3);
        for vector in vectors {
            let (need, resource) = (tokens(&vector.need), tokens(&vector.resource));
            let shared = vector.shared.into_iter().collect();
            let expected = Coverage { permille: vector.permille, shared };
            assert_eq!(coverage(&need, &resource), expected, "{}", vector.need);
            assert_eq!(coverage_permille(&need, &resource), vector.permille);
        }
    }

    #[test]
    fn the_stop_list_is_the_one_of_the_fixture_and_is_left_out() {
        assert_eq!(vectors().stop_bigrams, STOP_BIGRAMS);
        assert_eq!(listed("企业需要服务"), ["业需", "要服"]);
    }

    #[test]
    fn han_runs_become_bigrams_and_ascii_runs_stay_whole() {
        assert_eq!(listed("停车位"), ["停车", "车位"]);
        assert_eq!(listed("5G基站,ERP 系统v2.0"), ["0", "5g", "erp", "v2", "基站", "系统"]);
        assert_eq!(listed("Ｗｉ－Ｆｉ"), ["fi", "wi"]);
    }

    #[test]
    fn a_lone_han_character_is_its_own_token() {
        assert_eq!(listed("水、电;气"), ["气", "水", "电"]);
        assert_eq!(listed("水电"), ["水电"]);
    }

    #[test]
    fn rare_characters_are_han_and_kana_or_accents_separate() {
        assert_eq!(listed("𠮷\u{30000}々"), ["𠮷\u{30000}", "\u{30000}々"]);
        assert_eq!(listed("漢の字caféx"), ["caf", "x", "字", "漢"]);
        assert_eq!(listed("—— ,。!"), [""; 0]);
    }

    #[test]
    fn near_duplicates_are_measured_on_the_shorter_text_either_way_round() {
        let (short, long) = (tokens("法律咨询"), tokens("需要法律咨询和融资"));
        assert_eq!(near_duplicate_permille(&short, &long), 1_000);
        assert_eq!(near_duplicate_permille(&long, &short), 1_000);
        assert_eq!(near_duplicate_permille(&tokens("法律援助"), &short), 333);
    }

    #[test]
    fn a_text_without_tokens_shares_nothing() {
        let (empty, full) = (tokens("企业"), tokens("法律咨询"));
        assert_eq!(coverage_permille(&empty, &full), 0);
        assert_eq!(coverage(&full, &empty), Coverage { permille: 0, shared: BTreeSet::new() });
        assert_eq!(near_duplicate_permille(&empty, &empty), 0);
        assert_eq!(near_duplicate_permille(&empty, &full), 0);
    }

    #[test]
    fn the_search_form_folds_width_case_and_white_space() {
        assert_eq!(search_form("  ＥＲＰ\u{3000}系统\n\t升级 "), "erp 系统 升级");
        assert_eq!(search_form(" \n "), "");
    }

    #[test]
    fn the_search_form_of_any_character_is_its_own_search_form() {
        let unstable = ('\0'..='\u{2FFFF}')
            .map(|character| search_form(&format!("甲{character}乙")))
            .filter(|form| search_form(form) != *form);
        assert_eq!(unstable.collect::<Vec<_>>(), [""; 0]);
    }
}
