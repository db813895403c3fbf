//! Creating an order.

use jiff::Timestamp;
use serde::de::SeqAccess;
use serde_json::json;

use super::elements::{RawCharge, RawDiscount, RawItem, RawPayment, private_ref};
use super::{
    Deals, MAX_ORDER_ITEMS, MAX_OTHER_ENTRIES, Order, OrderCharge, OrderContext, OrderDeal,
    OrderDiscount, OrderItem, OrderLoyaltyOperation, OrderPayment, OrderStatus, ServiceType, price,
};
use crate::custom_fields::CustomFields;
use crate::customer::{CustomerDetails, MAX_SEARCHED_CHARS, RawCustomerDetails};
use crate::decimal::Decimal;
use crate::id::{CustomerId, CustomerListId};
use crate::input::{
    Entries, FromJson, Identifier, Input, MAX_STRING_CHARS, at_most_chars, reference,
};
use crate::loyalty::card_ref;
use crate::money::Money;
use crate::problem::{Path, Problems, too_many};
use crate::schema::{self, Schema, SchemaGenerator};
use crate::time::TimeInput;

crate::input_struct! {
    /// The body of `POST …/orders`, as sent. Unknown keys are ignored.
    pub struct RawOrder {
        reference: Identifier = "ref",
        private_ref: Identifier = "private_ref",
        status: OrderStatus = "status",
        channel: String = "channel",
        service_type: ServiceType = "service_type",
        service_type_ref: Identifier = "service_type_ref",
        expected_time: TimeInput = "expected_time",
        expected_time_pickup: bool = "expected_time_pickup",
        asap: bool = "asap",
        confirmed_time: TimeInput = "confirmed_time",
        customer_notes: String = "customer_notes",
        seller_notes: String = "seller_notes",
        collection_code: Identifier = "collection_code",
        coupon_codes: CouponCodes = "coupon_codes",
        items: Vec<Input<RawItem>> = "items",
        deals: Entries<RawDeal> = "deals",
        discounts: Vec<Input<RawDiscount>> = "discounts",
        charges: Vec<Input<RawCharge>> = "charges",
        payments: Vec<Input<RawPayment>> = "payments",
        total: Money = "total",
        /// The id of the customer, if the customer is in a list.
        customer_id: CustomerId = "customer_id",
        /// The list in which to find the customer by `customer_private_ref`.
        customer_list_id: CustomerListId = "customer_list_id",
        /// The client's own identifier of the customer in that list.
        customer_private_ref: Identifier = "customer_private_ref",
        customer: RawCustomerDetails = "customer",
        loyalty_operations: Vec<Input<RawLoyaltyOperation>> = "loyalty_operations",
        custom_fields: CustomFields = "custom_fields",
    }
    like Order;
    needs "status";
    shape with_any_total;
}

crate::input_struct! {
    /// A deal as sent.
    pub struct RawDeal {
        name: String = "name",
        reference: Identifier = "ref",
    }
    like OrderDeal;
    needs "name";
}

crate::input_struct! {
    /// A loyalty operation of an order as sent.
    pub struct RawLoyaltyOperation {
        reference: Identifier = "ref",
        name: String = "name",
        delta: Decimal = "delta",
        reason: String = "reason",
    }
    like OrderLoyaltyOperation;
    needs "delta";
}

/// Some senders put anything there.
fn with_any_total(_: &mut SchemaGenerator, mut order: Schema) -> Schema {
    if let Some(total) = order.pointer_mut("/properties/total") {
        *total = json!({
            "description": "The total that the sender has computed. The hub computes its own and only compares the two. A value that is not an amount is ignored.",
            "examples": ["26.40 EUR"],
        });
    }
    order
}

/// Coupon codes, sent as a list or as one text with commas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CouponCodes(Vec<Input<Identifier>>);

impl FromJson for CouponCodes {
    const EXPECTED: &'static str = "must be an array";

    fn request_schema(_: &mut SchemaGenerator) -> Schema {
        schema::of(json!({
            "type": ["array", "string", "integer"],
            "items": { "type": ["string", "integer"], "maxLength": MAX_STRING_CHARS },
            "maxLength": MAX_STRING_CHARS,
        }))
    }

