//! Items, discounts, charges and payments as clients send them.

use serde_json::{Value, json};

use super::{
    ChargeType, DealLine, DealPricingEffect, DiscountPricingEffect, MAX_OPTIONS_PER_ITEM,
    OrderCharge, OrderContext, OrderDiscount, OrderItem, OrderOption, OrderPayment, PaymentType,
    SentPricingEffect, price,
};
use crate::decimal::Decimal;
use crate::free::FreeObject;
use crate::id::{ElementId, MAX_REF_CHARS};
use crate::input::{FromJson, Identifier, Input, MAX_STRING_CHARS, at_most_chars, reference};
use crate::money::Money;
use crate::problem::{Path, Problems};
use crate::schema::{self, Schema, SchemaGenerator};

/// Times an option may be chosen for one item, either way.
const MAX_OPTION_QUANTITY: i64 = 1_000_000;

crate::input_struct! {
    /// A new item. `id` and `deleted` are ignored if they are sent.
    pub struct RawItem {
        id: ElementId = "id",
        deleted: bool = "deleted",
        private_ref: Identifier = "private_ref",
        product_name: String = "product_name",
        sku_name: String = "sku_name",
        sku_ref: Identifier = "sku_ref",
        price: Money = "price",
        quantity: Decimal = "quantity",
        tax_rate: Decimal = "tax_rate",
        subset: String = "subset",
        customer_notes: String = "customer_notes",
        points_earned: Decimal = "points_earned",
        points_used: Decimal = "points_used",
        options: Vec<Input<Box<RawOption>>> = "options",
        deal_line: RawDealLine = "deal_line",
    }
    like OrderItem;
    needs "product_name", "price", "quantity";
    shape as_new;
}

crate::input_struct! {
    /// An option of an item as sent.
    pub struct RawOption {
        option_list_name: String = "option_list_name",
        name: String = "name",
        reference: Identifier = "ref",
        price: Money = "price",
        quantity: i64 = "quantity",
        removed: bool = "removed",
    }
    like OrderOption;
    needs "option_list_name", "name";
}

crate::input_struct! {
    /// The place of an item in a deal as sent.
    pub struct RawDealLine {
        deal_key: Word = "deal_key",
        label: String = "label",
        pricing_effect: SentPricingEffect = "pricing_effect",
        pricing_value: Word = "pricing_value",
    }
    like DealLine;
    needs "deal_key";
}

crate::input_struct! {
    /// A new discount. `id` and `deleted` are ignored if they are sent.
    pub struct RawDiscount {
        id: ElementId = "id",
        deleted: bool = "deleted",
        private_ref: Identifier = "private_ref",
        name: String = "name",
        reference: Identifier = "ref",
        price_off: Money = "price_off",
    }
    like OrderDiscount;
    needs "name", "price_off";
    shape as_new;
}

crate::input_struct! {
    /// A new charge. `id` and `deleted` are ignored if they are sent.
    pub struct RawCharge {
        id: ElementId = "id",
        deleted: bool = "deleted",
        private_ref: Identifier = "private_ref",
        kind: ChargeType = "type",
        name: String = "name",
        reference: Identifier = "ref",
        price: Money = "price",
        tax_rate: Decimal = "tax_rate",
    }
    like OrderCharge;
    needs "name", "price";
    shape as_new;
}

crate::input_struct! {
    /// A new payment. `id` and `deleted` are ignored if they are sent.
    pub struct RawPayment {
        id: ElementId = "id",
        deleted: bool = "deleted",
        private_ref: Identifier = "private_ref",
        kind: PaymentType = "type",
        name: String = "name",
        reference: Identifier = "ref",
        amount: Money = "amount",
        info: FreeObject = "info",
    }
    like OrderPayment;
    needs "amount";
    shape as_new;
}

/// What marks an element that is there means nothing on a new one, and may be anything.
fn as_new(_: &mut SchemaGenerator, mut element: Schema) -> Schema {
    let properties = element.pointer_mut("/properties");
    if let Some(properties) = properties.and_then(Value::as_object_mut) {
        properties.shift_remove("id");
        properties.shift_remove("deleted");
    }
    element
}

/// A short text that may also be sent as a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word(pub String);

impl FromJson for Word {
    const EXPECTED: &'static str = "must be a string";
    const MAY_BE_BLANK: bool = true;

