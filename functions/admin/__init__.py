"""The admin function: what people decide about programs and members over HTTP, and the scheduled sealing of the audit."""