    fn from_text(text: &str) -> Result<Self, String> {
        let codes = text
            .split(',')
            .map(str::trim)
            .filter(|code| !code.is_empty());
        String::from_text(text)?;
        Ok(Self(
            codes
                .map(|code| Input::Good(code).and_then(Identifier::from_text))
                .collect(),
        ))
    }

    fn from_integer(number: i64) -> Result<Self, String> {
        Self::from_text(&number.to_string())
    }

    fn from_large_integer(number: u64) -> Result<Self, String> {
        Self::from_text(&number.to_string())
    }

    fn from_array<'de, A: SeqAccess<'de>>(array: A) -> Result<Result<Self, String>, A::Error> {
        Ok(Vec::from_array(array)?.map(Self))
    }
}

/// How an order names its customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerForm {
    /// A customer of a list of the account.
    Id(CustomerId),
    /// The customer of the list that has this private ref of the sending client.
    PrivateRef {
        /// The list.
        list: CustomerListId,
        /// The sending client's own identifier.
        private_ref: String,
    },
    /// A guest, with whatever details were sent.
    Guest(Box<CustomerDetails>),
}

/// A good new order. Deals have their new keys, elements have no ids yet, sums are computed.
/// Whether the customer exists is for the hub to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedNewOrder {
    /// The sender's public order number.
    pub reference: Option<String>,
    /// The sending client's own identifier.
    pub private_ref: Option<String>,
    /// Status to begin with.
    pub status: OrderStatus,
    /// Where it comes from; the hub's default is the client's name.
    pub channel: Option<String>,
    /// How the customer gets it.
    pub service_type: Option<ServiceType>,
    /// The merchant's code for that.
    pub service_type_ref: Option<String>,
    /// When it should be ready or delivered.
    pub expected_time: Option<Timestamp>,
    /// Whether that is when the driver collects; only ever true for deliveries.
    pub expected_time_pickup: bool,
    /// As soon as possible; true unless said otherwise when there is no expected time.
    pub asap: bool,
    /// The time that the merchant has confirmed.
    pub confirmed_time: Option<Timestamp>,
    /// Notes of the customer.
    pub customer_notes: Option<String>,
    /// Notes of the merchant.
    pub seller_notes: Option<String>,
    /// A short code that the customer shows when collecting the order.
    pub collection_code: Option<String>,
    /// The codes of the coupons used.
    pub coupon_codes: Vec<String>,
    /// What was ordered.
    pub items: Vec<OrderItem<()>>,
    /// Deals with the keys `0`, `1`, … in order of appearance.
    pub deals: Deals,
    /// Reductions.
    pub discounts: Vec<OrderDiscount<()>>,
    /// Additional costs.
    pub charges: Vec<OrderCharge<()>>,
    /// Payments.
    pub payments: Vec<OrderPayment<()>>,
    /// What it costs.
    pub total: Money,
    /// The sent total minus that one.
    pub total_discrepancy: Option<Money>,
    /// The payments minus the total.
    pub payment_discrepancy: Option<Money>,
    /// Who ordered.
    pub customer: CustomerForm,
    /// What happens to loyalty cards; none for guests.
    pub loyalty_operations: Vec<OrderLoyaltyOperation>,
    /// Custom fields.
    pub custom_fields: CustomFields,
}

