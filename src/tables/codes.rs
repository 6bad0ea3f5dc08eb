//! Owns the codes of words: an enum's value by the name that history and `summary.json` give it.
//! Must not know any enum: the names are those of serde, so that there is one list of them.

use serde::Serialize;
use serde::ser::{Impossible, SerializeStructVariant, Serializer};

/// The name of an enum's value, whatever it carries: `done`, `reserve`, `not_listed`.
///
/// # Panics
/// When the value is no enum's: which columns hold codes is settled when they are written.
pub(super) fn code(value: &impl Serialize) -> &'static str {
    value.serialize(Name).expect("a code is an enum's value")
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
    use crate::history::fact::{Call, What};
    use crate::ids::{ChannelId, OrderId};
    use crate::{history::fact::StockCause, report::summary::gate::Kpi};

    #[test]
    fn a_code_is_the_name_that_the_history_has() {
        let order = OrderId { channel: ChannelId(0), number: 7 };
        assert_eq!(code(&Call::PlaceOrder), "place_order");
        assert_eq!(code(&StockCause::Reserve(order)), "reserve");
        assert_eq!(code(&What::Paid { order }), "paid");
        assert_eq!(code(&What::Quiet {}), "quiet");
        assert_eq!(code(&Kpi::SyncLag), "sync lag");
    }
}
