//! From Python values to JSON text in one pass, with the place of whatever has no form there.

use std::collections::HashSet;
use std::io::Write as _;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::arguments::{HALF_A_PAIR, type_name};

/// Far more levels than any payload has; what is deeper holds itself.
const DEEPEST: usize = 200;

/// The JSON text of a value, whose name begins what is said of it.
pub(crate) fn encode(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    let mut encoder = Encoder { text: Vec::with_capacity(256), depth: 0 };
    encoder.value(value).map_err(|fault| fault.under(name))?;
    Ok(String::from_utf8(encoder.text).expect("JSON is made of UTF-8 alone"))
}

/// The JSON text of an object of options, each of which is named for itself. None is left out.
pub(crate) fn encode_options(options: &Bound<'_, PyDict>) -> PyResult<String> {
    let mut fields = Vec::new();
    for (name, value) in options.items().extract::<Vec<(Bound<'_, PyAny>, Bound<'_, PyAny>)>>()? {
        if value.is_none() {
            continue;
        }
        let name: String = name.extract().map_err(|_| {
            PyTypeError::new_err(format!("options must have names of type str, not {}", type_name(&name)))
        })?;
        fields.push(format!("{}:{}", json_text(&name), encode(&name, &value)?));
    }
    Ok(format!("{{{}}}", fields.join(",")))
}

