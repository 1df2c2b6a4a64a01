//! The tokens of listed texts, so that a phrase finds its rows on both databases.

use diesel::prelude::*;

use super::{StoreResult, Tx, schema::text_token};
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

/// Replaces the tokens of an object by those of its present text.
pub fn index<K: Kind + 'static>(tx: &mut Tx, noun: Noun, object: Id<K>, text: &str) -> StoreResult<()> {
    let old = text_token::table.filter(text_token::noun.eq(noun.name()).and(text_token::object.eq(object)));
    diesel::delete(old).execute(tx.conn())?;
    for token in tokens(text).into_iter().filter(|token| token.len() <= MAX_TOKEN_BYTES) {
        let row = (text_token::noun.eq(noun.name()), text_token::token.eq(token), text_token::object.eq(object));
        diesel::insert_into(text_token::table).values(row).execute(tx.conn())?;
    }
    Ok(())
}
