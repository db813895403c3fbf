//! What the till sells, for looking up the refs of an order.

use std::collections::BTreeMap;

use crate::zelty_api::{
    Coupon, Dish, DishOption, OptionValue, OrderMode, SetMenu, TransactionMethod,
};

/// Dishes, menus, values of options, ways to pay and promotions by Zelty's ids.
#[derive(Clone, Debug, Default)]
pub struct TillMenu {
    dishes: BTreeMap<i64, Dish>,
    menus: BTreeMap<i64, SetMenu>,
    /// Each value with the id of its option.
    values: BTreeMap<i64, (i64, OptionValue)>,
    methods: BTreeMap<i64, TransactionMethod>,
    coupons: BTreeMap<i64, Coupon>,
}

impl TillMenu {
    /// A till that sells this. Promotions are looked up one by one, and added with
    /// [`add_coupon`](TillMenu::add_coupon).
    pub fn new(
        dishes: Vec<Dish>,
        menus: Vec<SetMenu>,
        options: Vec<DishOption>,
        methods: Vec<TransactionMethod>,
    ) -> TillMenu {
        let values = options.into_iter().flat_map(|option| {
            let id = option.id;
            option
                .values
                .into_iter()
                .map(move |value| (value.id, (id, value)))
        });
        TillMenu {
            values: values.collect(),
            dishes: dishes.into_iter().map(|dish| (dish.id, dish)).collect(),
            menus: menus.into_iter().map(|menu| (menu.id, menu)).collect(),
            methods: methods.into_iter().map(|it| (it.id, it)).collect(),
            coupons: BTreeMap::new(),
        }
    }

    /// Adds a promotion that the till has.
    pub fn add_coupon(&mut self, coupon: Coupon) {
        self.coupons.insert(coupon.id, coupon);
    }

    pub(super) fn dish(&self, id: i64) -> Option<&Dish> {
        self.dishes.get(&id)
    }

    pub(super) fn menu(&self, id: i64) -> Option<&SetMenu> {
        self.menus.get(&id)
    }

    /// The option of a value, and the value.
    pub(super) fn value(&self, id: i64) -> Option<(i64, &OptionValue)> {
        let (option, value) = self.values.get(&id)?;
        Some((*option, value))
    }

    /// A way to pay that is not switched off.
    pub(super) fn method(&self, id: i64) -> Option<&TransactionMethod> {
        self.methods.get(&id).filter(|method| !method.disable)
    }

    pub(super) fn coupon(&self, id: i64) -> Option<&Coupon> {
        self.coupons.get(&id)
    }
}

/// What a dish costs in that mode.
pub(super) fn dish_price(dish: &Dish, mode: OrderMode) -> i64 {
    let of_mode = match mode {
        OrderMode::EatIn => None,
        OrderMode::Takeaway => dish.price_togo,
        OrderMode::Delivery => dish.price_delivery,
    };
    of_mode.or(dish.price).unwrap_or_default()
}

/// What a menu costs in that mode, without supplements.
pub(super) fn menu_price(menu: &SetMenu, mode: OrderMode) -> i64 {
    let of_mode = match mode {
        OrderMode::EatIn => None,
        OrderMode::Takeaway => menu.price_togo,
        OrderMode::Delivery => menu.price_delivery,
    };
    of_mode.or(menu.price).unwrap_or_default()
}
