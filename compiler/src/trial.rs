//! `#[nuages::test]`: an async function with a database as a test.
//!
//! In: what stands in the attribute, the function, and where the models are. Out: a plain test that calls the runtime with
//! the schema's DDL and the function, or the mistakes beside the function as it was written, so that an editor goes on
//! completing in it.

use crate::ast::Tokens;
use crate::diagnostic::Diagnostics;
use crate::emit::error;
use nuages_schema::suggest::nearest;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Ident, LitStr, Path, Signature, Token, Type, Visibility, parenthesized};

/// The options, as a mistake lists them.
const OPTIONS: [&str; 4] = ["server", "models", "fixtures", "flavor"];

/// What a test may be given.
const GIVEN: &str = "`db: Db`, `db: &Db` or `tx: &Transaction`";

/// A function as far as it matters here.
struct Function {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    signature: Signature,
    body: TokenStream,
}

/// What stands in the attribute.
#[derive(Default)]
struct Options {
    server: Option<Path>,
    models: Option<Path>,
    fixtures: Vec<Path>,
    flavor: Option<LitStr>,
}

/// What the test is given, and how its function takes it.
enum Given {
    Database { owned: bool },
    Transaction,
}

/// What the package says for all its tests.
#[derive(Debug)]
pub struct Surroundings {
    /// The path of the models, or why there is none, which matters if the attribute does not say.
    pub models: Result<TokenStream, String>,
    /// The path of the function that gives a server, for tests whose attribute does not say.
    pub server: Option<TokenStream>,
}

/// Expands `#[nuages::test]`. `surroundings` gives what the package says, or why that is not known; it is asked only if the
/// attribute does not say all. `is_first` as in [`Paths::is_first`](crate::Paths::is_first).
pub fn test(
    attribute: TokenStream,
    item: &TokenStream,
    surroundings: impl FnOnce() -> Result<Surroundings, String>,
    is_first: Option<fn() -> bool>,
) -> TokenStream {
    let mut d = Diagnostics::default();
    let options = options(attribute, &mut d);
    let function = function(item, &mut d);
    let given = function.as_ref().and_then(|function| given(&function.signature, &mut d));
    if let (Some(function), Some(given), true) = (function, given, d.is_empty()) {
        let (models, server) = (options.models.as_ref(), options.server.as_ref());
        let around = match (models, server) {
            (Some(models), Some(_)) => Ok(Surroundings { models: Ok(models.to_token_stream()), server: None }),
            _ => surroundings(),
        };
        let around = around.and_then(|around| match models {
            Some(path) => Ok((path.to_token_stream(), around.server)),
            None => Ok((around.models?, around.server)),
        });
        return match around {
            Ok((models, server)) => expansion(&function, &options, &given, &models, server),
            Err(message) => {
                let kept = kept(item);
                quote!(::core::compile_error! { #message } #kept)
            }
        };
    }
    d.sort();
    let (errors, kept) = (error::each(&d, is_first), kept(item));
    quote!(#(#errors)* #kept)
}

/// The function as it was written, which nobody calls.
fn kept(item: &TokenStream) -> TokenStream {
    quote!(#[allow(dead_code)] #item)
}

fn options(attribute: TokenStream, d: &mut Diagnostics) -> Options {
    let mut out = Options::default();
    let end = Tokens::one(Span::call_site());
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let at = input.span();
            if option(input, &mut out, d).is_err() {
                // What follows cannot be read either.
                if d.is_empty() {
                    let all = OPTIONS.join("`, `");
                    d.error("N0672", Tokens::one(at), format!("found no option, expected one of `{all}`"));
                }
                return Ok(());
            }
            if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                d.error("N0673", Tokens::one(input.span()), "expected `,` between two options");
                return Ok(());
            }
        }
        Ok(())
    };
    if Parser::parse2(read, attribute).is_err() && d.is_empty() {
        // The reader leaves nothing that it has not complained about but tokens behind a mistake.
        d.error("N0672", end, "the options cannot be read");
    }
    out
}

/// Reads one option; an error if there is none to read, with or without a mistake reported.
fn option(input: ParseStream<'_>, out: &mut Options, d: &mut Diagnostics) -> syn::Result<()> {
    let name: Ident = input.parse()?;
    let text = name.to_string();
    let at = Tokens::one(name.span());
    let twice = match text.as_str() {
        "server" => out.server.replace(value(input, "server = path::to::function", at, d)?).is_some(),
        "models" => out.models.replace(value(input, "models = path::to::models", at, d)?).is_some(),
        "flavor" => {
            let flavor: LitStr = value(input, "flavor = \"multi_thread\"", at, d)?;
            if !["current_thread", "multi_thread"].contains(&flavor.value().as_str()) {
                let message =
                    format!("found flavor {:?}, expected \"current_thread\" or \"multi_thread\"", flavor.value());
                d.error("N0673", Tokens::one(flavor.span()), message);
            }
            out.flavor.replace(flavor).is_some()
        }
        "fixtures" => {
            let list = |input: ParseStream<'_>| {
                let inside;
                parenthesized!(inside in input);
                inside.parse_terminated(Path::parse_mod_style, Token![,])
            };
            let paths = list(input).inspect_err(|_| {
                d.error("N0673", at, "found no functions, expected `fixtures(one, another)`");
            })?;
            let more = !out.fixtures.is_empty();
            out.fixtures.extend(paths);
            more
        }
        _ => {
            let all = OPTIONS.join("`, `");
            let message = format!("no option `{text}`, expected one of `{all}`");
            d.error("N0672", at, message).suggest(nearest(&text, OPTIONS));
            return Err(input.error("reported"));
        }
    };
    if twice {
        d.error("N0673", at, format!("found `{text}` twice, expected it once"));
    }
    Ok(())
}

