//! Reading options out of JSON, which is how every language hands them over.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::share::{fallback, share_limits};
use super::{Options, Product, RateLimit};
use crate::ArgumentError;
use crate::nearest::suggestion;
use crate::settings::{bound, duration, flag, id, integer, list, object, text, whole, wrong_type};
use crate::surrogates::refuse_halves;

/// The options there are, for messages.
const NAMES: [&str; 24] = [
    "apiKey",
    "communityId",
    "product",
    "serverId",
    "apiUrl",
    "allowPlainHttp",
    "apiHeaders",
    "timeout",
    "connectTimeout",
    "deadline",
    "retries",
    "rateLimit",
    "maxWait",
    "ceilings",
    "proxy",
    "rootCertificates",
    "idleTimeout",
    "rateWindow",
    "shareLimits",
    "shareLimitsFolder",
    "shareLimitsFallback",
    "shareLimitsMembers",
    "userAgentSuffix",
    "debug",
];

/// Names of one option: where they say different things, none is right.
const SAME: [&[&str]; 4] = [
    &["apiKey", "cmsApiKey"],
    &["communityId", "cmsCommunityId"],
    &["serverId", "defaultServerId", "cmsDefaultServerId"],
    &["apiUrl", "cmsApiUrl"],
];

const PRODUCTS: &str = "must be one of productEnums: productEnums.CAD (0), productEnums.CMS (1) or \
    productEnums.RADIO (2)";

