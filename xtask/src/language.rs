//! The languages, and what `--lang` accepts.

use clap::ValueEnum;

/// A language that the SDK can be called from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Python,
    Node,
    Csharp,
    Lua,
}

impl Language {
    pub(crate) const ALL: [Self; 5] = [Self::Rust, Self::Python, Self::Node, Self::Csharp, Self::Lua];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::Node => "node",
            Self::Csharp => "csharp",
            Self::Lua => "lua",
        }
    }
}

/// One language, or all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    Rust,
    Python,
    Node,
    Csharp,
    Lua,
    All,
}

impl Choice {
    pub(crate) fn languages(self) -> Vec<Language> {
        match self {
            Self::Rust => vec![Language::Rust],
            Self::Python => vec![Language::Python],
            Self::Node => vec![Language::Node],
            Self::Csharp => vec![Language::Csharp],
            Self::Lua => vec![Language::Lua],
            Self::All => Language::ALL.to_vec(),
        }
    }
}
