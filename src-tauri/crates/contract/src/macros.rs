//! The three shapes that cross: a request (refuses unknown fields), a view, a word out of a closed list.

macro_rules! requests {
    ($($(#[$meta:meta])* $name:ident { $($(#[$fmeta:meta])* $field:ident: $ty:ty),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        #[serde(deny_unknown_fields)]
        #[ts(export_to = "bindings.ts")]
        pub struct $name { $($(#[$fmeta])* pub $field: $ty),* }
    )*};
}

macro_rules! views {
    ($($(#[$meta:meta])* $name:ident { $($(#[$fmeta:meta])* $field:ident: $ty:ty),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        #[ts(export_to = "bindings.ts")]
        pub struct $name { $($(#[$fmeta])* pub $field: $ty),* }
    )*};
}

macro_rules! words {
    ($($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        #[serde(rename_all = "snake_case")]
        #[ts(export_to = "bindings.ts")]
        #[allow(missing_docs)] // a variant is the word it spells
        pub enum $name { $($(#[$vmeta])* $variant),* }
    )*};
}
