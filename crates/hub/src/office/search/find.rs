//! Looking for what somebody has typed, wherever it may be a name of something.

use std::collections::BTreeMap;

use jiff::Timestamp;
use wire::id::{AccountId, ConnectionId, EventId, LocationId, MAX_REF_CHARS, OrderId};
use wire::order::Order;

use super::store::{self, FoundEvent, FoundOrder, NamedOrder, SearchColumn};
use crate::db::{self, Tx};
use crate::oauth::connections::{self, Connection};
use crate::office::visitor::AccountMember;
use crate::orders::browse;
use crate::orders::search_keys::{fold, fold_phone};
use crate::orders::store::parse_order;
use crate::users::permissions::Permissions;

/// Orders that are shown.
pub(super) const MAX_ORDERS: usize = 25;

/// Characters of a name or ref, digits of a phone number that are worth looking for.
pub(super) const MIN_CHARS: usize = 2;
const MIN_DIGITS: usize = 4;

/// Digits of a number without the code of its country, and of such a code.
const MIN_NATIONAL_DIGITS: usize = 7;
const MAX_COUNTRY_DIGITS: usize = 3;

/// What somebody has typed, without needless blanks.
pub(super) fn clean(text: &str) -> String {
    let text = text.chars().filter(|char| !char.is_control());
    let text: String = text.take(MAX_REF_CHARS).collect();
    text.trim().to_owned()
}

/// By what something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MatchKind {
    Id,
    Ref,
    Code,
    Phone,
    Email,
    Name,
    PrivateRef,
}

/// An order that was found.
#[derive(Debug)]
pub(super) struct OrderHit {
    pub order: Order,
    pub location: LocationId,
    pub kind: MatchKind,
}

/// All that was found in the hub's database.
#[derive(Debug, Default)]
pub(super) struct Hits {
    /// The newest first.
    pub orders: Vec<OrderHit>,
    /// Whether there are more of them.
    pub has_more: bool,
    pub connection: Option<Connection>,
    /// The event, and a connection in whose logs it is.
    pub event: Option<(FoundEvent, Option<ConnectionId>)>,
}

/// Where an order was found that was not read yet.
struct OrderPlace {
    location: LocationId,
    created_at: Timestamp,
    kind: MatchKind,
}

/// Orders while they are looked for, by id: what is found twice counts by the stronger match.
struct OrderSearch<'a> {
    account: &'a AccountId,
    member: &'a AccountMember,
    found: BTreeMap<OrderId, OrderPlace>,
}

/// Whether somebody sees what is at a location, from where they stand.
pub(super) fn is_visible(member: &AccountMember, location: Option<&LocationId>) -> bool {
    let here = member.at.location.is_none() || member.at.location.as_ref() == location;
    here && member.may_at(Permissions::VIEW, location)
}

