//! Keeps the library where it is: `lua_close` unloads the modules of a state, and threads of ours, such as one that
//! resolves a name, or another state may still be in it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if os == "linux" {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
    // Lua's functions are the interpreter's, and found when it loads the module.
    if os == "macos" {
        println!("cargo::rustc-cdylib-link-arg=-undefined");
        println!("cargo::rustc-cdylib-link-arg=dynamic_lookup");
    }
}
