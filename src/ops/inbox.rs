//! What waits for somebody, and a text of it for a day.

use std::{fmt::Write, sync::Arc};

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{Cx, Failure};
use crate::{
    domain::inbox::Kind,
    kernel::{
        calendar::{shanghai_date, start_of_day},
        lang::Lang,
        page::{Direction, Page, PageRequest},
    },
    store::{
        self,
        inbox::{Count, Item},
    },
};

/// Things that a digest names at most; it says how many more there are.
const DIGEST_MOST: u32 = 200;
/// Days after the day of a digest that it looks ahead.
const DIGEST_AHEAD: i64 = 7;

/// One page of what waits for whoever asks; of these kinds, or of all.
pub async fn page(cx: &Cx, kinds: Vec<Kind>, request: PageRequest) -> Result<Page<Item>, Failure> {
    let actor = Arc::clone(&cx.actor);
    cx.read(move |reader, _| store::inbox::page(reader, &actor, &kinds, &request)).await
}

/// How much of each kind waits, and how much of that is late.
pub async fn counts(cx: &Cx, kinds: Vec<Kind>) -> Result<Vec<Count>, Failure> {
    let (actor, now) = (Arc::clone(&cx.actor), cx.now());
    cx.read(move |reader, _| store::inbox::counts(reader, &actor, &kinds, now)).await
}

/// What waits, as a text for a day: what was due before, what is due then, what follows within a week,
/// and what has no end. It is told as it is now.
pub async fn digest(cx: &Cx, day: Date, lang: Lang) -> Result<String, Failure> {
    let request = PageRequest { limit: DIGEST_MOST, direction: Direction::Forward, from: None, until: None };
    let page = page(cx, Vec::new(), request).await?;
    Ok(text(&page, day, lang))
}

fn text(page: &Page<Item>, day: Date, lang: Lang) -> String {
    let begin = start_of_day(day);
    let end = start_of_day(day.saturating_add(1.day()));
    let ahead = start_of_day(day.saturating_add((DIGEST_AHEAD + 1).days()));
    let due = |from: Timestamp, until: Timestamp| {
        move |item: &&Item| item.due_at.is_some_and(|due_at| from <= due_at && due_at < until)
    };
    let (zh, en) = (format!("待办摘要 {day}\n"), format!("What waits on {day}\n"));
    let mut text = in_lang(lang, &zh, &en).to_owned();
    let parts: [(&str, &str, Vec<&Item>); 4] = [
        ("已逾期", "Overdue", page.rows.iter().filter(due(Timestamp::MIN, begin)).collect()),
        ("当日到期", "Due on the day", page.rows.iter().filter(due(begin, end)).collect()),
        ("七日内到期", "Due within seven days", page.rows.iter().filter(due(end, ahead)).collect()),
        ("不限时", "Without an end", page.rows.iter().filter(|item| item.due_at.is_none()).collect()),
    ];
    for (zh, en, items) in parts {
        if !items.is_empty() {
            part(&mut text, in_lang(lang, zh, en), &items, lang);
        }
    }
    if page.has_next {
        text.push_str(in_lang(lang, "……其余请在系统中查看。\n", "… the rest is in the portal.\n"));
    }
    if page.rows.is_empty() {
        text.push_str(in_lang(lang, "没有待办事项。\n", "Nothing waits.\n"));
    }
    text
}

fn part(text: &mut String, title: &str, items: &[&Item], lang: Lang) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", in_lang(lang, &format!("【{title}】{} 项", items.len()), &format!("{title}: {}", items.len())));
    for item in items {
        let words = item.kind.words(lang);
        let until = item.due_at.map(shanghai_date);
        let line = match (lang, until) {
            (Lang::Zh, Some(day)) => format!("- {words}：{}（{day} 前）", item.label),
            (Lang::Zh, None) => format!("- {words}：{}", item.label),
            (Lang::En, Some(day)) => format!("- {words}: {} (by {day})", item.label),
            (Lang::En, None) => format!("- {words}: {}", item.label),
        };
        let _ = writeln!(text, "{line}");
    }
}

fn in_lang<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}