impl OrderSearch<'_> {
    fn add(&mut self, id: OrderId, place: OrderPlace) {
        if !is_visible(self.member, Some(&place.location)) {
            return;
        }
        match self.found.get(&id) {
            Some(known) if known.kind <= place.kind => {}
            _ => {
                self.found.insert(id, place);
            }
        }
    }

    fn add_named(&mut self, orders: impl IntoIterator<Item = NamedOrder>, kind: MatchKind) {
        for order in orders {
            let NamedOrder {
                id,
                location,
                created_at,
            } = order;
            let place = OrderPlace {
                location,
                created_at,
                kind,
            };
            self.add(id, place);
        }
    }

    fn add_found(&mut self, orders: impl IntoIterator<Item = FoundOrder>, kind: MatchKind) {
        for order in orders {
            let place = OrderPlace {
                location: order.location,
                created_at: order.created_at,
                kind,
            };
            self.add(order.id, place);
        }
    }

    /// By its id, its ref or the beginning of that, its collection code, an app's own ref.
    fn by_names(&mut self, tx: &mut Tx<'_>, text: &str) -> db::Result<()> {
        let account = self.account;
        if let Ok(id) = OrderId::parse(text) {
            self.add_named(store::order(tx, account, &id)?, MatchKind::Id);
        }
        if text.chars().count() >= MIN_CHARS {
            let mut spellings = vec![text.to_owned(), text.to_uppercase(), text.to_lowercase()];
            spellings.sort();
            spellings.dedup();
            for start in spellings {
                self.add_named(store::with_ref(tx, account, &start)?, MatchKind::Ref);
            }
        }
        self.add_found(store::with_code(tx, account, &fold(text))?, MatchKind::Code);
        let private = store::with_private_ref(tx, account, text)?;
        self.add_named(private, MatchKind::PrivateRef);
        Ok(())
    }

    /// By a phone number in any spelling, or its last digits.
    fn by_phone(&mut self, tx: &mut Tx<'_>, text: &str) -> db::Result<()> {
        let is_number = |char: char| char.is_ascii_digit() || " +-./()".contains(char);
        let phone = fold_phone(text);
        if !text.chars().all(is_number) || phone.len() < MIN_DIGITS {
            return Ok(());
        }
        let column = SearchColumn::Phone;
        let longer = store::beginning_with(tx, self.account, column, &phone)?;
        self.add_found(longer, MatchKind::Phone);
        // The order has the number without the code of the country.
        for code in 1..=MAX_COUNTRY_DIGITS {
            let national = phone.len().saturating_sub(code);
            if let Some(national) = phone.get(..national.max(MIN_NATIONAL_DIGITS))
                && national.len() < phone.len()
            {
                let shorter = store::with_phone(tx, self.account, national)?;
                self.add_found(shorter, MatchKind::Phone);
            }
        }
        Ok(())
    }

    /// By an e-mail address or its beginning, a first or last name or its beginning, or both in any order.
    fn by_person(&mut self, tx: &mut Tx<'_>, text: &str) -> db::Result<()> {
        let text = fold(text);
        let account = self.account;
        if text.chars().count() < MIN_CHARS || text.chars().all(|char| !char.is_alphabetic()) {
            return Ok(());
        }
        let emails = store::beginning_with(tx, account, SearchColumn::Email, &text)?;
        self.add_found(emails, MatchKind::Email);
        for column in [SearchColumn::LastName, SearchColumn::FirstName] {
            let named = store::beginning_with(tx, account, column, &text)?;
            self.add_found(named, MatchKind::Name);
        }
        let begins = |name: &Option<String>, start: &str| {
            name.as_deref().is_some_and(|name| name.starts_with(start))
        };
        // Where the first name ends is not said: it is tried at both ends.
        for (first, last) in [text.rsplit_once(' '), text.split_once(' ')]
            .into_iter()
            .flatten()
        {
            for (first, last) in [(first, last), (last, first)] {
                if last.chars().count() < MIN_CHARS {
                    continue;
                }
                let column = SearchColumn::LastName;
                let named = store::beginning_with(tx, account, column, last)?;
                let named = named.into_iter().filter(|it| begins(&it.first_name, first));
                self.add_found(named, MatchKind::Name);
            }
        }
        Ok(())
    }
}

/// Looks for a text in all that the reader sees from where they stand.
pub(super) fn find(tx: &mut Tx<'_>, member: &AccountMember, text: &str) -> db::Result<Hits> {
    let account = &member.at.id;
    let mut search = OrderSearch {
        account,
        member,
        found: BTreeMap::new(),
    };
    search.by_names(tx, text)?;
    search.by_phone(tx, text)?;
    search.by_person(tx, text)?;
    let mut found: Vec<(OrderId, OrderPlace)> = search.found.into_iter().collect();
    found.sort_by_key(|(_, place)| std::cmp::Reverse(place.created_at));
    let has_more = found.len() > MAX_ORDERS;
    let mut orders = Vec::new();
    for (id, place) in found.into_iter().take(MAX_ORDERS) {
        if let Some((location, document)) = browse::find(tx, account, &id)? {
            orders.push(OrderHit {
                order: parse_order(&document)?,
                location,
                kind: place.kind,
            });
        }
    }
    Ok(Hits {
        orders,
        has_more,
        connection: find_connection(tx, member, text)?,
        event: find_event(tx, member, text)?,
    })
}

/// A connection that the reader sees, by its id.
pub(super) fn find_connection(
    tx: &mut Tx<'_>,
    member: &AccountMember,
    id: &str,
) -> db::Result<Option<Connection>> {
    let Ok(id) = ConnectionId::parse(id) else {
        return Ok(None);
    };
    let found = connections::find(tx, Some(&member.at.id), &id)?;
    Ok(found.filter(|it| is_visible(member, it.location.as_ref())))
}

fn find_event(
    tx: &mut Tx<'_>,
    member: &AccountMember,
    id: &str,
) -> db::Result<Option<(FoundEvent, Option<ConnectionId>)>> {
    let Ok(id) = EventId::parse(id) else {
        return Ok(None);
    };
    let account = &member.at.id;
    let found = store::event(tx, account, &id)?;
    let Some(event) = found.filter(|it| is_visible(member, it.location.as_ref())) else {
        return Ok(None);
    };
    if event.order.is_some() {
        return Ok(Some((event, None)));
    }
    for receiver in store::receivers(tx, account, &id)? {
        let connection = find_connection(tx, member, receiver.as_str())?;
        if connection.is_some() {
            return Ok(Some((event, Some(receiver))));
        }
    }
    Ok(None)
}
