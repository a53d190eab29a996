//! Which lists come in pages, checked against what the operation takes and answers.

use anyhow::{Result, bail};

use super::build::Builder;
use super::model::{Field, Paged, Payload, Type};
use super::openapi;

/// Where a page starts.
const SKIP: &str = "skip";

impl Builder<'_> {
    pub(super) fn paged(
        &self,
        written: Option<&openapi::Paged>,
        payload: Option<&Payload>,
        data: &Type,
    ) -> Result<Option<Paged>> {
        let takes =
            |name: &str| payload.is_some_and(|payload| payload.fields.iter().any(|field| field.name == name));
        let Some(openapi::Paged { items, total, size, largest }) = written else {
            if takes(SKIP) {
                bail!("it takes `{SKIP}`, so its list comes in pages; say how with x-paged");
            }
            return Ok(None);
        };
        if let Some(missing) = [SKIP, size].into_iter().find(|name| !takes(name)) {
            bail!("x-paged needs the field `{missing}`, which the operation does not take");
        }
        if *largest == 0 {
            bail!("x-paged: a page that holds nothing leads nowhere");
        }
        let fields = self.fields(data);
        let total_kind = total.as_ref().map(|name| kind_of(fields, name));
        if total_kind.is_some_and(|kind| kind != Some(&Type::Integer)) {
            bail!("x-paged: its total is no whole number of the data");
        }
        let list = match items {
            Some(name) => kind_of(fields, name),
            None => Some(data),
        };
        let Some(Type::Array(item)) = list else { bail!("x-paged: its items are no list of the data") };
        Ok(Some(Paged {
            items: items.clone(),
            item: (**item).clone(),
            total: total.clone(),
            size: size.clone(),
            largest: *largest,
        }))
    }

    fn fields(&self, data: &Type) -> &[Field] {
        let def = if let Type::Ref(name) = data { self.types.get(name) } else { None };
        def.map(|def| def.fields.as_slice()).unwrap_or_default()
    }
}

fn kind_of<'a>(fields: &'a [Field], name: &str) -> Option<&'a Type> {
    fields.iter().find(|field| field.name == *name).map(|field| &field.kind_of)
}
