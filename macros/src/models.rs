//! `models!()`.
//!
//! In: what `build.rs` wrote, and the schema. Out: the models included, what their objects do by themselves, `create_all`
//! with the schema's DDL as text, and the mistakes in what only the query compiler can read: scopes, checks, conditions of indexes.

use crate::locate;
use nuages_schema::Diagnostics;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::path::Path;

/// The file that `build.rs` writes.
const FILE: &str = "nuages_models.rs";

/// What a package without the right `build.rs` is told.
const BUILD: &str = "`models!` needs a `build.rs` beside `Cargo.toml`:\n\n    fn main() {\n        nuages_schema::build();\n    }\n\nand in `Cargo.toml`:\n\n    [build-dependencies]\n    nuages-schema = …";

/// The expansion.
pub(crate) fn expand(input: &TokenStream) -> TokenStream {
    if !input.is_empty() {
        return error("`models!` takes nothing: `nuages.toml` says where the schema is");
    }
    match std::env::var_os("OUT_DIR") {
        None => return error(BUILD),
        Some(folder) if !Path::new(&folder).join(FILE).is_file() => {
            return error(&format!("the `build.rs` of this package does not call `nuages_schema::build()`\n\n{BUILD}"));
        }
        Some(_) => {}
    }
    let found = match locate::find() {
        Ok(found) => found,
        Err(message) => return error(&message),
    };
    let mut out = quote! {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/nuages_models.rs"));
        ::nuages::__serial! {
            ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/nuages_serial.rs"));
        }
        // Not a part of the models' file: rustc would have to read past it.
        #[cfg(rust_analyzer)]
        #[doc(hidden)]
        #[allow(missing_docs, unused)]
        pub mod columns {
            ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/nuages_columns.rs"));
        }
    };
    match nuages_migrate::ddl(&found.schema) {
        Ok(ddl) => out.extend(create(&ddl)),
        Err(problem) => {
            out.extend(create(""));
            out.extend(error(&mistakes(&problem)));
        }
    }
    out.extend(nuages_compiler::objects(&found.schema));
    let scopes = nuages_compiler::scopes(&found.schema);
    if !scopes.is_empty() {
        let all = Diagnostics { list: scopes, sources: found.schema.sources.clone() };
        let (name, error) = (Ident::new(nuages_compiler::FAULTY, Span::call_site()), error(&mistakes(&all)));
        // What uses these scopes has this type, of which rustc says no more.
        out.extend(quote! {
            #[doc(hidden)]
            pub type #name = [(); #error];
        });
    }
    out.extend(nuages_compiler::tracked(&found.paths));
    out
}

/// What is said of a schema.
fn mistakes(all: &impl std::fmt::Display) -> String {
    format!("the schema has mistakes\n\n{all}")
}

/// `create_all`.
fn create(ddl: &str) -> TokenStream {
    quote! {
        /// The statements that create everything that the schema declares; [`create_all`] runs them.
        pub const DDL: &str = #ddl;

        /// Creates everything that the schema declares, in a database that has none of it: extensions, types, tables,
        /// constraints, indexes.
        ///
        /// # Errors
        /// What the database says; then nothing was created.
        pub async fn create_all(
            executor: impl ::nuages::Executor<::nuages::Write>,
        ) -> ::core::result::Result<(), ::nuages::Error> {
            ::nuages::private::script(executor, DDL).await
        }
    }
}

/// An error at the call.
fn error(text: &str) -> TokenStream {
    quote!(::core::compile_error! { #text })
}
