//! Rules about extensions.

use crate::diagnostic::Diagnostic;
use crate::resolve::facts::Facts;
use crate::suggest::distance;
use crate::words::EXTENSIONS;

/// Checks what `extension(…)` names.
pub(super) fn check(facts: &Facts<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for name in &facts.names.extensions {
        if let Some(known) = misspelt(&name.text) {
            let plain = known.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let written = if plain { known.to_owned() } else { format!("{known:?}") };
            let message = format!("PostgreSQL has no extension `{}`", name.text);
            diagnostics
                .push(Diagnostic::at("S054", name.span, message).help(format!("did you mean `extension({written})`?")));
        }
    }
}

/// The extension of PostgreSQL that was meant by a name which is almost its. Others have extensions of any name, so only the
/// slip of a letter is one: not the first, and none added behind, but for the last one twice.
fn misspelt(name: &str) -> Option<&'static str> {
    if name.chars().count() < 5 || EXTENSIONS.contains(&name) {
        return None;
    }
    let is_slip = |known: &str| {
        let more = name.strip_prefix(known).is_some_and(|more| !known.ends_with(more));
        !more && name.chars().next() == known.chars().next() && distance(name, known) == 1
    };
    EXTENSIONS.iter().copied().find(|known| is_slip(known))
}

#[cfg(test)]
mod tests {
    use super::misspelt;

    #[test]
    fn slips_are_found() {
        for (name, meant) in [
            ("pg_trgmm", "pg_trgm"),
            ("pgtrgm", "pg_trgm"),
            ("uuid_ossp", "uuid-ossp"),
            ("unacent", "unaccent"),
            ("pg_crypto", "pgcrypto"),
            ("btree-gist", "btree_gist"),
            ("hstor", "hstore"),
        ] {
            assert_eq!(misspelt(name), Some(meant), "{name}");
        }
    }

    /// Extensions of others, among them those whose names come close.
    #[test]
    fn what_others_make_stays_possible() {
        let others = "age auto_explain citus debversion first_last_agg h3 hll hypopg icu_ext ip4r jsquery numeral \
                      ogr_fdw oracle_fdw orafce pg_bigm pg_cron pg_hint_plan pg_ivm pg_partman pg_qualstats pg_repack \
                      pg_search pg_similarity pg_stat_kcache pg_stat_monitor pg_tle pg_track_settings pg_uuidv7 \
                      pg_wait_sampling pgaudit pgfincore pgjwt pglogical pgmp pgmq pgpcre pgroonga pgrouting \
                      pgsodium pgsphere pgtap pldebugger pljava pllua plpgsql_check plproxy plr plsh plv8 pointcloud \
                      postgis postgis_raster postgis_topology powa prefix prioritize q3c rum semver similarity \
                      temporal_tables timescaledb timescaledb_toolkit topn unit vector vectorscale wal2json zhparser \
                      zombodb anyarray ltree_gist pgstattuple2";
        for name in others.split_whitespace() {
            assert_eq!(misspelt(name), None, "{name}");
        }
    }
}
