"""Open311 GeoReport v2 as a profile for requests without a place (docs/open311.md): services, requests, tokens. JSON and XML."""
