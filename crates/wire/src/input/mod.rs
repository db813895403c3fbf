//! Reading what clients send, leniently and completely.
//!
//! A body is read in one pass by serde, and a value of the wrong type does not end it: a
//! [`Input<T>`] takes any JSON value and keeps either what `T` makes of it or the complaint. Only
//! text that is not JSON at all is an error. The checks that follow turn `Input` fields into plain
//! ones and put every complaint, with its path, into [`Problems`].
//!
//! ```
//! use wire::input::{self, Input};
//! use wire::problem::{Path, Problems};
//!
//! wire::input_struct! {
//!     /// A card as sent.
//!     pub struct RawCard {
//!         name: String = "name",
//!         points: wire::decimal::Decimal = "points",
//!     }
//! }
//!
//! let body = input::read::<RawCard>(br#"{"name": 7, "points": 2.5}"#).unwrap();
//! let mut problems = Problems::new();
//! let card = body.required(&Path::ROOT, &mut problems).unwrap();
//! let name = card.name.required(&Path::ROOT.key("name"), &mut problems);
//! assert_eq!(name, None);
//! assert_eq!(problems.errors()[0].message, "must be a string");
//! ```

mod budget;
mod identifier;
mod numbers;
mod surrogates;
mod texts;
mod values;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use self::budget::{Budget, spend};
use crate::patch::Patch;
use crate::problem::{BLANK, Path, Problems, TOO_MANY_THINGS, too_many};
use crate::schema::{Schema, SchemaGenerator};
pub use identifier::Identifier;
pub(crate) use surrogates::without_halves;
pub(crate) use texts::{at_most_chars, non_blank, reference};
pub(crate) use values::empty_map;
pub use values::{
    Anything, Entries, MAX_ARRAY_ENTRIES, MAX_MAP_FIELDS, MAX_NESTING_LEVELS, MAX_STRING_CHARS,
    MAX_UNKNOWN_KEYS,
};

/// A value that somebody sent, or did not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Input<T> {
    /// The key is not there.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// A value that can be read.
    Good(T),
    /// A value that cannot be read, and why. Smaller than a `String`, so that every field is.
    Bad(Box<str>),
}

/// What a type makes of each kind of JSON value. Every method refuses with [`EXPECTED`] unless the
/// type says otherwise; a refusal is the message for the client.
///
/// [`EXPECTED`]: FromJson::EXPECTED
pub trait FromJson: Sized {
    /// What the schema is called; without a name it stands where it is used.
    const NAME: Option<&'static str> = None;

    /// The complaint about a value of the wrong kind, such as `must be a string`.
    const EXPECTED: &'static str;

    /// The JSON Schema of what is taken, `null` aside; `{}` says nothing.
    fn request_schema(generator: &mut SchemaGenerator) -> Schema {
        let _ = generator;
        Schema::default()
    }

    /// From a string.
    fn from_text(text: &str) -> Result<Self, String> {
        let _ = text;
        Err(Self::EXPECTED.to_owned())
    }

    /// From `true` or `false`.
    fn from_bool(value: bool) -> Result<Self, String> {
        let _ = value;
        Err(Self::EXPECTED.to_owned())
    }

    /// Whether a text of nothing, or of white space, is a value. Where it is not, it is how some
    /// senders say that they have none, and counts as not sent.
    const MAY_BE_BLANK: bool = false;

    /// Whether an empty array is read as an object with nothing in it.
    const MAY_BE_EMPTY_ARRAY: bool = false;

    /// From a number without point or exponent. Those beyond 64 bits arrive as floats.
    fn from_integer(number: i64) -> Result<Self, String> {
        let _ = number;
        Err(Self::EXPECTED.to_owned())
    }

    /// From such a number above those of [`from_integer`](Self::from_integer).
    fn from_large_integer(number: u64) -> Result<Self, String> {
        #[expect(clippy::cast_precision_loss, reason = "beyond every bound we have")]
        Self::from_float(number as f64)
    }

    /// From any other number.
    fn from_float(number: f64) -> Result<Self, String> {
        let _ = number;
        Err(Self::EXPECTED.to_owned())
    }

    /// From an array. The outer error is for text that is not JSON.
    fn from_array<'de, A: SeqAccess<'de>>(mut array: A) -> Result<Result<Self, String>, A::Error> {
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Err(Self::EXPECTED.to_owned()))
    }

    /// From an array, for types where an empty array counts as absent. The outer error is for text
    /// that is not JSON.
    fn input_array<'de, A: SeqAccess<'de>>(array: A) -> Result<Input<Self>, A::Error> {
        Self::from_array(array).map(outcome)
    }

    /// From an object. The outer error is for text that is not JSON.
    fn from_object<'de, A: MapAccess<'de>>(
        mut object: A,
    ) -> Result<Result<Self, String>, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Err(Self::EXPECTED.to_owned()))
    }
}

