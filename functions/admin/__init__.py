"""The admin function: what people decide about programs and members over HTTP, and the sealing of the audit."""