    fn request_schema(_: &mut SchemaGenerator) -> Schema {
        schema::of(json!({ "type": ["string", "number"], "maxLength": MAX_STRING_CHARS }))
    }

    fn from_text(text: &str) -> Result<Self, String> {
        String::from_text(text).map(Self)
    }

    fn from_integer(number: i64) -> Result<Self, String> {
        Ok(Self(number.to_string()))
    }

    fn from_large_integer(number: u64) -> Result<Self, String> {
        Ok(Self(number.to_string()))
    }

    fn from_float(number: f64) -> Result<Self, String> {
        Ok(Self(number.to_string()))
    }
}

impl Input<Word> {
    /// A value of some kind, which a blank text is not.
    #[must_use]
    pub fn unless_blank(self) -> Self {
        match self {
            Self::Good(Word(text)) if text.trim().is_empty() => Self::Absent,
            other => other,
        }
    }
}

/// A private ref that is not too long; an empty one is none.
pub(crate) fn private_ref(given: Input<Identifier>) -> Input<String> {
    reference(at_most_chars(given, MAX_REF_CHARS))
}

/// An amount in the currency of the account.
pub(crate) fn amount(given: Input<Money>, context: &OrderContext<'_>) -> Input<Money> {
    given.and_then(|money| money.in_currency(context.currency))
}

