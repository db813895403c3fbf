//! Closed lists of words, such as the statuses of an order.

/// Defines an enum whose variants are words of the API: `ALL`, `WORDS`, `as_str`, `parse`, `Display`,
/// serde and [`FromJson`](crate::input::FromJson), with "is not included in the list" for any other word.
/// A word after `|` is an alias on input.
macro_rules! words {
    ($(#[doc = $doc:literal])* $name:ident {
        $($(#[doc = $variant_doc:literal])* $variant:ident = $word:literal $(| $alias:literal)*,)+
    }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $variant_doc])* $variant,)+ }

        impl $name {
            /// All of them, in canonical order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The words for all of them, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }

            /// The one of that name.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word $(| $alias)* => Some($name::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <crate::text::Text<'de> as serde::Deserialize<'de>>::deserialize(deserializer)?;
                Self::parse(word.as_str())
                    .ok_or_else(|| serde::de::Error::custom("is not included in the list"))
            }
        }

        impl crate::schema::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(
                _: &mut crate::schema::SchemaGenerator,
            ) -> crate::schema::Schema {
                crate::schema::words(&[$($doc),*], &[$(($word, &[$($variant_doc),*])),+])
            }
        }

        impl crate::input::FromJson for $name {
            const EXPECTED: &'static str = "is not included in the list";

            fn request_schema(
                generator: &mut crate::schema::SchemaGenerator,
            ) -> crate::schema::Schema {
                let own = generator.subschema_for::<Self>();
                crate::schema::with_aliases(own, &[$($($alias,)*)+])
            }

            fn from_text(text: &str) -> Result<Self, String> {
                Self::parse(text).ok_or_else(|| Self::EXPECTED.to_owned())
            }
        }
    };
}

pub(crate) use words;
