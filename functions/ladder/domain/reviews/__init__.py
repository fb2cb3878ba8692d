"""Reviews: what people decide about what was automated."""
