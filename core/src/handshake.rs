//! Why there is no secure connection, in words that tell what to do.

use std::io;

use rustls::{CertificateError, Error, OtherError};

/// The words for an error that a handshake ended with.
pub(crate) fn words(error: &Error) -> String {
    if is_for_an_authority(error) {
        return "its certificate is an authority's (CA:TRUE), which a server must not show as its own: \
                make it one with basicConstraints=CA:FALSE, or name it itself in rootCertificates"
            .to_owned();
    }
    error.to_string()
}

/// The same for one that a connection ended with, if that was in a handshake.
pub(crate) fn words_of(error: &io::Error) -> Option<String> {
    error.get_ref()?.downcast_ref::<Error>().map(words)
}

/// Whether a certificate is refused since it is an authority's. webpki says so, by a type that is nobody's to name.
pub(crate) fn is_for_an_authority(error: &Error) -> bool {
    match error {
        Error::InvalidCertificate(CertificateError::Other(OtherError(cause))) => {
            cause.to_string() == "CaUsedAsEndEntity"
        }
        _ => false,
    }
}
