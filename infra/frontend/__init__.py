"""How the console's pages are built: packages of npm by digest, esbuild at synthesis, types from our OpenAPI."""
