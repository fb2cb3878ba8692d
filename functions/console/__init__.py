"""The console: the pages that members and staff see. Static files; the API has everything that they show."""