/// An object that was sent as an array, as PHP writes an empty one: with nothing in it, or, where
/// that is how none is said, as if it had not been sent.
#[doc(hidden)]
pub fn empty_object<'de, T: FromJson + Default, A: SeqAccess<'de>>(
    array: A,
    is_none: bool,
) -> Result<Input<T>, A::Error> {
    let empty = empty_map::<T, A>(array)?;
    Ok(if is_none && empty.is_ok() {
        Input::Absent
    } else {
        outcome(empty)
    })
}

/// A byte order mark, which some senders put in front of what they write.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What was sent, without the byte order mark that may be in front of it.
pub fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)
}

/// Reads a body. Nothing but white space is [`Input::Absent`]; text that is not JSON is an error,
/// but an escape that is half a character, such as a lone `\ud83d`, is read as U+FFFD, and a number
/// beyond every float is wrong only where it stands. What would take far more memory than a body of its
/// size should is not read to its end.
pub fn read<T: FromJson>(body: &[u8]) -> Result<Input<T>, serde_json::Error> {
    let body = without_mark(body);
    if body.trim_ascii().is_empty() {
        return Ok(Input::Absent);
    }
    let error = match within_budget(body) {
        Err(error) => error,
        read => return read,
    };
    let whole = surrogates::without_halves(body);
    let finite = numbers::without_infinities(whole.as_deref().unwrap_or(body));
    match finite.or(whole) {
        Some(mended) => within_budget(&mended),
        None => Err(error),
    }
}

fn within_budget<T: FromJson>(body: &[u8]) -> Result<Input<T>, serde_json::Error> {
    let budget = Budget::of(body.len());
    match serde_json::from_slice(body) {
        Err(_) if budget.is_spent() => Ok(Input::Bad(TOO_MANY_THINGS.into())),
        read => read,
    }
}

impl<T> Input<T> {
    /// Neither absent nor `null`, whether it can be read or not.
    pub fn is_something(&self) -> bool {
        matches!(self, Self::Good(_) | Self::Bad(_))
    }

    /// The key is not there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value of a mandatory field; complains if there is none.
    pub fn required(self, path: &Path<'_>, problems: &mut Problems) -> Option<T> {
        if !self.is_something() {
            problems.add(path, BLANK);
        }
        self.optional(path, problems)
    }

    /// The value of a field that may be left out or `null`.
    pub fn optional(self, path: &Path<'_>, problems: &mut Problems) -> Option<T> {
        match self {
            Self::Good(value) => Some(value),
            Self::Bad(message) => {
                problems.add(path, message);
                None
            }
            Self::Absent | Self::Null => None,
        }
    }

    /// What a PATCH says about the field. A value that cannot be read is complained about and
    /// counts as absent.
    pub fn patch(self, path: &Path<'_>, problems: &mut Problems) -> Patch<T> {
        match self {
            Self::Good(value) => Patch::Value(value),
            Self::Null => Patch::Null,
            Self::Absent => Patch::Absent,
            Self::Bad(_) => {
                self.optional(path, problems);
                Patch::Absent
            }
        }
    }

    /// Makes something else of the value where there is one; the refusal is a complaint.
    pub fn and_then<U>(self, change: impl FnOnce(T) -> Result<U, String>) -> Input<U> {
        match self {
            Self::Good(value) => outcome(change(value)),
            Self::Bad(message) => Input::Bad(message),
            Self::Null => Input::Null,
            Self::Absent => Input::Absent,
        }
    }
}

impl<T> Input<Vec<Input<T>>> {
    /// Checks each entry of a list and keeps those that pass. A list that is absent or `null` is
    /// empty; one with more than `most` entries is complained about and not looked at; an entry
    /// that is `null` is blank.
    pub fn each<U>(
        self,
        path: &Path<'_>,
        most: usize,
        problems: &mut Problems,
        mut check: impl FnMut(T, &Path<'_>, &mut Problems) -> Option<U>,
    ) -> Vec<U> {
        let entries = self.optional(path, problems).unwrap_or_default();
        if entries.len() > most {
            problems.add(path, too_many(most));
            return Vec::new();
        }
        let mut checked = Vec::with_capacity(entries.len());
        for (index, entry) in entries.into_iter().enumerate() {
            let path = path.index(index);
            if let Some(entry) = entry.required(&path, problems) {
                checked.extend(check(entry, &path, problems));
            }
        }
        checked
    }
}

impl<T> Input<Vec<Input<T>>> {
    /// Changes or refuses each entry of a list. A list that is absent, `null` or cannot be read is
    /// none; an entry that is `null` is blank.
    pub fn list<U>(
        self,
        path: &Path<'_>,
        problems: &mut Problems,
        mut change: impl FnMut(T) -> Result<U, String>,
    ) -> Option<Vec<U>> {
        let entries = self.optional(path, problems)?;
        let mut changed = Vec::with_capacity(entries.len());
        for (index, entry) in entries.into_iter().enumerate() {
            let entry = entry.and_then(&mut change);
            changed.extend(entry.required(&path.index(index), problems));
        }
        Some(changed)
    }
}

impl<'de, T: FromJson> Deserialize<'de> for Input<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GivenVisitor(PhantomData))
    }
}

