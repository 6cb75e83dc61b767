//! Schemas to DDL: the difference of two schemas as steps.
