//! The languages, and what `--lang` accepts.

use clap::ValueEnum;

/// A language that the SDK can be called from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Python,
    Node,
    Csharp,
}

impl Language {
    pub(crate) const ALL: [Self; 4] = [Self::Rust, Self::Python, Self::Node, Self::Csharp];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::Node => "node",
            Self::Csharp => "csharp",
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
    All,
}

impl Choice {
    pub(crate) fn languages(self) -> Vec<Language> {
        match self {
            Self::Rust => vec![Language::Rust],
            Self::Python => vec![Language::Python],
            Self::Node => vec![Language::Node],
            Self::Csharp => vec![Language::Csharp],
            Self::All => Language::ALL.to_vec(),
        }
    }
}