impl RawOrder {
    /// The order asked for, or everything that is wrong with it. A `total` that cannot be read, or
    /// is in another currency or worlds away, counts as not sent.
    #[cfg_attr(
        not(test),
        expect(
            clippy::too_many_lines,
            reason = "each member in turn, so that all complaints come in the order of the API"
        )
    )]
    pub fn check(self, context: &OrderContext<'_>) -> Result<CheckedNewOrder, Problems> {
        let mut problems = Problems::new();
        let p = &mut problems;
        let root = Path::ROOT;
        let status = self.status.required(&root.key("status"), p);
        let reference = self.reference.text().optional(&root.key("ref"), p);
        let private_ref = private_ref(self.private_ref).optional(&root.key("private_ref"), p);
        let channel = self.channel.optional(&root.key("channel"), p);
        let service_type = self.service_type.optional(&root.key("service_type"), p);
        let service_type_ref = self
            .service_type_ref
            .text()
            .optional(&root.key("service_type_ref"), p);
        let expected_time =
            instant(self.expected_time, context).optional(&root.key("expected_time"), p);
        let pickup = self
            .expected_time_pickup
            .optional(&root.key("expected_time_pickup"), p);
        let asap = self.asap.optional(&root.key("asap"), p);
        let confirmed_time =
            instant(self.confirmed_time, context).optional(&root.key("confirmed_time"), p);
        let customer_notes = self.customer_notes.optional(&root.key("customer_notes"), p);
        let seller_notes = self.seller_notes.optional(&root.key("seller_notes"), p);
        let collection_code = self
            .collection_code
            .text()
            .optional(&root.key("collection_code"), p);
        let coupon_codes = self.coupon_codes.and_then(|codes| Ok(codes.0)).each(
            &root.key("coupon_codes"),
            MAX_OTHER_ENTRIES,
            p,
            |code, _, _| Some(code.0),
        );
        let (deals, keys) = deals(self.deals, &root.key("deals"), p);
        let deal = |key: &str| {
            keys.iter()
                .position(|own| own == key)
                .map(|at| at.to_string())
        };
        let items = self
            .items
            .each(&root.key("items"), MAX_ORDER_ITEMS, p, |item, path, p| {
                item.check(context, &deal, path, p)
            });
        let discounts = self.discounts.each(
            &root.key("discounts"),
            MAX_OTHER_ENTRIES,
            p,
            |raw, path, p| raw.check(context, path, p),
        );
        let charges = self.charges.each(
            &root.key("charges"),
            MAX_OTHER_ENTRIES,
            p,
            |raw, path, p| raw.check(context, path, p),
        );
        let payments = self.payments.each(
            &root.key("payments"),
            MAX_OTHER_ENTRIES,
            p,
            |raw, path, p| raw.check(context, path, p),
        );
        let loyalty_operations = self.loyalty_operations.each(
            &root.key("loyalty_operations"),
            MAX_OTHER_ENTRIES,
            p,
            RawLoyaltyOperation::check,
        );
        let sent = match self.total {
            Input::Good(total) if total.currency() == context.currency => Some(total),
            _ => None,
        };
        let customer = RawCustomer {
            id: self.customer_id,
            list: self.customer_list_id,
            private_ref: self.customer_private_ref,
            details: self.customer,
        }
        .check(p);
        if matches!(customer, Some(CustomerForm::Guest(_))) && !loyalty_operations.is_empty() {
            p.add(
                &root.key("loyalty_operations"),
                "require a customer of a customer list",
            );
        }
        let custom_fields = self
            .custom_fields
            .and_then(|sent| {
                CustomFields::default()
                    .merged(&sent)
                    .map_err(|refusal| refusal.to_string())
            })
            .optional(&root.key("custom_fields"), p)
            .unwrap_or_default();
        let sums = sums(context, &items, &charges, &discounts, &payments, sent);
        if sums.is_none() {
            p.add(&root.key("total"), price::AmountOverflowError.to_string());
        }
        let checked = || {
            let (total, total_discrepancy, payment_discrepancy) = sums?;
            Some(CheckedNewOrder {
                reference,
                private_ref,
                status: status?,
                channel,
                service_type,
                service_type_ref,
                expected_time,
                expected_time_pickup: pickup == Some(true)
                    && service_type == Some(ServiceType::Delivery),
                asap: asap.unwrap_or(expected_time.is_none()),
                confirmed_time,
                customer_notes,
                seller_notes,
                collection_code,
                coupon_codes,
                items,
                deals,
                discounts,
                charges,
                payments,
                total,
                total_discrepancy,
                payment_discrepancy,
                customer: customer?,
                loyalty_operations,
                custom_fields,
            })
        };
        let checked = checked();
        problems.unless_any(checked)
    }
}

