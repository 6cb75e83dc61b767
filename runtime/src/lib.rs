//! Django's ORM vocabulary for PostgreSQL, checked and compiled to SQL at build time.
