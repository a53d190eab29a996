//! A small checkout for the tests, with every place that names a version.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::Program;
use crate::root::{emptied, work};

const OF_DOTNET: &str = "<Version Condition=\"'$(SonoranVersion)' == ''\">1.2.3</Version>\n";

const FILES: [(&str, &str); 14] = [
    (
        "Cargo.toml",
        "[workspace]\n\n[workspace.package]\nversion = \"1.2.3\"\n\n[workspace.dependencies]\n\
         sonoran = { path = \"core\", version = \"1.2.3\" }\n\
         sonoran-emulator = { path = \"emulator\", version = \"1.2.3\" }\n",
    ),
    ("bindings-node/package.json", "{\n  \"name\": \"sonoran.js\",\n  \"version\": \"1.2.3\"\n}\n"),
    (
        "bindings-node/package-lock.json",
        "{\n  \"name\": \"sonoran.js\",\n  \"version\": \"1.2.3\",\n  \"packages\": {\n    \"\": {\n      \
         \"name\": \"sonoran.js\",\n      \"version\": \"1.2.3\"\n    }\n  }\n}\n",
    ),
    ("bindings-csharp/dotnet/Directory.Build.props", OF_DOTNET),
    ("emulator/dotnet/Directory.Build.props", OF_DOTNET),
    (
        "bindings-python/pyproject.toml",
        "[project]\ndynamic = [\"version\"]\n\n[project.optional-dependencies]\n\
         testing = [\"sonoran-emulator==1.2.3\"]\n",
    ),
    ("examples/compose/compose.yaml", "image: ghcr.io/someone/something-emulator:1.2.3\n"),
    (
        "examples/compose/gateway.yaml",
        "image: ghcr.io/someone/something-emulator:1.2.3\nimage: ghcr.io/someone/something-gateway:1.2.3\n",
    ),
    ("examples/compose/bot/requirements.txt", "Sonoran.py==1.2.3\n"),
    ("emulator/README.md", "# Emulator\n\n{\"ready\":true,\"version\":\"1.2.3\"}\n"),
    ("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-11-26\n\n- Something.\n"),
    (
        "fuzz/Cargo.lock",
        "[[package]]\nname = \"sonoran\"\nversion = \"1.2.3\"\n\n[[package]]\nname = \"sonoran-gateway\"\nversion = \"1.2.3\"\n",
    ),
    (".gitignore", "ignored\n"),
    ("ignored/README.md", "{\"version\":\"0.0.1\"}\n"),
];

pub(super) struct Fixture(PathBuf);

impl Fixture {
    pub(super) fn new(name: &str) -> Self {
        let checkout = Self(work("release-tests").join(name));
        emptied(checkout.path()).unwrap();
        for (file, content) in FILES {
            checkout.write(file, content);
        }
        let packages = super::places::LOCKS[0].1.iter().chain(&["other"]);
        let lock: Vec<_> =
            packages.map(|name| format!("\nname = \"{name}\"\nversion = \"1.2.3\"\n")).collect();
        checkout.write("Cargo.lock", &lock.concat());
        checkout.git(&["init", "--quiet"]);
        checkout
    }

    pub(super) fn committed(name: &str) -> Self {
        let checkout = Self::new(name);
        checkout.git(&["add", "--all"]);
        checkout.git(&["commit", "--quiet", "--message", "First"]);
        checkout
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn git(&self, arguments: &[&str]) {
        let someone = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false"];
        Program::new("git").args(someone).args(arguments).dir(self.path()).run_quietly().unwrap();
    }

    pub(super) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).unwrap()
    }

    pub(super) fn replace(&self, file: &str, old: &str, new: &str) {
        let text = self.read(file);
        assert!(text.contains(old), "{file} has no {old}");
        self.write(file, &text.replace(old, new));
    }

    fn write(&self, file: &str, content: &str) {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}
