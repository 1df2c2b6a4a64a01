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
    for token in tokens(text) {
        let row = (text_token::noun.eq(noun.name()), text_token::token.eq(token), text_token::object.eq(object));
        diesel::insert_into(text_token::table).values(row).execute(tx.conn())?;
    }
    Ok(())
}

/// Enters the tokens of objects that have none yet.
pub(super) fn index_new<K: Kind + 'static>(tx: &mut Tx, noun: Noun, texts: &[(Id<K>, String)]) -> StoreResult<()> {
    let noun = noun.name();
    let of = |(object, text): &(Id<K>, String)| {
        let object = *object;
        tokens(text).into_iter().map(move |token| Row { noun, token, object })
    };
    let rows: Vec<Row<K>> = texts.iter().flat_map(of).collect();
    batch::insert::<text_token::table, Row<K>>(tx, 3, &rows)
}
