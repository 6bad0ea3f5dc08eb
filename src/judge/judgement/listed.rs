//! Owns how a kind of finding is written down once, as a type and as the list of all its values, so
//! that neither can lack one. Must not know any kind.

/// An enum, and `ALL` of its values in their order.
macro_rules! listed {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$doc:meta])* $value:ident,)+ }) => {
        $(#[$about])*
        pub enum $name { $($(#[$doc])* $value,)+ }

        impl $name {
            /// Every one, in the order of a report.
            pub const ALL: [$name; [$($name::$value),+].len()] = [$($name::$value),+];
        }
    };
}
