"""Product behaviours as data: one TOML file a product, read by ``clientimport.documents.profile``."""
