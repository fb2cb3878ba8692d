"""`ladder demo`: two months of a call centre, night after night, on the deployed bundle."""