struct GivenVisitor<T>(PhantomData<T>);

#[doc(hidden)]
pub fn outcome<T>(result: Result<T, String>) -> Input<T> {
    match result {
        Ok(value) => Input::Good(value),
        Err(refusal) => Input::Bad(refusal.into()),
    }
}

/// The outcome, whose complaint takes memory, too.
fn count_memory<T, E: Error>(result: Result<T, String>) -> Result<Input<T>, E> {
    if let Err(message) = &result {
        spend(message.len())?;
    }
    Ok(outcome(result))
}

impl<'de, T: FromJson> Visitor<'de> for GivenVisitor<T> {
    type Value = Input<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Input<T>, E> {
        Ok(Input::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Input<T>, E> {
        Ok(Input::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Input<T>, E> {
        count_memory(T::from_bool(value))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Input<T>, E> {
        count_memory(T::from_integer(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Input<T>, E> {
        count_memory(match i64::try_from(number) {
            Ok(number) => T::from_integer(number),
            Err(_) => T::from_large_integer(number),
        })
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Input<T>, E> {
        count_memory(T::from_float(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Input<T>, E> {
        if !T::MAY_BE_BLANK && text.trim().is_empty() {
            return Ok(Input::Absent);
        }
        count_memory(T::from_text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<Input<T>, A::Error> {
        let given = T::input_array(array)?;
        if let Input::Bad(message) = &given {
            spend(message.len())?;
        }
        Ok(given)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Input<T>, A::Error> {
        count_memory(T::from_object(object)?)
    }
}

/// Defines a struct as it is sent: every field is an [`Input`], named after its key in the JSON. Keys
/// that are not among them are kept in `unknown`, for resources that refuse them.
///
/// What the checks that follow ask for is told to the schema behind the struct, as far as it applies
/// and in this order: `like Order;` takes over the descriptions of keys, `needs "status";` names what
/// cannot be left out, `refuses unknown;` that there are no other keys, and `shape f;` changes the
/// finished schema by `fn(&mut SchemaGenerator, Schema) -> Schema`. Behind them, `no empty_array;`
/// refuses the `[]` that is read as an object with nothing in it otherwise.
#[macro_export]
macro_rules! input_struct {
    ($(#[doc = $doc:literal])* $vis:vis struct $name:ident {
        $($(#[doc = $field_doc:literal])* $field:ident: $kind:ty = $key:literal,)+
    }
    $(like $model:ty;)?
    $(needs $($need:literal),+;)?
    $(refuses $unknown:ident;)?
    $(shape $shape:path;)?
    $(no $empty:ident;)?
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        $vis struct $name {
            $($(#[doc = $field_doc])*
            #[doc = concat!("`", $key, "`")]
            pub $field: $crate::input::Input<$kind>,)+
            /// The first of the keys that are none of the above. One that is `null` says nothing, and
            /// is here only where other keys are refused.
            pub unknown: Vec<String>,
        }

        impl $name {
            /// The known keys that were sent with a value, good or bad. `null` is none.
            #[must_use]
            pub fn filled(&self) -> Vec<&'static str> {
                let mut keys = Vec::new();
                $(if self.$field.is_something() {
                    keys.push($key);
                })+
                keys
            }
        }

        impl $crate::input::FromJson for $name {
            const NAME: Option<&'static str> = Some(stringify!($name));
            const EXPECTED: &'static str = "must be an object";
            const MAY_BE_EMPTY_ARRAY: bool = {
                let no: &[&str] = &[$(stringify!($empty))?];
                no.is_empty()
            };

            fn request_schema(
                generator: &mut $crate::schema::SchemaGenerator,
            ) -> $crate::schema::Schema {
                let mut shape = $crate::schema::Shape::default();
                let needs: &[&str] = &[$($($need),+)?];
                $(shape.key::<$kind>(
                    generator,
                    $key,
                    needs.contains(&$key),
                    &[$($field_doc),*],
                );)+
                $(shape.like::<$model>(generator);)?
                $(
                    let _ = stringify!($unknown);
                    shape.close();
                )?
                let whole = shape.finish(&[$($doc),*]);
                $(let whole = $shape(generator, whole);)?
                $crate::schema::with_blanks(generator, whole, needs, &[
                    $(($key, $crate::schema::Blanks::of::<$kind>()),)+
                ])
            }

            fn input_array<'de, A: $crate::input::SeqAccessOf<'de>>(
                array: A,
            ) -> Result<$crate::input::Input<Self>, A::Error> {
                if !Self::MAY_BE_EMPTY_ARRAY {
                    return Ok($crate::input::outcome(Self::from_array(array)?));
                }
                let needs: &[&str] = &[$($($need),+)?];
                $crate::input::empty_object(array, !needs.is_empty())
            }

            fn from_object<'de, A: $crate::input::MapAccessOf<'de>>(
                mut object: A,
            ) -> Result<Result<Self, String>, A::Error> {
                let refused: &[&str] = &[$(stringify!($unknown))?];
                let mut given = Self::default();
                while let Some(key) = object.next_key::<$crate::input::Key<'de>>()? {
                    match key.as_str() {
                        $($key => given.$field = object.next_value()?,)+
                        _ => {
                            let value = object.next_value::<Option<$crate::input::Ignored>>()?;
                            if value.is_some() || !refused.is_empty() {
                                $crate::input::keep_unknown(&mut given.unknown, key)?;
                            }
                        }
                    }
                }
                Ok(Ok(given))
            }
        }
    };
}

/// [`input_struct!`](crate::input_struct) where every key is the field's name. The literal has to be
/// a pattern, so each name is compared in turn.
macro_rules! input_named {
    ($(#[doc = $doc:literal])* pub struct $name:ident { $($field:ident: $kind:ty,)+ }
    like $model:ty;) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct $name {
            $(#[doc = concat!("`", stringify!($field), "`")]
            pub $field: $crate::input::Input<$kind>,)+
        }

        impl $crate::input::FromJson for $name {
            const NAME: Option<&'static str> = Some(stringify!($name));
            const EXPECTED: &'static str = "must be an object";
            const MAY_BE_EMPTY_ARRAY: bool = true;

            fn request_schema(
                generator: &mut $crate::schema::SchemaGenerator,
            ) -> $crate::schema::Schema {
                let mut shape = $crate::schema::Shape::default();
                $(shape.key::<$kind>(generator, stringify!($field), false, &[]);)+
                shape.like::<$model>(generator);
                let whole = shape.finish(&[$($doc),*]);
                $crate::schema::with_blanks(generator, whole, &[], &[
                    $((stringify!($field), $crate::schema::Blanks::of::<$kind>()),)+
                ])
            }

            fn input_array<'de, A: $crate::input::SeqAccessOf<'de>>(
                array: A,
            ) -> Result<$crate::input::Input<Self>, A::Error> {
                $crate::input::empty_object(array, true)
            }

            fn from_object<'de, A: $crate::input::MapAccessOf<'de>>(
                mut object: A,
            ) -> Result<Result<Self, String>, A::Error> {
                let mut given = Self::default();
                while let Some(key) = object.next_key::<$crate::input::Key<'de>>()? {
                    $(if key.as_str() == stringify!($field) {
                        given.$field = object.next_value()?;
                    } else)+ {
                        object.next_value::<$crate::input::Ignored>()?;
                    }
                }
                Ok(Ok(given))
            }
        }
    };
}
pub(crate) use input_named;

#[doc(hidden)]
pub use serde::de::IgnoredAny as Ignored;
#[doc(hidden)]
pub use serde::de::MapAccess as MapAccessOf;
#[doc(hidden)]
pub use serde::de::SeqAccess as SeqAccessOf;

/// A key of an object, while it is read.
#[doc(hidden)]
pub struct Key<'a>(crate::text::Text<'a>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::Text::deserialize(deserializer).map(Self)
    }
}

impl Key<'_> {
    #[doc(hidden)]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

#[doc(hidden)]
pub fn keep_unknown<E: Error>(unknown: &mut Vec<String>, key: Key<'_>) -> Result<(), E> {
    if unknown.len() < MAX_UNKNOWN_KEYS {
        let key = crate::text::quotable(key.as_str());
        spend(2 * size_of::<String>() + key.len())?;
        unknown.push(key);
    }
    Ok(())
}
