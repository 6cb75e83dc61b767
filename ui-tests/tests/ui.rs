//! What rustc shows: `fail/<cause>/*.rs` with their `.stderr`, `pass/*.rs`. After a change that is wanted:
//! `TRYBUILD=overwrite cargo test -p nuages-ui-tests`.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("fail/*/*.rs");
    cases.pass("pass/*.rs");
}
