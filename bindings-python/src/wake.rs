//! How an event loop is told, from a thread without the GIL, that something waits for it.

use std::io;
use std::sync::Arc;

use pyo3::prelude::*;

use crate::attached::Gate;

#[cfg(all(target_os = "linux", not(feature = "fault-injection")))]
pub(crate) use event::Bell;
#[cfg(any(not(target_os = "linux"), feature = "fault-injection"))]
pub(crate) use pair::Bell;

/// What a loop watches, as its `add_reader` takes it.
#[cfg(not(windows))]
pub(crate) type Watched = std::os::fd::RawFd;
#[cfg(windows)]
pub(crate) type Watched = std::os::windows::io::RawSocket;

/// Something of Python's that is called when a loop is to look at its queue: for loops that watch nothing.
pub(crate) struct Ringer {
    ring: Py<PyAny>,
    gate: Arc<Gate>,
}

impl Ringer {
    pub(crate) fn new(py: Python<'_>, ring: Py<PyAny>) -> Self {
        Self { ring, gate: Gate::current(py) }
    }

    pub(crate) fn ring(&self) {
        self.gate.attach(|py| {
            if let Err(error) = self.ring.call0(py) {
                error.write_unraisable(py, None);
            }
        });
    }
}

#[cfg(all(target_os = "linux", not(feature = "fault-injection")))]
mod event {
    use std::os::fd::{AsRawFd, OwnedFd};

    use rustix::event::{EventfdFlags, eventfd};

    use super::{Watched, io};

    /// An eventfd.
    pub(crate) struct Bell(OwnedFd);

    impl Bell {
        pub(crate) fn new() -> io::Result<Self> {
            Ok(Self(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?))
        }

        pub(crate) fn watched(&self) -> Watched {
            self.0.as_raw_fd()
        }

        /// Makes it readable. It fails only where it is so already.
        pub(crate) fn ring(&self) {
            let _ = rustix::io::write(&self.0, &1_u64.to_ne_bytes());
        }

        /// Makes it unreadable until it rings again.
        pub(crate) fn silence(&self) {
            let _ = rustix::io::read(&self.0, &mut [0; 8]);
        }
    }
}

/// For other systems; the tests have it on Linux too.
#[cfg(any(not(target_os = "linux"), feature = "fault-injection"))]
mod pair {
    use std::io::{Read as _, Write as _};
    #[cfg(windows)]
    use std::net::TcpStream as Stream;
    #[cfg(not(windows))]
    use std::os::fd::AsRawFd as _;
    #[cfg(not(windows))]
    use std::os::unix::net::UnixStream as Stream;
    #[cfg(windows)]
    use std::os::windows::io::AsRawSocket as _;

    use super::{Watched, io};

    /// A pair of sockets.
    pub(crate) struct Bell {
        near: Stream,
        far: Stream,
    }

    impl Bell {
        pub(crate) fn new() -> io::Result<Self> {
            let (near, far) = pair()?;
            near.set_nonblocking(true)?;
            far.set_nonblocking(true)?;
            Ok(Self { near, far })
        }

        #[cfg(not(windows))]
        pub(crate) fn watched(&self) -> Watched {
            self.near.as_raw_fd()
        }

        #[cfg(windows)]
        pub(crate) fn watched(&self) -> Watched {
            self.near.as_raw_socket()
        }

        /// Makes the near end readable. It fails only where that has been so for long.
        pub(crate) fn ring(&self) {
            let _ = (&self.far).write(&[1]);
        }

        /// Makes it unreadable until it rings again.
        pub(crate) fn silence(&self) {
            // It rings once for all that waits, so there is seldom more than one byte.
            let _ = (&self.near).read(&mut [0; 64]);
        }
    }

    #[cfg(not(windows))]
    fn pair() -> io::Result<(Stream, Stream)> {
        Stream::pair()
    }

    /// Windows has no pairs, but connections to itself.
    #[cfg(windows)]
    fn pair() -> io::Result<(Stream, Stream)> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        let near = Stream::connect(listener.local_addr()?)?;
        loop {
            // Somebody else may have been quicker.
            let (far, from) = listener.accept()?;
            if from == near.local_addr()? {
                far.set_nodelay(true)?;
                return Ok((near, far));
            }
        }
    }
}
