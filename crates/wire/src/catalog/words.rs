//! The closed lists of words that only catalogs have.

use crate::word::words;

words! {
    /// How many options may be chosen. An older way to tell minimum and maximum.
    OptionListType {
        /// Exactly one.
        Single = "single",
        /// Any other minimum and maximum.
        Multiple = "multiple",
    }
}

words! {
    /// Something that people may not tolerate.
    Allergen {
        /// Barley.
        GlutenBarley = "gluten_barley",
        /// Khorasan wheat.
        GlutenKhorasan = "gluten_khorasan",
        /// Oats.
        GlutenOats = "gluten_oats",
        /// Rye.
        GlutenRye = "gluten_rye",
        /// Spelt.
        GlutenSpelt = "gluten_spelt",
        /// Wheat.
        GlutenWheat = "gluten_wheat",
        /// Almonds.
        NutsAlmond = "nuts_almond",
        /// Brazil nuts.
        NutsBrazil = "nuts_brazil",
        /// Cashew nuts.
        NutsCashew = "nuts_cashew",
        /// Hazelnuts.
        NutsHazelnut = "nuts_hazelnut",
        /// Macadamia or Queensland nuts.
        NutsMacadamia = "nuts_macadamia_or_queensland",
        /// Pecan nuts.
        NutsPecan = "nuts_pecan",
        /// Pistachio nuts.
        NutsPistachio = "nuts_pistachio",
        /// Walnuts.
        NutsWalnut = "nuts_walnut",
        /// Celery.
        Celery = "celery",
        /// Crustaceans.
        Crustaceans = "crustaceans",
        /// Eggs.
        Eggs = "eggs",
        /// Fish.
        Fish = "fish",
        /// Lupin.
        Lupin = "lupin",
        /// Milk.
        Milk = "milk",
        /// Molluscs.
        Molluscs = "molluscs",
        /// Mustard.
        Mustard = "mustard",
        /// Peanuts.
        Peanuts = "peanuts",
        /// Sesame seeds.
        SesameSeeds = "sesame_seeds",
        /// Soybeans.
        Soybeans = "soybeans",
        /// Sulphur dioxide and sulphites.
        Sulphites = "sulphur_dioxide_sulphites",
    }
}