impl RawItem {
    /// The item, with its subtotal. `deal` gives the new key for a key of the deals, if that is
    /// one.
    pub(super) fn check(
        self,
        context: &OrderContext<'_>,
        deal: &dyn Fn(&str) -> Option<String>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<OrderItem<()>> {
        let private_ref =
            private_ref(self.private_ref).optional(&path.key("private_ref"), problems);
        let product_name = self
            .product_name
            .required(&path.key("product_name"), problems);
        let sku_name = self.sku_name.optional(&path.key("sku_name"), problems);
        let sku_ref = self.sku_ref.text().optional(&path.key("sku_ref"), problems);
        let unit_price = amount(self.price, context).required(&path.key("price"), problems);
        let quantity = self.quantity.required(&path.key("quantity"), problems);
        let tax_rate = self.tax_rate.optional(&path.key("tax_rate"), problems);
        let subset = self.subset.optional(&path.key("subset"), problems);
        let customer_notes = self
            .customer_notes
            .optional(&path.key("customer_notes"), problems);
        let points_earned = self
            .points_earned
            .optional(&path.key("points_earned"), problems);
        let points_used = self
            .points_used
            .optional(&path.key("points_used"), problems);
        let options = self.options.each(
            &path.key("options"),
            MAX_OPTIONS_PER_ITEM,
            problems,
            |option, path, p| option.check(context, path, p),
        );
        let line_path = path.key("deal_line");
        let deal_line = self
            .deal_line
            .optional(&line_path, problems)
            // Some senders always send the object.
            .filter(|line| !line.filled().is_empty())
            .and_then(|line| line.check(context, deal, &line_path, problems));
        let (price, quantity) = (unit_price?, quantity?);
        let Some(subtotal) = price::subtotal(price, &options, &quantity) else {
            problems.add(&path.key("price"), price::AmountOverflowError.to_string());
            return None;
        };
        Some(OrderItem {
            id: (),
            private_ref,
            product_name: product_name?,
            sku_name,
            sku_ref,
            price,
            quantity,
            subtotal,
            tax_rate,
            subset,
            customer_notes,
            points_earned,
            points_used,
            options,
            deleted: false,
            deal_line,
        })
    }
}

impl RawOption {
    fn check(
        self,
        context: &OrderContext<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<OrderOption> {
        let list = self
            .option_list_name
            .required(&path.key("option_list_name"), problems);
        let name = self.name.required(&path.key("name"), problems);
        let reference = self.reference.text().optional(&path.key("ref"), problems);
        let price = amount(self.price, context).optional(&path.key("price"), problems);
        let quantity = self
            .quantity
            .and_then(|number| {
                let fits = (-MAX_OPTION_QUANTITY..=MAX_OPTION_QUANTITY).contains(&number);
                if fits {
                    Ok(number)
                } else {
                    Err(price::AmountOverflowError.to_string())
                }
            })
            .optional(&path.key("quantity"), problems);
        let removed = self.removed.optional(&path.key("removed"), problems);
        Some(OrderOption {
            option_list_name: list?,
            name: name?,
            reference,
            price: price.unwrap_or(Money::zero(context.currency)),
            quantity: quantity.unwrap_or(1),
            removed: removed.unwrap_or_default(),
        })
    }
}

impl RawDealLine {
    fn check(
        self,
        context: &OrderContext<'_>,
        deal: &dyn Fn(&str) -> Option<String>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<DealLine> {
        let deal_key = self
            .deal_key
            .and_then(|key| deal(&key.0).ok_or_else(|| "is not a key of deals".to_owned()))
            .required(&path.key("deal_key"), problems);
        let label = self.label.optional(&path.key("label"), problems);
        let sent = self
            .pricing_effect
            .optional(&path.key("pricing_effect"), problems);
        let pricing_effect = sent.map(SentPricingEffect::effect);
        let pricing_value = match sent {
            Some(SentPricingEffect::Free) => Some(Decimal::HUNDRED.to_string()),
            _ => self
                .pricing_value
                .unless_blank()
                .and_then(|value| pricing_value(pricing_effect, value, context))
                .optional(&path.key("pricing_value"), problems)
                .filter(|_| pricing_effect != Some(DealPricingEffect::Unchanged)),
        };
        Some(DealLine {
            deal_key: deal_key?,
            position: None,
            label,
            pricing_effect,
            pricing_value,
        })
    }
}

fn pricing_value(
    effect: Option<DealPricingEffect>,
    Word(text): Word,
    context: &OrderContext<'_>,
) -> Result<String, String> {
    match effect {
        None | Some(DealPricingEffect::Unchanged) => Ok(text),
        Some(DealPricingEffect::PercentageOff) => {
            Decimal::percentage(&text).map(|percent| percent.to_string())
        }
        Some(DealPricingEffect::FixedPrice | DealPricingEffect::PriceOff) => {
            let money = Money::parse(&text).map_err(|refusal| refusal.to_string())?;
            let money = money.in_currency(context.currency)?;
            Ok(money.to_string())
        }
    }
}

impl RawDiscount {
    pub(super) fn check(
        self,
        context: &OrderContext<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<OrderDiscount<()>> {
        let private_ref =
            private_ref(self.private_ref).optional(&path.key("private_ref"), problems);
        let name = self.name.required(&path.key("name"), problems);
        let reference = self.reference.text().optional(&path.key("ref"), problems);
        let price_off = amount(self.price_off, context)
            .and_then(Money::not_negative)
            .required(&path.key("price_off"), problems)?;
        Some(OrderDiscount {
            id: (),
            private_ref,
            name: name?,
            reference,
            price_off,
            pricing_effect: DiscountPricingEffect::PriceOff,
            pricing_value: price_off,
            deleted: false,
        })
    }
}

impl RawCharge {
    pub(super) fn check(
        self,
        context: &OrderContext<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<OrderCharge<()>> {
        let private_ref =
            private_ref(self.private_ref).optional(&path.key("private_ref"), problems);
        let kind = self
            .kind
            .optional(&path.key("type"), problems)
            .unwrap_or(ChargeType::Other);
        let name = self.name.required(&path.key("name"), problems);
        let reference = self.reference.text().optional(&path.key("ref"), problems);
        let price = amount(self.price, context).required(&path.key("price"), problems);
        let tax_rate = self.tax_rate.optional(&path.key("tax_rate"), problems);
        let (name, price) = (name?, price?);
        Some(OrderCharge {
            id: (),
            private_ref,
            kind,
            name,
            charge_ref: reference.clone(),
            reference,
            price,
            tax_rate,
            charge_type: kind,
            charge_price: price,
            deleted: false,
        })
    }
}

impl RawPayment {
    pub(super) fn check(
        self,
        context: &OrderContext<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<OrderPayment<()>> {
        let private_ref =
            private_ref(self.private_ref).optional(&path.key("private_ref"), problems);
        let kind = self
            .kind
            .optional(&path.key("type"), problems)
            .unwrap_or(PaymentType::Online);
        let name = self.name.optional(&path.key("name"), problems);
        let reference = self.reference.text().optional(&path.key("ref"), problems);
        let amount = amount(self.amount, context).required(&path.key("amount"), problems);
        let info = self
            .info
            .and_then(FreeObject::within_limit)
            .optional(&path.key("info"), problems);
        let amount = amount?;
        Some(OrderPayment {
            id: (),
            private_ref,
            kind,
            name,
            reference,
            amount,
            info,
            deleted: false,
        })
    }
}
