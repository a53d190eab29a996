//! `sonoran-luau-check PACKAGE PAGE SCRIPTS`: checks the strict modules in the Roblox package's folder with Luau's analysis,
//! then what its page shows and the scripts in a folder, which use the package. Where a line of a script ends with
//! `--> words`, a diagnostic with these words must be, and there alone.

#![forbid(unsafe_code)]

mod text;

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use luau_analyzer_sys::{Diagnostic, NativeAnalyzer};

/// What of Roblox the modules and scripts use.
const DEFINITIONS: &str = "roblox.d.luau";

/// The module that scripts require.
const ROOT: &str = "init.luau";

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [package, page, scripts] = arguments.as_slice() else {
        eprintln!("usage: sonoran-luau-check PACKAGE PAGE SCRIPTS");
        return ExitCode::FAILURE;
    };
    match check(package, page, scripts) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn check(package: &Path, page: &Path, scripts: &Path) -> io::Result<bool> {
    let mut checker = Checker::new(&read(&scripts.join(DEFINITIONS))?);
    let modules = package.join("src");
    for file in files(&modules)? {
        let module = read(&file)?;
        if module.starts_with("--!strict\n") {
            checker.judge(&name(&file), "", &module, &module);
        }
    }
    let root = text::as_local(&read(&modules.join(ROOT))?);
    let mut script = |name: &str, script: &str| {
        checker.judge(name, &root, script, &text::of_the_same(script));
    };
    script(&name(page), &text::shown(&read(page)?));
    for file in files(scripts)? {
        if !file.ends_with(DEFINITIONS) {
            script(&name(&file), &read(&file)?);
        }
    }
    println!("lua: {} passed, {} failed", checker.passed, checker.failed);
    Ok(checker.failed == 0)
}

struct Checker {
    analyzer: NativeAnalyzer,
    passed: u32,
    failed: u32,
}

impl Checker {
    fn new(definitions: &str) -> Self {
        let mut analyzer = NativeAnalyzer::new();
        analyzer.add_definitions(definitions);
        Self { analyzer, passed: 0, failed: 0 }
    }

    /// One test that nothing is said of lines without a mark, and one for each that has one. The package stands before a
    /// script in one text: to this analyzer whatever is required is `any`.
    fn judge(&mut self, name: &str, package: &str, script: &str, behind_it: &str) {
        let whole = format!("{package}{behind_it}");
        let said = self.analyzer.check(name, |_| Some(whole.clone()), |_, _| None);
        let start = package.lines().count();
        let mut here: HashMap<usize, Vec<Diagnostic>> = HashMap::new();
        for diagnostic in said {
            if let Some(line) = (diagnostic.line as usize).checked_sub(start) {
                here.entry(line).or_default().push(diagnostic);
            }
        }
        for (line, words) in text::marks(script) {
            let told = here.remove(&line).unwrap_or_default();
            let found = told.iter().any(|diagnostic| diagnostic.message.contains(words));
            self.count(found, || format!("{name}:{}: {words:?} is not said{}", line + 1, sentences(&told)));
        }
        let others = || here.iter().map(|(line, told)| format!("{name}:{}{}", line + 1, sentences(told)));
        self.count(here.is_empty(), || others().collect::<Vec<_>>().join("\n"));
    }

    fn count(&mut self, good: bool, problem: impl FnOnce() -> String) {
        if good {
            self.passed += 1;
        } else {
            self.failed += 1;
            println!("FAILED {}", problem());
        }
    }
}

fn sentences(told: &[Diagnostic]) -> String {
    told.iter().map(|diagnostic| format!(": {}", diagnostic.message)).collect()
}

/// The files of Luau in a folder.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| of(folder, error))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "luau") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(file: &Path) -> io::Result<String> {
    fs::read_to_string(file).map_err(|error| of(file, error))
}

fn of(file: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", file.display()))
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
