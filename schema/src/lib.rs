//! The schema language of Nuages: *.nuages files read, checked and turned into models.
