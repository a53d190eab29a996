//! The numbers that the .NET side checks when loading are the ones that this library exports.

use std::fs;

unsafe extern "C" {
    safe fn ffi_sonoran_net_uniffi_contract_version() -> u32;
    safe fn uniffi_sonoran_net_checksum_constructor_client_new() -> u16;
    safe fn uniffi_sonoran_net_checksum_method_client_begin() -> u16;
    safe fn uniffi_sonoran_net_checksum_method_client_close() -> u16;
    safe fn uniffi_sonoran_net_checksum_method_client_rate_limit() -> u16;
    safe fn uniffi_sonoran_net_checksum_method_client_foreign() -> u16;
    safe fn uniffi_sonoran_net_checksum_method_client_next_wait() -> u16;
    safe fn uniffi_sonoran_net_checksum_method_underway_cancel() -> u16;
    safe fn uniffi_sonoran_net_checksum_method_unread_read() -> u16;
    safe fn uniffi_sonoran_net_checksum_func_parse_event() -> u16;
    safe fn uniffi_sonoran_net_checksum_func_environment_names() -> u16;
}

/// The value of a constant in a file of the C# source.
fn constant(file: &str, name: &str) -> u32 {
    const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/dotnet/src/Sonoran");
    let text = fs::read_to_string(format!("{SOURCE}/{file}")).expect("the C# source can be read");
    let (_, rest) = text.split_once(&format!(" {name} = ")).expect("the constant is there");
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("the constant is a number")
}

fn expected(name: &str) -> u32 {
    constant("Native/NativeLibraryCheck.cs", name)
}

#[test]
fn the_assembly_expects_this_library() {
    assert_eq!(expected("Contract"), ffi_sonoran_net_uniffi_contract_version());
    let checksums = [
        ("ChecksumConstructor", uniffi_sonoran_net_checksum_constructor_client_new()),
        ("ChecksumBegin", uniffi_sonoran_net_checksum_method_client_begin()),
        ("ChecksumClose", uniffi_sonoran_net_checksum_method_client_close()),
        ("ChecksumRateLimit", uniffi_sonoran_net_checksum_method_client_rate_limit()),
        ("ChecksumForeign", uniffi_sonoran_net_checksum_method_client_foreign()),
        ("ChecksumNextWait", uniffi_sonoran_net_checksum_method_client_next_wait()),
        ("ChecksumCancel", uniffi_sonoran_net_checksum_method_underway_cancel()),
        ("ChecksumReadUnread", uniffi_sonoran_net_checksum_method_unread_read()),
        ("ChecksumParseEvent", uniffi_sonoran_net_checksum_func_parse_event()),
        ("ChecksumEnvironmentNames", uniffi_sonoran_net_checksum_func_environment_names()),
    ];
    let found = checksums.map(|(name, checksum)| (name, u32::from(checksum)));
    assert_eq!(found, checksums.map(|(name, _)| (name, expected(name))));
}

#[test]
fn the_assembly_knows_how_large_an_event_may_be() {
    let bound = usize::try_from(constant("SonoranEvents.cs", "MaxBytes"));
    assert_eq!(bound, Ok(sonoran::EVENT_BYTES));
}