fn json_text(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

/// Why a value is not sent.
enum Fault {
    /// It has no form in JSON. The place is what stands behind the value's name.
    Unfit { place: String, problem: String, wrong_type: bool },
    /// It has too many levels, so that its place would tell nothing.
    Deep,
    /// What the caller's own code has raised, which is not ours to change.
    Raised(PyErr),
}

impl Fault {
    fn of_type(problem: impl Into<String>) -> Self {
        Self::Unfit { place: String::new(), problem: problem.into(), wrong_type: true }
    }

    fn value(problem: impl Into<String>) -> Self {
        Self::Unfit { place: String::new(), problem: problem.into(), wrong_type: false }
    }

    fn at(self, step: &str) -> Self {
        match self {
            Self::Unfit { place, problem, wrong_type } => {
                Self::Unfit { place: format!("{step}{place}"), problem, wrong_type }
            }
            other => other,
        }
    }

    fn under(self, name: &str) -> PyErr {
        match self {
            Self::Unfit { place, problem, wrong_type } => {
                let message = format!("{name}{place} {problem}");
                if wrong_type { PyTypeError::new_err(message) } else { PyValueError::new_err(message) }
            }
            Self::Deep => {
                PyValueError::new_err(format!("{name} has more than {DEEPEST} levels, or holds itself"))
            }
            Self::Raised(error) => error,
        }
    }
}

impl From<PyErr> for Fault {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

type Written = Result<(), Fault>;

struct Encoder {
    text: Vec<u8>,
    depth: usize,
}

impl Encoder {
    fn value(&mut self, value: &Bound<'_, PyAny>) -> Written {
        if let Ok(text) = value.cast::<PyString>() {
            return self.string(text);
        }
        if value.is_none() {
            return self.raw("null");
        }
        if let Ok(flag) = value.cast::<PyBool>() {
            return self.raw(if flag.is_true() { "true" } else { "false" });
        }
        if let Ok(number) = value.cast::<PyInt>() {
            return self.integer(number);
        }
        if let Ok(number) = value.cast::<PyFloat>() {
            return self.number(number.value());
        }
        if self.depth >= DEEPEST {
            return Err(Fault::Deep);
        }
        self.depth += 1;
        self.compound(value)?;
        self.depth -= 1;
        Ok(())
    }

    fn compound(&mut self, value: &Bound<'_, PyAny>) -> Written {
        if let Ok(fields) = value.cast::<PyDict>() {
            return self.object(fields);
        }
        if let Ok(items) = value.cast::<PyList>() {
            return self.array(items.iter());
        }
        if let Ok(items) = value.cast::<PyTuple>()
            && (value.is_exact_instance_of::<PyTuple>() || !value.hasattr("_fields")?)
        {
            return self.array(items.iter());
        }
        let plain = plain(value)?;
        match plain.cast::<PyBytes>() {
            Ok(digits) => {
                self.text.extend_from_slice(digits.as_bytes());
                Ok(())
            }
            Err(_) => self.value(&plain),
        }
    }

    fn object(&mut self, fields: &Bound<'_, PyDict>) -> Written {
        self.text.push(b'{');
        // Texts differ from each other where they are keys of a dict; what is no text may become the same one.
        let mut names =
            fields.keys().iter().any(|name| !name.is_instance_of::<PyString>()).then(HashSet::new);
        // Their list does not change, whatever the code does that is called meanwhile.
        for (index, field) in fields.items().iter().enumerate() {
            if index > 0 {
                self.text.push(b',');
            }
            let field = field.cast_into::<PyTuple>().map_err(PyErr::from)?;
            let (name, value) = (field.get_item(0)?, field.get_item(1)?);
            let start = self.text.len();
            self.name(&name)?;
            if let Some(names) = &mut names {
                differs(names, &self.text[start..])?;
            }
            self.text.push(b':');
            self.value(&value).map_err(|fault| fault.at(&step(&name)))?;
        }
        self.text.push(b'}');
        Ok(())
    }

    fn array<'py>(&mut self, items: impl Iterator<Item = Bound<'py, PyAny>>) -> Written {
        self.text.push(b'[');
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.text.push(b',');
            }
            self.value(&item).map_err(|fault| fault.at(&format!("[{index}]")))?;
        }
        self.text.push(b']');
        Ok(())
    }

    /// The name of a field: a text, or a whole number or an id as one.
    fn name(&mut self, name: &Bound<'_, PyAny>) -> Written {
        if let Ok(text) = name.cast::<PyString>() {
            return self.string(text).map_err(|fault| fault.at(&step(name)));
        }
        let refused =
            || Fault::of_type(format!("has a key of type {}; names of fields are str", type_name(name)));
        if name.is_none() || name.is_instance_of::<PyBool>() || name.is_instance_of::<PyFloat>() {
            return Err(refused());
        }
        if let Ok(number) = name.cast::<PyInt>() {
            self.text.push(b'"');
            self.integer(number)?;
            return self.raw("\"");
        }
        match plain(name) {
            Ok(other) if other.is_instance_of::<PyString>() || other.is_exact_instance_of::<PyInt>() => {
                self.name(&other)
            }
            Ok(_) | Err(Fault::Unfit { .. }) => Err(refused()),
            Err(fault) => Err(fault),
        }
    }

    fn string(&mut self, text: &Bound<'_, PyString>) -> Written {
        let text = text.to_cow().map_err(|_| Fault::value(HALF_A_PAIR))?;
        serde_json::to_writer(&mut self.text, &*text).expect("a text is JSON");
        Ok(())
    }

    fn integer(&mut self, number: &Bound<'_, PyInt>) -> Written {
        if let Ok(number) = number.extract::<i64>() {
            write!(self.text, "{number}").expect("memory takes bytes");
            return Ok(());
        }
        // Not `str`: members of enumerations have their own.
        let digits = number.py().get_type::<PyInt>().call_method1("__repr__", (number,));
        let digits = digits.map_err(|_| Fault::value("must have fewer digits"))?;
        self.raw(&digits.cast_into::<PyString>().map_err(PyErr::from)?.to_cow()?)
    }

    fn number(&mut self, number: f64) -> Written {
        if !number.is_finite() {
            return Err(Fault::value("must be a finite number"));
        }
        serde_json::to_writer(&mut self.text, &number).expect("a number is JSON");
        Ok(())
    }

    #[allow(clippy::unnecessary_wraps)] // It ends what can fail.
    fn raw(&mut self, text: &str) -> Written {
        self.text.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// Refuses a name, as it is sent, that another key of the same object has already.
fn differs(names: &mut HashSet<Vec<u8>>, name: &[u8]) -> Written {
    if names.insert(name.to_vec()) {
        return Ok(());
    }
    Err(Fault::value(format!("has two keys that are both sent as {}", String::from_utf8_lossy(name))))
}

/// What a value of another type stands for: one of JSON's own types, or bytes, the digits of a number.
fn plain<'py>(value: &Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>, Fault> {
    static PLAIN: PyOnceLock<(Py<PyAny>, Py<PyAny>)> = PyOnceLock::new();
    let py = value.py();
    let (plain, unfit) = PLAIN.get_or_try_init(py, || {
        let module = py.import("sonoran._values")?;
        Ok::<_, PyErr>((module.getattr("plain")?.unbind(), module.getattr("Unfit")?.unbind()))
    })?;
    plain.bind(py).call1((value,)).map_err(|error| {
        if error.is_instance(py, unfit.bind(py)) {
            let problem = error.value(py).to_string();
            let wrong_type =
                error.value(py).getattr("wrong_type").is_ok_and(|flag| flag.is_truthy().unwrap_or(true));
            return Fault::Unfit { place: String::new(), problem, wrong_type };
        }
        Fault::Raised(error)
    })
}

/// A field as a part of a place.
fn step(name: &Bound<'_, PyAny>) -> String {
    let text = name.extract::<String>().or_else(|_| name.repr().and_then(|shown| shown.extract()));
    match text {
        Ok(text) if text.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '_' | '-')) => {
            format!(".{text}")
        }
        Ok(text) => format!("[{text:?}]"),
        Err(_) => "[…]".to_owned(),
    }
}
