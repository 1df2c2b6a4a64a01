//! Title and detail of an entry, from two columns or from one.

use super::cell::{Cells, Reported};
use super::columns::Field;
use super::text::{DETAIL, TITLE, clean, text};

const MAX_TITLE_CHARS: usize = 60;
const MIN_TITLE_CHARS: usize = 2;

/// Title and detail. Without a title of its own, an entry takes the first sentence of its detail.
pub(crate) fn title_and_detail(cells: &mut Cells<'_>) -> Result<(String, String), Reported> {
    let whole = cells.present(&[Field::Detail, Field::TitleAndDetail]);
    let title = cells.read(Field::Title, |cell| text(cell, TITLE));
    let detail = match whole {
        Some(field) => cells.read(field, |cell| text(cell, DETAIL)),
        None => Ok(None),
    };
    match (title?, detail?) {
        (Some(title), detail) => Ok((title, detail.unwrap_or_default())),
        (None, None) => Err(cells.refuse_blank(&[Field::Title, Field::TitleAndDetail, Field::Detail])),
        (None, Some(detail)) => {
            let title = clean(first_sentence(&detail), TITLE);
            let title = title.map_err(|fault| cells.refuse(whole.unwrap_or(Field::Detail), &fault))?;
            Ok((title, detail))
        }
    }
}

/// The first sentence of the first line, cut at 60 characters. A sentence too short for a title, such
/// as `1。`, gives way to the line and that to the whole text.
fn first_sentence(detail: &str) -> &str {
    let line = detail.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let sentence = line.split(['。', '；', ';', '！', '!', '？', '?']).next().unwrap_or_default();
    let long_enough = |text: &&str| text.trim().chars().count() >= MIN_TITLE_CHARS;
    let title = [sentence, line].into_iter().find(long_enough).unwrap_or(detail);
    let end = title.char_indices().nth(MAX_TITLE_CHARS).map_or(title.len(), |(end, _)| end);
    title[..end].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_is_the_first_sentence_of_the_first_line() {
        assert_eq!(first_sentence("劳动合同咨询。希望律师上门。"), "劳动合同咨询");
        assert_eq!(first_sentence("劳动合同咨询\n希望律师上门"), "劳动合同咨询");
        assert_eq!(first_sentence("1.劳动合同；2.社保"), "1.劳动合同");
        assert_eq!(first_sentence("无标点的内容"), "无标点的内容");
    }

    #[test]
    fn a_long_sentence_is_cut_and_a_short_one_gives_way_to_the_line() {
        assert_eq!(first_sentence(&"长".repeat(80)), "长".repeat(60));
        assert_eq!(first_sentence("一。劳动合同咨询"), "一。劳动合同咨询");
        assert_eq!(first_sentence("一\n劳动合同咨询"), "一\n劳动合同咨询");
    }
}
