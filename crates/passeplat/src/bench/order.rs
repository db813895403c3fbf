//! The order that is sent over and over: about 1.5 KB of JSON as a web shop would send it, and
//! what is needed to tell one from the other afterwards.

/// Every ref has this length, so that a request can be reused by writing over it.
pub const REF_LENGTH: usize = 24;

/// Which connection sent an order, and its number there.
pub type OrderKey = (usize, u32);

/// The ref of an order: which run, which connection, which one.
///
/// `run` has eight characters; a connection is below 10,000, a number below 10^9.
pub fn reference(run: &str, connection: usize, number: u32) -> String {
    format!("{run}-{connection:05}-{number:09}")
}

/// The connection and the number in a ref of this run; none for any other.
pub fn of_run(run: &str, reference: &str) -> Option<OrderKey> {
    let rest = reference.strip_prefix(run)?.strip_prefix('-')?;
    let (connection, number) = rest.split_once('-')?;
    Some((connection.parse().ok()?, number.parse().ok()?))
}

/// A name for a run that no other run has: eight characters.
pub fn run_name() -> String {
    use std::hash::{BuildHasher, Hasher};
    let chance = std::hash::RandomState::new().build_hasher().finish();
    format!("b{:07x}", chance & 0xfff_ffff)
}

/// The order's JSON.
pub fn json(reference: &str) -> String {
    debug_assert_eq!(reference.len(), REF_LENGTH);
    TEMPLATE.replacen("$REF", reference, 1)
}

const TEMPLATE: &str = r#"{"ref":"$REF","status":"new","channel":"Commandes en ligne","service_type":"delivery","service_type_ref":"WEB-LIV","expected_time":"2026-03-07T20:30:00+01:00","asap":false,"customer_notes":"Sonner deux fois, troisième étage à gauche","coupon_codes":["BIENVENUE"],"items":[{"product_name":"Quatre saisons","sku_name":"33 cm","sku_ref":"QS-33","price":"12.50 EUR","quantity":"1","tax_rate":"10.0","options":[{"option_list_name":"Suppléments","name":"Burrata","ref":"SUP-BUR","price":"3.00 EUR","quantity":1},{"option_list_name":"Sans","name":"Olives","ref":"ING-OLI","removed":true}]},{"product_name":"Salade de chèvre chaud","sku_ref":"SAL-CHE","price":"9.80 EUR","quantity":"1","tax_rate":"10.0","customer_notes":"Vinaigrette à part"},{"product_name":"Tiramisu","sku_ref":"TIRA","price":"5.00 EUR","quantity":"2","tax_rate":"10.0"}],"discounts":[{"name":"Bienvenue","ref":"BIENVENUE","price_off":"2.00 EUR"}],"charges":[{"type":"delivery","name":"Livraison","ref":"LIV","price":"2.90 EUR","tax_rate":"20.0"}],"payments":[{"type":"online","name":"Carte en ligne","ref":"CB","amount":"36.20 EUR","info":{"transaction":"tx-7781"}}],"customer":{"first_name":"Camille","last_name":"Durand","email":"camille.durand@example.com","phone":"+33 6 12 34 56 78","address_1":"12 rue des Tanneurs","postal_code":"69001","city":"Lyon","country":"FR","delivery_notes":"Code 1234A"},"custom_fields":{"restaurant":{"table_name":"T4"}}}"#;
