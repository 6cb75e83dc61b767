//! An integration test: `crate::models` is the library's module.

use nuages::query;

#[test]
fn integration_tests_see_the_library_s_models() {
    let status = workspace_db::models::Status::Active;
    assert!(query!(Product.filter(status = status).count()).sql().contains("COUNT("));
}
