//! Owns the codes of words: an enum's value by the name that history and `summary.json` give it.
//! Must not know what an enum is for: the names are those of serde, so that there is one list of
//! them.

use serde::Serialize;
use serde::ser::{Impossible, SerializeStructVariant, Serializer};

use super::fact::What;

/// The name of an enum's value, whatever it carries: `done`, `reserve`, `not_listed`.
///
/// # Panics
/// When the value is no enum's: which columns hold codes is settled when they are written.
pub(crate) fn code(value: &impl Serialize) -> &'static str {
    value.serialize(Name).expect("a code is an enum's value")
}

impl What {
    /// The name of its kind in a history: `accepted`; `unknown` where this version knows it not.
    pub fn kind(&self) -> &'static str {
        if matches!(self, What::Unknown(_)) { "unknown" } else { code(self) }
    }

    /// Whether a kind has this name.
    ///
    /// # Errors
    /// Where none has: the names that there are.
    pub fn is_a_kind(name: &str) -> Result<(), String> {
        // serde has the one list of them, and says it to whoever asks for another.
        let named = serde_json::json!({ name: null });
        let refused = serde_json::from_value::<What>(named).map(drop).map_err(|e| e.to_string());
        match refused {
            Err(why) if why.starts_with("unknown variant") => Err(why),
            _ => Ok(()),
        }
    }
}

/// Takes the variant's name and leaves the rest.
struct Name;

type NoName = std::fmt::Error;
type Never = Impossible<&'static str, NoName>;

/// Values that have no name.
macro_rules! nameless {
    ($($method:ident($($of:ty),*) -> $out:ty;)*) => {
        $(fn $method(self, $(_: $of),*) -> Result<$out, NoName> { Err(NoName {}) })*
    };
}

impl Serializer for Name {
    type Ok = &'static str;
    type Error = NoName;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeStructVariant = Rest;

    nameless! {
        serialize_bool(bool) -> &'static str;
        serialize_i8(i8) -> &'static str;
        serialize_i16(i16) -> &'static str;
        serialize_i32(i32) -> &'static str;
        serialize_i64(i64) -> &'static str;
        serialize_u8(u8) -> &'static str;
        serialize_u16(u16) -> &'static str;
        serialize_u32(u32) -> &'static str;
        serialize_u64(u64) -> &'static str;
        serialize_f32(f32) -> &'static str;
        serialize_f64(f64) -> &'static str;
        serialize_char(char) -> &'static str;
        serialize_str(&str) -> &'static str;
        serialize_bytes(&[u8]) -> &'static str;
        serialize_none() -> &'static str;
        serialize_unit() -> &'static str;
        serialize_unit_struct(&'static str) -> &'static str;
        serialize_seq(Option<usize>) -> Never;
        serialize_tuple(usize) -> Never;
        serialize_tuple_struct(&'static str, usize) -> Never;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never;
        serialize_map(Option<usize>) -> Never;
        serialize_struct(&'static str, usize) -> Never;
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<&'static str, NoName> {
        Ok(variant)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: &T,
    ) -> Result<&'static str, NoName> {
        Ok(variant)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Rest, NoName> {
        Ok(Rest(variant))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<&'static str, NoName> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<&'static str, NoName> {
        value.serialize(self)
    }
}

/// What follows a variant's name.
struct Rest(&'static str);

impl SerializeStructVariant for Rest {
    type Ok = &'static str;
    type Error = NoName;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        _: &'static str,
        _: &T,
    ) -> Result<(), NoName> {
        Ok(())
    }

    fn end(self) -> Result<&'static str, NoName> {
        Ok(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::code;
    use crate::history::charter::Evidence;
    use crate::history::fact::{Call, StockCause, What};
    use crate::history::samples::{Drawn, one_of_each};
    use crate::ids::{ChannelId, OrderId};

    const DRAWN: Drawn = Drawn { small: 1, medium: 2, large: 3, signed: 4, flag: true };

    #[test]
    fn a_code_is_the_name_that_the_history_has() {
        let order = OrderId { channel: ChannelId(0), number: 7 };
        assert_eq!(code(&Call::PlaceOrder), "place_order");
        assert_eq!(code(&StockCause::Reserve(order)), "reserve");
        assert_eq!(code(&What::Paid { order }), "paid");
        assert_eq!(code(&What::Quiet {}), "quiet");
        assert_eq!(code(&Evidence::YourConnector), "your_connector");
    }

    #[test]
    fn every_kind_is_known_by_its_name_and_no_other() {
        for what in one_of_each(DRAWN) {
            assert_eq!(What::is_a_kind(what.kind()), Ok(()), "{what:?}");
        }
        for other in ["acepted", "", "unknown", "Unknown", "Accepted"] {
            let why = What::is_a_kind(other).unwrap_err();
            assert!(why.contains("`accepted`") && why.contains("`turned_away`"), "{why}");
        }
    }
}