/// An instant, read in the location's zone if it has no offset.
pub(crate) fn instant(given: Input<TimeInput>, context: &OrderContext<'_>) -> Input<Timestamp> {
    given.and_then(|time| {
        time.resolve(context.zone)
            .map_err(|refusal| refusal.to_string())
    })
}

/// Total, total discrepancy and payment discrepancy, if they fit.
fn sums(
    context: &OrderContext<'_>,
    items: &[OrderItem<()>],
    charges: &[OrderCharge<()>],
    discounts: &[OrderDiscount<()>],
    payments: &[OrderPayment<()>],
    sent: Option<Money>,
) -> Option<(Money, Option<Money>, Option<Money>)> {
    let total = price::total(context.currency, items, charges, discounts)?;
    let total_discrepancy = price::total_discrepancy(sent, total);
    let payment_discrepancy = price::payment_discrepancy(total, payments).ok()?;
    Some((total, total_discrepancy, payment_discrepancy))
}

/// The deals under their new keys, and the keys they were sent with.
fn deals(
    given: Input<Entries<RawDeal>>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> (Deals, Vec<String>) {
    let sent = given.optional(path, problems).unwrap_or_default().0;
    if sent.len() > MAX_OTHER_ENTRIES {
        problems.add(path, too_many(MAX_OTHER_ENTRIES));
        return Default::default();
    }
    let mut deals = Deals::default();
    let mut keys = Vec::with_capacity(sent.len());
    for (key, deal) in sent {
        let path = path.key(&key);
        let deal = deal.required(&path, problems).and_then(|deal| {
            let name = deal.name.required(&path.key("name"), problems);
            let reference = deal.reference.text().optional(&path.key("ref"), problems);
            Some(OrderDeal {
                name: name?,
                reference,
            })
        });
        deals
            .0
            .extend(deal.map(|deal| (keys.len().to_string(), deal)));
        keys.push(key);
    }
    (deals, keys)
}

impl RawLoyaltyOperation {
    fn check(self, path: &Path<'_>, problems: &mut Problems) -> Option<OrderLoyaltyOperation> {
        let reference = card_ref(self.reference).optional(&path.key("ref"), problems);
        let name =
            at_most_chars(self.name, MAX_SEARCHED_CHARS).optional(&path.key("name"), problems);
        let delta = self.delta.required(&path.key("delta"), problems);
        let reason = self.reason.optional(&path.key("reason"), problems);
        Some(OrderLoyaltyOperation {
            reference,
            name,
            delta: delta?,
            reason,
        })
    }
}

/// The three ways to name a customer, which exclude each other.
struct RawCustomer {
    id: Input<CustomerId>,
    list: Input<CustomerListId>,
    private_ref: Input<Identifier>,
    details: Input<RawCustomerDetails>,
}

impl RawCustomer {
    fn check(self, problems: &mut Problems) -> Option<CustomerForm> {
        let root = Path::ROOT;
        let private_ref = reference(self.private_ref);
        let by_ref = self.list.is_something() || private_ref.is_something();
        let forms = [self.id.is_something(), by_ref, self.details.is_something()];
        if forms.iter().filter(|&&used| used).count() > 1 {
            let last = if self.details.is_something() {
                "customer"
            } else {
                "customer_list_id"
            };
            problems.add(
                &root.key(last),
                "only one of customer_id, customer_list_id with customer_private_ref, and customer \
                 can be given",
            );
        }
        if self.id.is_something() {
            return self
                .id
                .optional(&root.key("customer_id"), problems)
                .map(CustomerForm::Id);
        }
        if by_ref {
            let list = self.list.required(&root.key("customer_list_id"), problems);
            let private_ref = private_ref.required(&root.key("customer_private_ref"), problems);
            return Some(CustomerForm::PrivateRef {
                list: list?,
                private_ref: private_ref?,
            });
        }
        let path = root.key("customer");
        let complaints = problems.errors().len();
        let details = self
            .details
            .optional(&path, problems)
            .map(|raw| raw.check(&path, problems));
        if details.is_none() && problems.errors().len() > complaints {
            return None;
        }
        Some(CustomerForm::Guest(Box::new(details.unwrap_or_default())))
    }
}
