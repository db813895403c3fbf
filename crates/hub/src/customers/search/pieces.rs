//! Short pieces of what customers are searched by, for what stands in the middle or at the end.
//!
//! A line break marks the end of an e-mail address or phone number. Counted from there, every third
//! character begins a piece of eight. Whatever stands somewhere in the text and has three characters
//! or more therefore covers the beginning of a piece, with its first, its second or its third: three
//! ranges of pieces hold everyone who may match. Of what stands at the end it is known which character
//! that is: one range is enough. They are then compared by the whole text.
//!
//! That is a third of the rows of an index of all endings, and it is as good for a few matches among
//! many customers as an index is. What many match is found sooner by looking at the list.

use const_format::formatcp;
use jiff::Timestamp;
use wire::id::{AccountId, CustomerId, CustomerListId};

use super::SearchKeys;
use super::pattern::prefix_range;
use crate::db::page::Cursor;
use crate::db::{self, Tx};
use crate::{args, statements};

/// Characters from the beginning of a piece to that of the next.
const STEP: usize = 3;

/// Characters of a piece.
const PIECE_CHARACTERS: usize = 8;

/// The places, from 1 on, at which the text `$3` is cut.
const CUTS: &str = formatcp!(
    "WITH RECURSIVE cuts (n) AS (SELECT length(CAST($3 AS TEXT)) + 1 - {STEP}
        UNION ALL SELECT n - {STEP} FROM cuts WHERE n > {STEP}) "
);

/// What begins there.
const PIECE: &str = formatcp!("substr(CAST($3 AS TEXT), n, {PIECE_CHARACTERS})");

/// The pieces in one of three ranges.
const IN_RANGES: &str = "SELECT p.created_at, p.customer_id FROM customer_pieces p
            WHERE p.account_id = $1 AND p.customer_list_id = $2 AND p.piece >= $3 AND p.piece < $4
        UNION ALL SELECT p.created_at, p.customer_id FROM customer_pieces p
            WHERE p.account_id = $1 AND p.customer_list_id = $2 AND p.piece >= $5 AND p.piece < $6
        UNION ALL SELECT p.created_at, p.customer_id FROM customer_pieces p
            WHERE p.account_id = $1 AND p.customer_list_id = $2 AND p.piece >= $7 AND p.piece < $8";

statements! {
    ADD = formatcp!("{CUTS}INSERT INTO customer_pieces
            (account_id, customer_list_id, piece, created_at, customer_id)
        SELECT $1, $2, {PIECE}, $4, $5 FROM cuts WHERE n > 0
        ON CONFLICT DO NOTHING");
    REMOVE = formatcp!("{CUTS}DELETE FROM customer_pieces
        WHERE account_id = $1 AND customer_list_id = $2
            AND piece IN (SELECT {PIECE} FROM cuts WHERE n > 0)
            AND created_at = $4 AND customer_id = $5");
    /// How many pieces there are, counted no further than to `$9`.
    COUNT = formatcp!("SELECT COUNT(*) FROM (SELECT 1 FROM ({IN_RANGES}) r LIMIT $9) f");
    HOLDERS = formatcp!("SELECT DISTINCT r.created_at, r.customer_id FROM ({IN_RANGES}) r
        WHERE (r.created_at, r.customer_id) > ($9, $10)
        ORDER BY r.created_at, r.customer_id LIMIT $11");
}

/// A text, and that it ends so.
fn with_end(text: &str) -> String {
    format!("{text}\n")
}

/// The pieces that begin as these characters do.
fn range(characters: impl Iterator<Item = char>) -> [String; 2] {
    prefix_range(&characters.take(PIECE_CHARACTERS).collect::<String>())
}

/// Pieces that are looked through at most: with more, the list is the shorter way.
const MAX_PIECES: u32 = 10_000;

/// A customer of a list, with what sorts the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pieces<'a> {
    pub account: &'a AccountId,
    pub list: &'a CustomerListId,
    pub customer: &'a CustomerId,
    pub created_at: Timestamp,
}

impl Pieces<'_> {
    /// Keeps the pieces of somebody who has none.
    pub(crate) fn add(self, tx: &mut Tx<'_>, new: &SearchKeys) -> db::Result<()> {
        self.write_each(tx, ADD, new)
    }

    /// Leaves no piece.
    pub(crate) fn remove(self, tx: &mut Tx<'_>, old: &SearchKeys) -> db::Result<()> {
        self.write_each(tx, REMOVE, old)
    }

    fn write_each(
        self,
        tx: &mut Tx<'_>,
        sql: &'static str,
        searched: &SearchKeys,
    ) -> db::Result<()> {
        let texts = [&searched.email, &searched.phone];
        texts.into_iter().flatten().try_for_each(|text| {
            tx.write(
                sql,
                args![
                    self.account,
                    self.list,
                    with_end(text),
                    self.created_at,
                    self.customer
                ],
            )
        })
    }
}

/// Ranges in one of which everybody has a piece who has a text somewhere, or at the end.
#[derive(Clone, Debug)]
pub(super) struct PieceRanges([[String; 2]; STEP]);

impl PieceRanges {
    /// Who has this somewhere; none if it is too short to tell.
    pub(super) fn containing(text: &str) -> Option<Self> {
        let from = |passed| range(text.chars().skip(passed));
        (text.chars().count() >= STEP).then(|| Self(std::array::from_fn(from)))
    }

    /// Who has this at the end; none if it is too short to tell.
    pub(super) fn ending_with(text: &str) -> Option<Self> {
        let text = with_end(text);
        let length = text.chars().count();
        // What begins a piece is a whole number of steps before the end.
        let own = range(text.chars().skip(length % STEP));
        let nobody = [String::new(), String::new()];
        (length >= STEP).then(|| Self([own, nobody.clone(), nobody]))
    }

    /// Whether there are so few pieces in them that they are worth looking through.
    pub(super) fn are_few(
        &self,
        tx: &mut Tx<'_>,
        account: &AccountId,
        list: &CustomerListId,
    ) -> db::Result<bool> {
        let [[a, b], [c, d], [e, f]] = &self.0;
        let args = args![account, list, a, b, c, d, e, f, MAX_PIECES + 1];
        let counted: Option<(i64,)> = tx.first(COUNT, args)?;
        Ok(counted.is_none_or(|(count,)| count <= i64::from(MAX_PIECES)))
    }

    /// The customers who have a piece in them and stand behind that place, in the order of the list,
    /// if there [are few](Self::are_few).
    pub(super) fn holders(
        &self,
        tx: &mut Tx<'_>,
        account: &AccountId,
        list: &CustomerListId,
        after: &Cursor,
    ) -> db::Result<Vec<String>> {
        let [[a, b], [c, d], [e, f]] = &self.0;
        let (key, id) = (after.key.as_str(), after.id.as_str());
        let args = args![account, list, a, b, c, d, e, f, key, id, MAX_PIECES];
        let rows: Vec<(String, String)> = tx.all(HOLDERS, args)?;
        Ok(rows.into_iter().map(|(_, id)| id).collect())
    }
}
