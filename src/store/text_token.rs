//! The tokens of listed texts, so that a phrase finds its rows on both databases.

use diesel::prelude::*;

use super::{StoreResult, Tx, batch, schema::text_token};
use crate::kernel::{
    id::{Id, Kind},
    tokens::tokens,
};

/// Whose texts are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    Demand,
    Resource,
    Organisation,
}

/// Tokens of a search phrase that are looked up; a longer phrase is narrowed by these alone.
pub const MAX_SEARCH_TOKENS: usize = 8;
/// Longer words are not looked up: an index of PostgreSQL takes no row of over 2,704 bytes, and
/// nobody searches for a word of 64 letters.
pub const MAX_TOKEN_BYTES: usize = 64;

impl Noun {
    /// The name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Demand => "DEMAND",
            Self::Resource => "RESOURCE",
            Self::Organisation => "ORGANISATION",
        }
    }
}

/// The tokens by which a phrase is looked up: pairs of Han characters. A text that has the phrase
/// has these tokens; a word at the phrase's end may be part of a longer word of the text, and only
/// the phrase itself decides about it.
pub fn lookup_tokens(phrase: &str) -> impl Iterator<Item = String> {
    tokens(phrase).into_iter().filter(|token| !token.is_ascii() && token.chars().count() == 2).take(MAX_SEARCH_TOKENS)
}

#[derive(Insertable)]
#[diesel(table_name = text_token)]
struct Row<K: Kind + 'static> {
    noun: &'static str,
    token: String,
    object: Id<K>,
}

/// Replaces the tokens of an object by those of its present text.
pub fn index<K: Kind + 'static>(tx: &mut Tx, noun: Noun, object: Id<K>, text: &str) -> StoreResult<()> {
    let old = text_token::table.filter(text_token::noun.eq(noun.name()).and(text_token::object.eq(object)));
    diesel::delete(old).execute(tx.conn())?;
    index_new(tx, noun, &[(object, text.to_owned())])
}

/// Enters the tokens of objects that have none yet.
pub(super) fn index_new<K: Kind + 'static>(tx: &mut Tx, noun: Noun, texts: &[(Id<K>, String)]) -> StoreResult<()> {
    let noun = noun.name();
    let of = |(object, text): &(Id<K>, String)| {
        let object = *object;
        let short = tokens(text).into_iter().filter(|token| token.len() <= MAX_TOKEN_BYTES);
        short.map(move |token| Row { noun, token, object })
    };
    let rows: Vec<Row<K>> = texts.iter().flat_map(of).collect();
    batch::insert::<text_token::table, Row<K>>(tx, 3, &rows)
}
