//! Lets the linker leave N-API's symbols to the Node process that loads the library.

fn main() {
    napi_build::setup();
}