impl Options {
    /// Reads a JSON object of options, times in milliseconds; this is how every language hands
    /// its options over. `cmsApiKey`, `cmsCommunityId`, `cmsDefaultServerId` and `cmsApiUrl` name
    /// the CMS credential where a program keeps one per product; beside the plain names they must say the
    /// same. Those of the other products are taken and kept; nothing of them is sent.
    ///
    /// ```
    /// let options = sonoran::Options::from_json(
    ///     r#"{"cmsApiKey": "YOUR_API_KEY", "cmsCommunityId": "YOUR_COMMUNITY_ID", "timeout": 10000}"#,
    /// )?;
    /// let unknown = sonoran::Options::from_json(r#"{"timeuot": 10000}"#).unwrap_err();
    /// assert_eq!(unknown.to_string(), "timeuot is not an option: did you mean timeout?");
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the text is no JSON object, an option is unknown, a value has the wrong type, or two names of
    /// one option have different values.
    pub fn from_json(text: &str) -> Result<Self, ArgumentError> {
        refuse_halves("", text)?;
        let document: Map<String, Value> = serde_json::from_str(text)
            .map_err(|_| ArgumentError::of_type("options", "must be an object of options"))?;
        refuse_contradictions(&document)?;
        let (cms, plain): (Vec<_>, Vec<_>) =
            document.into_iter().partition(|(name, _)| name.starts_with("cms"));
        let keys: Vec<String> = plain
            .iter()
            .chain(&cms)
            .filter(|(name, _)| name.ends_with("piKey"))
            .filter_map(|(_, value)| value.as_str().map(str::to_owned))
            .collect();
        let mut options = Self::default();
        for (name, value) in plain.into_iter().chain(cms).filter(|(_, value)| !value.is_null()) {
            // A key in the wrong place shall not show.
            let without_keys = |error| keys.iter().fold(error, |error: ArgumentError, key| error.hiding(key));
            options.set(&name, value).map_err(without_keys)?;
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: Value) -> Result<(), ArgumentError> {
        match name {
            "apiKey" | "cmsApiKey" => self.api_key = Some(text(name, value)?.into()),
            "communityId" | "cmsCommunityId" => self.community_id = Some(text(name, value)?),
            "product" => self.product = product(name, &value)?,
            "serverId" | "defaultServerId" | "cmsDefaultServerId" => {
                self.server_id = id(name, &value)?.unwrap_or(self.server_id);
            }
            "apiUrl" => self.api_url = Some(("apiUrl", text(name, value)?)),
            "cmsApiUrl" => self.api_url = Some(("cmsApiUrl", text(name, value)?)),
            "allowPlainHttp" => self.allow_plain_http = Some(flag(name, &value)?),
            "apiHeaders" => self.headers = headers(name, value)?,
            "timeout" => self.timeout = bound(name, &value)?,
            "connectTimeout" => self.connect_timeout = bound(name, &value)?,
            "deadline" => self.deadline = Some(bound(name, &value)?),
            "retries" => self.retries = whole(name, &value)?,
            "rateLimit" => self.rate_limit = rate_limit(name, &text(name, value)?)?,
            "maxWait" => self.max_wait = Some(duration(name, &value)?),
            "rateWindow" => self.rate_window = bound(name, &value)?,
            "shareLimits" => self.share.with = Some(share_limits(name, &text(name, value)?)?),
            "shareLimitsFolder" => self.share.folder = Some(text(name, value)?.into()),
            "shareLimitsFallback" => self.share.fallback = Some(fallback(name, &text(name, value)?)?),
            "shareLimitsMembers" => self.share.members = Some(whole(name, &value)?),
            "ceilings" => self.ceilings = ceilings(name, value)?,
            "proxy" => self.proxy = Some(text(name, value)?),
            "rootCertificates" => self.root_certificates = texts(name, value)?,
            "idleTimeout" => self.idle_timeout = duration(name, &value)?,
            "userAgentSuffix" => self.user_agent_suffix = Some(text(name, value)?),
            "debug" => self.debug = flag(name, &value)?,
            "cadApiKey" | "cadCommunityId" | "cadApiUrl" | "radioApiKey" | "radioApiUrl"
            | "radioServerUrl" => {
                self.others.insert(name.to_owned(), text(name, value)?.into());
            }
            // Radio's communities have numbers too.
            "radioCommunityId" => {
                let id =
                    if value.is_number() { integer(name, &value)?.to_string() } else { text(name, value)? };
                self.others.insert(name.to_owned(), id.into());
            }
            "cadDefaultServerId" | "radioDefaultServerId" | "radioRoomId" | "roomId" => {
                if let Some(id) = id(name, &value)? {
                    self.others.insert(name.to_owned(), id.to_string().into());
                }
            }
            _ => {
                let problem = format!("is not an option: {}", suggestion(name, &NAMES));
                return Err(ArgumentError::of_type(name, problem));
            }
        }
        Ok(())
    }
}

/// Never shows a value: it may be a key.
fn refuse_contradictions(options: &Map<String, Value>) -> Result<(), ArgumentError> {
    for names in SAME {
        let mut given = names.iter().filter_map(|name| Some((*name, said(name, options.get(*name)?)?)));
        let Some((first, value)) = given.next() else { continue };
        if let Some((second, _)) = given.find(|(_, other)| *other != value) {
            let problem = format!("is the same option as {second}, with another value: give one of them");
            return Err(ArgumentError::value(first, problem));
        }
    }
    Ok(())
}

/// What a value says, if anything; what has the wrong type is refused elsewhere.
fn said(name: &str, value: &Value) -> Option<String> {
    if name.ends_with("erverId") {
        return id(name, value).ok().flatten().map(|id| id.to_string());
    }
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn product(name: &str, value: &Value) -> Result<Product, ArgumentError> {
    let number = match value {
        Value::String(text) => {
            return Err(ArgumentError::of_type(name, format!("{PRODUCTS}, not text{}", meant(text))));
        }
        other => integer(name, other)?,
    };
    match number {
        0 => Ok(Product::Cad),
        1 => Ok(Product::Cms),
        2 => Ok(Product::Radio),
        _ => Err(ArgumentError::value(name, PRODUCTS)),
    }
}

/// The constant that a product's name stands for.
fn meant(text: &str) -> String {
    let product = text.trim().to_ascii_uppercase();
    match product.as_str() {
        "CAD" | "CMS" | "RADIO" => format!(": did you mean productEnums.{product}?"),
        _ => String::new(),
    }
}

pub(crate) fn rate_limit(name: &str, mode: &str) -> Result<RateLimit, ArgumentError> {
    match mode {
        "wait" => Ok(RateLimit::Wait),
        "error" => Ok(RateLimit::Error),
        "off" => Ok(RateLimit::Off),
        _ => Err(ArgumentError::value(name, "must be \"wait\", \"error\" or \"off\"")),
    }
}

/// Headers by name, or as a list of `[name, value]`, where a name may come twice.
fn headers(name: &str, value: Value) -> Result<Vec<(String, String)>, ArgumentError> {
    let pairs: Vec<(String, Value)> = match value {
        Value::Object(object) => object.into_iter().collect(),
        Value::Array(pairs) => {
            pairs.into_iter().map(|pair| header_pair(name, pair)).collect::<Result<_, _>>()?
        }
        other => return Err(wrong_type(name, "an object of headers", &other)),
    };
    pairs
        .into_iter()
        .map(|(key, value)| {
            let value = text(&format!("{name}.{key}"), value)?;
            Ok((key, value))
        })
        .collect()
}

fn header_pair(name: &str, pair: Value) -> Result<(String, Value), ArgumentError> {
    match serde_json::from_value::<(String, Value)>(pair) {
        Ok(pair) => Ok(pair),
        Err(_) => {
            Err(ArgumentError::of_type(name, "must be an object of headers, or a list of [name, value]"))
        }
    }
}

fn texts(name: &str, value: Value) -> Result<Vec<String>, ArgumentError> {
    list(name, value)?.into_iter().map(|value| text(name, value)).collect()
}

fn ceilings(name: &str, value: Value) -> Result<HashMap<String, u32>, ArgumentError> {
    object(name, value)?
        .into_iter()
        .map(|(key, value)| {
            let ceiling = whole(&format!("{name}.{key}"), &value)?;
            Ok((key, ceiling))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(options: &str) -> String {
        Options::from_json(options).expect_err("it is refused").to_string()
    }

    #[test]
    fn each_name_that_messages_list_is_an_option() {
        for name in NAMES {
            let error = Options::default().set(name, Value::Array(vec![Value::Null])).unwrap_err();
            assert!(!error.to_string().contains("is not an option"), "{name}");
        }
    }

    #[test]
    fn a_mistyped_option_is_told_what_it_was_meant_to_be() {
        assert_eq!(problem(r#"{"timeuot":1}"#), "timeuot is not an option: did you mean timeout?");
        assert_eq!(problem(r#"{"api_key":"x"}"#), "api_key is not an option: did you mean apiKey?");
        assert!(problem(r#"{"colour":1}"#).contains("there are apiKey, communityId, "));
    }

    #[test]
    fn the_credentials_of_all_products_are_taken_and_kept() {
        let text = r#"{"apiKey":"cms","cadApiKey":"c","cadCommunityId":"x","cadDefaultServerId":"2","cadApiUrl":"",
            "radioApiKey":"r","radioCommunityId":"x","radioDefaultServerId":3,"radioApiUrl":"u","radioServerUrl":null,"roomId":1,"radioRoomId":"2",
            "cmsApiKey":"cms","cmsCommunityId":"community","cmsDefaultServerId":"4","serverId":"","product":1}"#;
        let options = Options::from_json(text).unwrap();
        assert!(
            [Product::Cad, Product::Cms, Product::Radio].into_iter().all(|product| options.has_key(product))
        );
        assert_eq!((options.server_id, options.community_id.as_deref()), (4, Some("community")));
        assert!(!Options::from_json(r#"{"apiKey":"x"}"#).unwrap().has_key(Product::Radio));
        assert!(Options::from_json(r#"{"radioCommunityId":7}"#).is_ok());
        assert_eq!(problem(r#"{"cadApiKey":5}"#), "cadApiKey must be text, not a number");
        assert_eq!(
            problem(r#"{"radioDefaultServerId":"x"}"#),
            "radioDefaultServerId must be a whole number, not \"x\""
        );
    }

    #[test]
    fn two_names_of_one_option_say_the_same() {
        assert_eq!(
            problem(r#"{"apiKey":"SECRET-1","cmsApiKey":"SECRET-2"}"#),
            "apiKey is the same option as cmsApiKey, with another value: give one of them"
        );
        assert!(
            problem(r#"{"serverId":1,"defaultServerId":1,"cmsDefaultServerId":2}"#)
                .starts_with("serverId is the same")
        );
        assert!(
            problem(r#"{"defaultServerId":"3","cmsDefaultServerId":2}"#)
                .starts_with("defaultServerId is the same option as cms")
        );
        assert!(
            problem(r#"{"communityId":"a","cmsCommunityId":"b"}"#)
                .starts_with("communityId is the same option as cms")
        );
        assert!(
            problem(r#"{"apiUrl":"https://a","cmsApiUrl":"https://b"}"#)
                .starts_with("apiUrl is the same option as cms")
        );
        let same = r#"{"apiKey":"k","cmsApiKey":"k","serverId":"7","defaultServerId":7,"cmsDefaultServerId":"","apiUrl":null,
            "cmsApiUrl":"https://a","communityId":"","cmsCommunityId":"c"}"#;
        let options = Options::from_json(same).unwrap();
        assert_eq!((options.server_id, options.community_id.as_deref()), (7, Some("c")));
        assert_eq!(problem(r#"{"apiUrl":1,"cmsApiUrl":"u"}"#), "apiUrl must be text, not a number");
    }

    #[test]
    fn a_key_in_the_wrong_place_does_not_show() {
        let text = r#"{"apiKey":"SECRET-1","communityId":"x","serverId":"SECRET-1"}"#;
        assert_eq!(problem(text), "serverId must be a whole number, not \"[hidden]\"");
        assert!(!problem(r#"{"cmsApiKey":"SECRET-2","SECRET-2":1}"#).contains("SECRET-2"));
    }

    #[test]
    fn a_product_as_text_is_told_the_constant() {
        assert!(problem(r#"{"product":"CMS"}"#).ends_with("not text: did you mean productEnums.CMS?"));
        assert!(problem(r#"{"product":"radio"}"#).ends_with("did you mean productEnums.RADIO?"));
        assert!(problem(r#"{"product":"x"}"#).ends_with("not text"));
        assert!(problem(r#"{"product":7}"#).contains("productEnums.CMS (1)"));
    }

    #[test]
    fn headers_come_by_name_or_in_pairs() {
        let headers = |text| Options::from_json(text).unwrap().headers;
        let one = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(headers(r#"{"apiHeaders":{"X-A":"1"}}"#), [one("X-A", "1")]);
        assert_eq!(
            headers(r#"{"apiHeaders":[["X-A","1"],["X-A","2"]]}"#),
            [one("X-A", "1"), one("X-A", "2")]
        );
        assert!(problem(r#"{"apiHeaders":[1]}"#).contains("[name, value]"));
        assert!(problem(r#"{"apiHeaders":"X-A: 1"}"#).contains("an object of headers, not text"));
        assert_eq!(problem(r#"{"apiHeaders":{"X-A":1}}"#), "apiHeaders.X-A must be text, not a number");
    }

    #[test]
    fn half_a_surrogate_pair_is_refused_by_name() {
        let error = Options::from_json(r#"{"apiKey":"x","apiHeaders":{"X-A":"\ud83d"}}"#).unwrap_err();
        assert_eq!(error.argument, "apiHeaders.X-A");
    }
}
