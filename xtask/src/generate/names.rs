//! Names that a language reserves, and what is used instead: the one place for both.
//!
//! A method keeps its documented name, so one that a base type already has is refused. Arguments,
//! fields and types are only labels here and are renamed: see `localize`.

use anyhow::{Result, bail};
use heck::{ToLowerCamelCase, ToSnakeCase, ToUpperCamelCase};

/// A language that faces are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Python,
    JavaScript,
    CSharp,
    Lua,
}

/// What a name is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Method,
    Argument,
    Field,
    Type,
}

const ALL: [Language; 5] =
    [Language::Rust, Language::Python, Language::JavaScript, Language::CSharp, Language::Lua];

/// Words that can't be a name at all; here and below, lists of words are separated by spaces.
const fn keywords(language: Language) -> &'static str {
    match language {
        Language::Rust => {
            "abstract as async await become box break const continue crate do dyn else enum extern \
            false final fn for gen if impl in let loop macro match mod move mut override priv pub \
            ref return self Self static struct super trait true try type typeof unsafe unsized use \
            virtual where while yield"
        }
        Language::Python => {
            "False None True and as assert async await break class continue def del elif else except \
            finally for from global if import in is lambda nonlocal not or pass raise return try \
            while with yield"
        }
        // Also what strict code, which every class is, reserves.
        Language::JavaScript => {
            "arguments await break case catch class const continue debugger default delete do else \
            enum eval export extends false finally for function if implements import in instanceof \
            interface let new null package private protected public return static super switch this \
            throw true try typeof undefined var void while with yield"
        }
        Language::CSharp => {
            "abstract as base bool break byte case catch char checked class const continue decimal \
            default delegate do double else enum event explicit extern false finally fixed float for \
            foreach goto if implicit in int interface internal is lock long namespace new null \
            object operator out override params private protected public readonly ref return sbyte \
            sealed short sizeof stackalloc static string struct switch this throw true try typeof \
            uint ulong unchecked unsafe ushort using virtual void volatile while"
        }
        Language::Lua => {
            "and break do else elseif end false for function goto if in local nil not or repeat return \
            then true until while"
        }
    }
}

/// Members of base types, and of the class that the generated methods stand in.
const fn members(language: Language) -> &'static str {
    match language {
        Language::Rust => "new send with",
        Language::Python => "mro",
        Language::JavaScript => {
            "constructor hasOwnProperty isPrototypeOf propertyIsEnumerable prototype then toJSON \
            toLocaleString toString valueOf"
        }
        Language::CSharp => {
            "Call Cms Equals Finalize GetHashCode GetType MemberwiseClone ReferenceEquals ToString"
        }
        Language::Lua => "",
    }
}

/// Names that a generated method uses itself beside its arguments.
const fn beside_arguments(language: Language) -> &'static str {
    match language {
        Language::Rust => "operations types",
        Language::Python => "self timeout deadline retries maxWait rateLimit",
        Language::JavaScript => "options signal",
        Language::CSharp => "options cancellationToken task",
        Language::Lua => "call options self",
    }
}

/// Members that a generated object has beside its fields.
const fn beside_fields(language: Language) -> &'static str {
    match language {
        Language::Rust => "extra",
        Language::Python | Language::JavaScript | Language::Lua => "",
        Language::CSharp => "Clone Deconstruct EqualityContract Extra PrintMembers",
    }
}

/// Types that generated code refers to by their short name.
const fn beside_types(language: Language) -> &'static str {
    match language {
        Language::Rust => "Box Option Some None String Vec",
        Language::Python => {
            "Any Dict List Literal Mapping NotRequired Optional Required Sequence TypedDict Union"
        }
        Language::JavaScript => {
            "AbortSignal Array Cms Instance Map MapResult MethodName NoCallOptions Object Omit Partial Progress \
            Promise Readonly ReadonlyArray Record Response String Walk Walks"
        }
        Language::CSharp => {
            "Cms Dictionary IDictionary IReadOnlyDictionary IReadOnlyList JsonElement List Object \
            Response Sonoran SonoranClient SonoranResponse String Task Type"
        }
        Language::Lua => {
            "CallOptions Client Cms Connection Event EventReader EventRefusal Failure Null Options RateLimitState Response Transport Walk Walks"
        }
    }
}

/// Types of the language's own that stand in most programs, where a second one of the name would have to be spelt out.
const fn of_the_framework(language: Language) -> &'static str {
    match language {
        Language::CSharp => "Activity",
        _ => "",
    }
}

fn has(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|each| each == word)
}

/// Whether a name must be changed before it can stand in code.
fn is_reserved(language: Language, used: Use, name: &str) -> bool {
    let beside = match used {
        Use::Method => "",
        Use::Argument => beside_arguments(language),
        Use::Field => beside_fields(language),
        Use::Type => beside_types(language),
    };
    let of_base = used == Use::Field && language == Language::CSharp && has(members(language), name);
    // A method or property of JavaScript may have any name at all, and so may a field of Lua.
    let any_word = match language {
        Language::JavaScript => matches!(used, Use::Method | Use::Field),
        Language::Lua => used == Use::Field,
        _ => false,
    };
    (!any_word && has(keywords(language), name)) || of_base || has(beside, name)
}

/// The identifier for a name, before collisions are looked at.
pub(crate) fn identifier(language: Language, used: Use, name: &str) -> String {
    let mut cased = match (language, used) {
        (_, Use::Type) if has(of_the_framework(language), &type_name(name)) => {
            format!("{}Row", type_name(name))
        }
        (_, Use::Type) => type_name(name),
        (Language::Rust, _) => name.to_snake_case(),
        _ if is_plain(name) => name.to_owned(),
        _ => name.to_lower_camel_case(),
    };
    cased.retain(|sign| sign.is_ascii_alphanumeric() || sign == '_');
    if cased.chars().all(|sign| sign == '_') {
        "value".clone_into(&mut cased);
    }
    if cased.starts_with(|sign: char| sign.is_ascii_digit()) {
        cased.insert(0, '_');
    }
    if is_reserved(language, used, &cased) {
        cased.push('_');
    }
    cased
}

/// A name as it is written for types in every language.
pub(crate) fn type_name(name: &str) -> String {
    let is_type =
        is_plain(name) && name.starts_with(|sign: char| sign.is_ascii_uppercase()) && !name.contains('_');
    if is_type { name.to_owned() } else { name.to_upper_camel_case() }
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|sign: char| sign.is_ascii_alphabetic())
        && name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_')
}

/// Refuses a method name that can't be the same in every language.
pub(crate) fn check_method(name: &str) -> Result<()> {
    if !is_plain(name) || name.contains('_') {
        bail!("x-method is `{name}`; a method name has letters and digits only and starts with a letter");
    }
    for language in ALL {
        let local = identifier(language, Use::Method, name);
        if has(members(language), name) || has(members(language), &local) {
            bail!(
                "x-method is `{name}`, which every object of {language:?} or the class of methods already has; choose another"
            );
        }
    }
    Ok(())
}
