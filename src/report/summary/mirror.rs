//! Owns how what is judged becomes what `summary.json` says of it: enums variant by variant,
//! structs field by field. Must not know which.

use std::collections::BTreeMap;

use super::named::sku_name;
use super::printable_text;
use crate::history::Charter;
use crate::history::charter::GoWhen;
use crate::ids::{ChannelId, ConnectorId, SkuId};
use crate::units::{At, Money, Ppm, Qty, Span};

/// What is judged, as the contract states it; names are the charter's.
pub(in crate::report) trait Stated<To> {
    /// States it.
    fn state(&self, charter: &Charter) -> To;
}

/// Mirrors an enum of the judgement one to one: the contract must not change by accident when the
/// judge's type does, so a new variant does not compile until it is named here.
macro_rules! mirror {
    ($(#[$doc:meta])* $name:ident from $source:path {
        $($(#[$vdoc:meta])* $variant:ident,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[derive(Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl From<$source> for $name {
            fn from(source: $source) -> $name {
                use $source as Source;
                match source { $(Source::$variant => $name::$variant,)* }
            }
        }

        impl From<$name> for $source {
            fn from(stated: $name) -> $source {
                use $source as Source;
                match stated { $($name::$variant => Source::$variant,)* }
            }
        }

        impl $crate::report::summary::mirror::Stated<$name> for $source {
            fn state(&self, _: &$crate::history::Charter) -> $name {
                (*self).into()
            }
        }
    };
}

/// A struct of the contract, and how its fields are stated: each from the field of the same name of
/// what is judged, or from the one in brackets.
macro_rules! stated {
    ($(#[$doc:meta])* $name:ident from $source:ty {
        $($(#[$vdoc:meta])* $field:ident $(($($from:tt).+))?: $type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub struct $name { $($(#[$vdoc])* pub $field: $type,)* }

        impl Stated<$name> for $source {
            fn state(&self, charter: &$crate::history::Charter) -> $name {
                use $crate::report::summary::mirror::field;
                let seen = self;
                $name { $($field: field!(seen $field $($($from).+)?).state(charter),)* }
            }
        }
    };
}

/// A field, or another in its place.
macro_rules! field {
    ($of:ident $name:ident) => { $of.$name };
    ($of:ident $name:ident $($from:tt).+) => { $of.$($from).+ };
}
pub(in crate::report) use {field, mirror, stated};

impl<From: Stated<To>, To> Stated<Option<To>> for Option<From> {
    fn state(&self, charter: &Charter) -> Option<To> {
        self.as_ref().map(|seen| seen.state(charter))
    }
}

impl<From: Stated<To>, To> Stated<Vec<To>> for Vec<From> {
    fn state(&self, charter: &Charter) -> Vec<To> {
        self.iter().map(|seen| seen.state(charter)).collect()
    }
}

impl Stated<bool> for GoWhen {
    fn state(&self, _: &Charter) -> bool {
        *self == GoWhen::Healthy
    }
}

impl Stated<BTreeMap<String, u64>> for Vec<(String, u64)> {
    fn state(&self, _: &Charter) -> BTreeMap<String, u64> {
        self.iter().cloned().collect()
    }
}

macro_rules! plainly {
    ($($from:ty => $to:ty: |$seen:ident, $charter:ident| $said:expr;)*) => {
        $(impl Stated<$to> for $from {
            fn state(&self, $charter: &Charter) -> $to {
                let $seen = self;
                $said
            }
        })*
    };
}

plainly! {
    bool => bool: |seen, _charter| *seen;
    u8 => u8: |seen, _charter| *seen;
    u16 => u16: |seen, _charter| *seen;
    u32 => u32: |seen, _charter| *seen;
    u64 => u64: |seen, _charter| *seen;
    i64 => i64: |seen, _charter| *seen;
    usize => usize: |seen, _charter| *seen;
    usize => u64: |seen, _charter| *seen as u64;
    [Option<u64>; 3] => [Option<u64>; 3]: |seen, _charter| *seen;
    String => String: |seen, _charter| printable_text(seen);
    At => u64: |seen, _charter| seen.0;
    Span => u64: |seen, _charter| seen.0;
    Ppm => u32: |seen, _charter| seen.0;
    Qty => i64: |seen, _charter| seen.0;
    Money => i64: |seen, _charter| seen.0;
    ChannelId => String: |seen, charter| charter.channels[seen.index()].name.clone();
    ConnectorId => String: |seen, charter| charter.connectors[seen.index()].name.clone();
    SkuId => String: |seen, charter| sku_name(charter, *seen);
}
