//! The lines of an order: items, deals and charges.

use client::order::{Order, OrderDeal, OrderItem, OrderOption};

use super::super::note::{OrderNote, OrderRefusal};
use super::super::till_menu::{dish_price, menu_price};
use super::changes::SentElements;
use super::service::cut;
use super::{OutgoingContext, numeric};
use crate::zelty_api::{
    Dish, MenuDish, MenuPart, NewEntry, NewEntryTax, NewModifier, OrderMode, SetMenu,
};

/// Characters that the note of a line may have.
const MAX_LINE_COMMENT_CHARS: usize = 140;

/// Modifiers that a line may have.
const MAX_MODIFIERS: usize = 20;

/// Lines that one item may become.
const MAX_REPETITIONS: i64 = 1_000;

/// Lines for Zelty, and what they cost at the till's own prices.
#[derive(Debug, Default)]
pub(super) struct MappedEntries {
    pub entries: Vec<NewEntry>,
    pub till_sum: i64,
}

/// What a line was made of.
struct MappedLine {
    comment: Option<String>,
    modifiers: Vec<NewModifier>,
    /// What the options cost in the order, in cents.
    options_price: i64,
    /// What they cost at the till.
    till_options_price: i64,
}

/// Maps the lines of one order.
pub(super) struct EntryMapper<'a> {
    pub order: &'a Order,
    pub context: &'a OutgoingContext<'a>,
    pub mode: OrderMode,
}

impl EntryMapper<'_> {
    /// The lines that were not sent yet, in the order of the items; charges come last.
    pub(super) fn entries(
        &self,
        sent: &SentElements,
        notes: &mut Vec<OrderNote>,
    ) -> Result<MappedEntries, OrderRefusal> {
        let mut mapped = MappedEntries::default();
        let mut seen_deals: Vec<&str> = Vec::new();
        for item in self
            .order
            .items
            .iter()
            .filter(|item| sent.lacks(&item.id, item.deleted))
        {
            let key = item.deal_line.as_ref().map(|line| line.deal_key.as_str());
            let deal = key.and_then(|key| Some((key, self.order.deals.get(key)?)));
            match deal {
                Some((key, _)) if seen_deals.contains(&key) => {}
                Some((key, deal)) => {
                    seen_deals.push(key);
                    self.add_deal(key, deal, &mut mapped, notes)?;
                }
                None => self.add_item(item, &mut mapped, notes)?,
            }
        }
        for charge in &self.order.charges {
            if !sent.lacks(&charge.id, charge.deleted) {
                continue;
            }
            let Some(id) = numeric(charge.reference.as_deref()) else {
                notes.push(OrderNote::LineSkipped {
                    quantity: "1".to_owned(),
                    name: charge.name.clone(),
                });
                continue;
            };
            let dish = self.dish(id, &charge.name)?;
            // A fee depends on the order: the till's own price of it says nothing.
            mapped.till_sum += charge.price.cents();
            mapped.entries.push(NewEntry::Dish {
                id: dish.id,
                price: charge.price.cents(),
                comment: None,
                tax: charge
                    .tax_rate
                    .as_ref()
                    .map(|rate| tax(rate.to_thousandths())),
                modifiers: Vec::new(),
            });
        }
        Ok(mapped)
    }

    fn dish(&self, id: i64, name: &str) -> Result<&Dish, OrderRefusal> {
        let dish = self.context.menu.dish(id);
        dish.ok_or_else(|| OrderRefusal::UnknownItem {
            name: name.to_owned(),
            reference: id,
        })
    }

    /// A repeated quantity is repeated lines.
    fn add_item(
        &self,
        item: &OrderItem,
        mapped: &mut MappedEntries,
        notes: &mut Vec<OrderNote>,
    ) -> Result<(), OrderRefusal> {
        let Some(id) = numeric(item.sku_ref.as_deref()) else {
            notes.push(OrderNote::LineSkipped {
                quantity: item.quantity.to_minimal_string(),
                name: item.product_name.clone(),
            });
            return Ok(());
        };
        let dish = self.dish(id, &item.product_name)?;
        let line = self.line(item, dish, notes)?;
        let entry = NewEntry::Dish {
            id,
            price: item.price.cents() + line.options_price,
            comment: line.comment,
            tax: item
                .tax_rate
                .as_ref()
                .map(|rate| tax(rate.to_thousandths())),
            modifiers: line.modifiers,
        };
        for _ in 0..repetitions(item)? {
            mapped.till_sum += dish_price(dish, self.mode) + line.till_options_price;
            mapped.entries.push(entry.clone());
        }
        Ok(())
    }

    /// The note and the options of an item, whose dish is known.
    fn line(
        &self,
        item: &OrderItem,
        dish: &Dish,
        notes: &mut Vec<OrderNote>,
    ) -> Result<MappedLine, OrderRefusal> {
        let mut line = MappedLine {
            comment: None,
            modifiers: Vec::new(),
            options_price: 0,
            till_options_price: 0,
        };
        let mut comments: Vec<String> = item.customer_notes.clone().into_iter().collect();
        for option in &item.options {
            line.options_price += option.price.cents() * option.quantity;
            if option.removed {
                let without = self.context.options.language.pick("sans", "without");
                comments.push(format!("{without} {}", option.name));
            } else if let Some((modifier, till_price)) = self.modifier(item, option, dish, notes)? {
                line.modifiers.push(modifier);
                line.till_options_price += till_price * option.quantity;
            }
        }
        if line.modifiers.len() > MAX_MODIFIERS {
            return Err(OrderRefusal::TooManyOptions(item.product_name.clone()));
        }
        let comment = comments.join(", ");
        if !comment.is_empty() {
            let text = cut(
                &comment,
                MAX_LINE_COMMENT_CHARS,
                "items.customer_notes",
                notes,
            );
            line.comment = Some(text);
        }
        Ok(line)
    }

    /// The value that an option chooses, and what it costs at the till. Zelty wants the option of the value,
    /// too: the till's menu knows it. It does not check that the dish has the option: that is done here.
    fn modifier(
        &self,
        item: &OrderItem,
        option: &OrderOption,
        dish: &Dish,
        notes: &mut Vec<OrderNote>,
    ) -> Result<Option<(NewModifier, i64)>, OrderRefusal> {
        let Some(id) = numeric(option.reference.as_deref()) else {
            notes.push(OrderNote::OptionSkipped {
                item: item.product_name.clone(),
                option: option.name.clone(),
            });
            return Ok(None);
        };
        let known = self.context.menu.value(id);
        let (option_id, value) = known.ok_or_else(|| OrderRefusal::UnknownOption {
            item: item.product_name.clone(),
            option: option.name.clone(),
            reference: id,
        })?;
        if !dish.options.contains(&option_id) {
            notes.push(OrderNote::OptionOfAnotherDish {
                item: item.product_name.clone(),
                option: option.name.clone(),
            });
        }
        let modifier = NewModifier {
            option_id,
            option_value_id: id,
            quantity: option.quantity,
            price: option.price.cents(),
        };
        Ok(Some((modifier, value.price.unwrap_or_default())))
    }

    /// A deal with a ref of the till is one menu; another one is sent item by item.
    fn add_deal(
        &self,
        key: &str,
        deal: &OrderDeal,
        mapped: &mut MappedEntries,
        notes: &mut Vec<OrderNote>,
    ) -> Result<(), OrderRefusal> {
        let of_deal = |item: &&OrderItem| {
            let line = item.deal_line.as_ref();
            !item.deleted && line.is_some_and(|line| line.deal_key == key)
        };
        let items: Vec<&OrderItem> = self.order.items.iter().filter(of_deal).collect();
        let Some(id) = numeric(deal.reference.as_deref()) else {
            notes.push(OrderNote::DealSplit(deal.name.clone()));
            for item in items {
                self.add_item(item, mapped, notes)?;
            }
            return Ok(());
        };
        let menu = self.context.menu.menu(id);
        let menu = menu.ok_or_else(|| OrderRefusal::UnknownMenu {
            name: deal.name.clone(),
            reference: id,
        })?;
        let mut parts = MenuParts::new(menu);
        let mut price = 0;
        let mut dishes = Vec::new();
        mapped.till_sum += menu_price(menu, self.mode);
        for item in items {
            let not_in_menu = || OrderRefusal::DishNotInMenu {
                menu: deal.name.clone(),
                item: item.product_name.clone(),
            };
            let dish_id = numeric(item.sku_ref.as_deref()).ok_or_else(not_in_menu)?;
            let dish = self.dish(dish_id, &item.product_name)?;
            let line = self.line(item, dish, notes)?;
            for _ in 0..repetitions(item)? {
                let part = parts.take(dish_id).ok_or_else(not_in_menu)?;
                price += item.price.cents() + line.options_price;
                let supplement = part
                    .dishes_prices
                    .get(&dish_id)
                    .copied()
                    .unwrap_or_default();
                mapped.till_sum += supplement + line.till_options_price;
                dishes.push(MenuDish {
                    id_part: part.id,
                    id: dish_id,
                    comment: line.comment.clone(),
                    modifiers: line.modifiers.clone(),
                });
            }
        }
        if let Some(part) = parts.missing() {
            return Err(OrderRefusal::MenuIncomplete {
                name: deal.name.clone(),
                part: part.name.clone(),
            });
        }
        mapped.entries.push(NewEntry::Menu { id, price, dishes });
        Ok(())
    }
}