/// What stands behind the `=` of an option.
fn value<T: syn::parse::Parse>(input: ParseStream<'_>, form: &str, at: Tokens, d: &mut Diagnostics) -> syn::Result<T> {
    if !input.peek(Token![=]) {
        d.error("N0673", at, format!("found no value, expected `{form}`"));
        return Err(input.error("reported"));
    }
    input.parse::<Token![=]>()?;
    let next: Option<TokenTree> = input.fork().parse().ok();
    input.parse().inspect_err(|_| {
        let (at, found) = next.map_or((at, "nothing".to_owned()), |t| (Tokens::one(t.span()), format!("`{t}`")));
        d.error("N0673", at, format!("found {found}, expected `{form}`"));
    })
}

fn function(item: &TokenStream, d: &mut Diagnostics) -> Option<Function> {
    let read = |input: ParseStream<'_>| {
        Ok(Function {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            signature: input.parse()?,
            body: input.parse()?,
        })
    };
    let Ok(function) = Parser::parse2(read, item.clone()) else {
        let first = item.clone().into_iter().find(|token| matches!(token, TokenTree::Ident(_)));
        let at = first.map_or_else(Span::call_site, |token| token.span());
        d.error("N0670", Tokens::one(at), "found no function, expected `async fn`");
        return None;
    };
    let signature = &function.signature;
    if signature.asyncness.is_none() {
        let at = Tokens::one(signature.fn_token.span());
        d.error("N0670", at, "found a function that is not async, expected `async fn`");
    }
    if !signature.generics.params.is_empty() {
        d.error(
            "N0670",
            spread(&signature.generics.params),
            "found generic parameters, expected none: nobody names them",
        );
    }
    let is_test = |attribute: &&Attribute| {
        let path = attribute.path();
        path.segments.last().is_some_and(|last| last.ident == "test")
    };
    if let Some(second) = function.attributes.iter().find(is_test) {
        d.error("N0670", spread(second.path()), "found another test attribute, expected `#[nuages::test]` alone");
    }
    Some(function)
}

fn given(signature: &Signature, d: &mut Diagnostics) -> Option<Given> {
    let mut inputs = signature.inputs.iter();
    let Some(first) = inputs.next() else {
        d.error("N0671", Tokens::one(signature.ident.span()), format!("found no argument, expected {GIVEN}"));
        return None;
    };
    if let Some(second) = inputs.next() {
        d.error("N0671", spread(second), "found a second argument, expected one");
        return None;
    }
    let FnArg::Typed(argument) = first else {
        d.error("N0671", spread(first), format!("found `self`, expected {GIVEN}"));
        return None;
    };
    let named = |ty: &Type| match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    };
    let shared = match &*argument.ty {
        Type::Reference(reference) if reference.mutability.is_none() => named(&reference.elem),
        _ => None,
    };
    match (named(&argument.ty).as_deref(), shared.as_deref()) {
        (Some("Db"), _) => return Some(Given::Database { owned: true }),
        (_, Some("Db")) => return Some(Given::Database { owned: false }),
        (_, Some("Transaction")) => return Some(Given::Transaction),
        (owned, _) => {
            let message = format!("found an argument of another type, expected {GIVEN}");
            let near = owned.filter(|name| *name == "Transaction").map(|_| "&Transaction");
            d.error("N0671", spread(&argument.ty), message).suggest(near);
        }
    }
    None
}

fn expansion(
    function: &Function,
    options: &Options,
    given: &Given,
    models: &TokenStream,
    server: Option<TokenStream>,
) -> TokenStream {
    let Function { attributes, visibility, signature, body } = function;
    let (name, output) = (&signature.ident, &signature.output);
    let private = quote!(::nuages::private::trial);
    let server = if let Some(path) = &options.server {
        // An error about what the function gives belongs to its name.
        let of = quote_spanned!(path.span()=> ::nuages::private::trial::given);
        quote!(#of(#path()))
    } else if let Some(path) = server {
        quote!(#private::given(#path()))
    } else {
        quote!(#private::environment())
    };
    let threads = options.flavor.as_ref().is_some_and(|flavor| flavor.value() == "multi_thread");
    let (call, kind, argument) = match given {
        Given::Database { owned } => {
            let argument = if *owned { quote!(::core::clone::Clone::clone(given)) } else { quote!(given) };
            (quote!(database), quote!(::nuages::Db), argument)
        }
        Given::Transaction => (quote!(transaction), quote!(::nuages::Transaction), quote!(given)),
    };
    let fixtures = options.fixtures.iter().map(|path| {
        let text = path.to_token_stream().to_string().replace(' ', "");
        let made = quote_spanned!(path.span()=> ::nuages::private::trial::made);
        quote!(#made(#text, #path(given).await);)
    });
    quote! {
        #(#attributes)*
        #[::core::prelude::v1::test]
        #visibility fn #name() #output {
            #signature #body
            #private::#call(
                &#private::Case { server: #server, ddl: #models::DDL, threads: #threads },
                async |given: &#kind| {
                    #(#fixtures)*
                    #name(#argument).await
                },
            )
        }
    }
}

/// From the first to the last token of something.
fn spread(of: &impl ToTokens) -> Tokens {
    let spans: Vec<Span> = of.to_token_stream().into_iter().map(|token| token.span()).collect();
    let at = |span: Option<&Span>| span.copied().unwrap_or_else(Span::call_site);
    Tokens { first: at(spans.first()), last: at(spans.last()) }
}
