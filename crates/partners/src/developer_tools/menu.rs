//! What can be ordered on the form.

use client::order::{Currency, Money, NewItem, NewOption};
use wire::decimal::Decimal;

/// Something to order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MenuItem {
    /// The name of its field in the form.
    pub key: &'static str,
    pub name: &'static str,
    pub sku_name: &'static str,
    pub sku_ref: &'static str,
    pub price_cents: i64,
    /// In tenths of a percent.
    pub tax_rate_tenths: i64,
    pub options: &'static [MenuOption],
}

/// An option of something to order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MenuOption {
    /// The end of the name of its field in the form.
    pub key: &'static str,
    pub list: &'static str,
    pub name: &'static str,
    pub option_ref: &'static str,
    pub price_cents: i64,
    /// Whether it leaves something out.
    pub is_removed: bool,
}

impl MenuItem {
    /// So many of it, without options.
    pub(crate) fn order_item(&self, quantity: i64, currency: Currency) -> NewItem {
        let price = Money::new(self.price_cents, currency);
        let mut item = NewItem::new(self.name, price, quantity).sku_ref(self.sku_ref);
        if !self.sku_name.is_empty() {
            item = item.sku_name(self.sku_name);
        }
        if let Some(tax_rate) = Decimal::from_thousandths(self.tax_rate_tenths * 100) {
            item = item.tax_rate(tax_rate);
        }
        item
    }

    /// The name of an option's field in the form.
    pub(crate) fn option_key(&self, option: &MenuOption) -> String {
        format!("{}.{}", self.key, option.key)
    }
}

impl MenuOption {
    /// The option, as part of an item.
    pub(crate) fn order_option(&self, currency: Currency) -> NewOption {
        let option = NewOption::new(self.list, self.name)
            .reference(self.option_ref)
            .price(Money::new(self.price_cents, currency));
        if self.is_removed {
            option.removed()
        } else {
            option
        }
    }
}

const fn with(
    key: &'static str,
    list: &'static str,
    name: &'static str,
    option_ref: &'static str,
    price_cents: i64,
) -> MenuOption {
    MenuOption {
        key,
        list,
        name,
        option_ref,
        price_cents,
        is_removed: false,
    }
}

const fn without(key: &'static str, name: &'static str, option_ref: &'static str) -> MenuOption {
    MenuOption {
        key,
        list: "Sans",
        name,
        option_ref,
        price_cents: 0,
        is_removed: true,
    }
}

/// What the form offers. One item has a ref that no till knows, on purpose.
pub(crate) const MENU: [MenuItem; 6] = [
    MenuItem {
        key: "margherita",
        name: "Margherita",
        sku_name: "33 cm",
        sku_ref: "MAR-33",
        price_cents: 950,
        tax_rate_tenths: 100,
        options: &[
            with("burrata", "Suppléments", "Burrata", "SUP-BUR", 300),
            without("basilic", "Basilic", "ING-BAS"),
        ],
    },
    MenuItem {
        key: "regina",
        name: "Regina",
        sku_name: "33 cm",
        sku_ref: "REG-33",
        price_cents: 1250,
        tax_rate_tenths: 100,
        options: &[
            with("oeuf", "Suppléments", "Œuf", "SUP-OEU", 150),
            without("olives", "Olives", "ING-OLI"),
        ],
    },
    MenuItem {
        key: "salade",
        name: "Salade César",
        sku_name: "",
        sku_ref: "SAL-CES",
        price_cents: 890,
        tax_rate_tenths: 100,
        options: &[with("vinaigrette", "Sauce", "Vinaigrette", "SAU-VIN", 0)],
    },
    MenuItem {
        key: "tiramisu",
        name: "Tiramisu",
        sku_name: "",
        sku_ref: "TIRA",
        price_cents: 500,
        tax_rate_tenths: 100,
        options: &[],
    },
    MenuItem {
        key: "eau",
        name: "Eau pétillante",
        sku_name: "50 cl",
        sku_ref: "EAU-50",
        price_cents: 250,
        tax_rate_tenths: 55,
        options: &[],
    },
    MenuItem {
        key: "surprise",
        name: "Article sans référence connue",
        sku_name: "",
        sku_ref: "INCONNU-999",
        price_cents: 100,
        tax_rate_tenths: 200,
        options: &[],
    },
];

/// The lines of the deal: name, sku ref, price in cents, label.
pub(crate) const DEAL_LINES: [(&str, &str, i64, &str); 2] = [
    ("Margherita", "MAR-33", 800, "Pizza"),
    ("Tiramisu", "TIRA", 350, "Dessert"),
];