/// Matches dishes to the parts of a menu in the order of appearance.
struct MenuParts<'a> {
    /// Each part with the number of dishes that it has.
    parts: Vec<(&'a MenuPart, i64)>,
    current: usize,
}

impl<'a> MenuParts<'a> {
    fn new(menu: &'a SetMenu) -> MenuParts<'a> {
        MenuParts {
            parts: menu.parts.iter().map(|part| (part, 0)).collect(),
            current: 0,
        }
    }

    /// The next part that has room for this dish.
    fn take(&mut self, dish: i64) -> Option<&'a MenuPart> {
        for (index, (part, count)) in self.parts.iter_mut().enumerate().skip(self.current) {
            if *count < part.max.unwrap_or(1).max(1) && part.dishes.contains(&dish) {
                *count += 1;
                self.current = index;
                return Some(part);
            }
        }
        None
    }

    /// A part that must have a dish and has none. Zelty would sell the menu at its full price.
    fn missing(&self) -> Option<&'a MenuPart> {
        let found = self
            .parts
            .iter()
            .find(|(part, count)| part.required && *count == 0);
        found.map(|(part, _)| *part)
    }
}

/// How many lines an item becomes: its quantity, which must be a whole number.
fn repetitions(item: &OrderItem) -> Result<i64, OrderRefusal> {
    let whole = item.quantity.to_integer();
    whole
        .filter(|quantity| (1..=MAX_REPETITIONS).contains(quantity))
        .ok_or_else(|| OrderRefusal::FractionalQuantity {
            name: item.product_name.clone(),
            quantity: item.quantity.to_minimal_string(),
        })
}

/// Thousandths of a percent as the hundredths that Zelty counts in.
fn tax(thousandths: i64) -> NewEntryTax {
    NewEntryTax {
        tax_rate: thousandths / 10,
    }
}
