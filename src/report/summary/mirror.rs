//! Owns how an enum of the judgement becomes one of `summary.json`. Must not know which.

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
    };
}
pub(super) use mirror;
