"""The `programs` table: configuration, rotations and packed columns, one file a port."""
