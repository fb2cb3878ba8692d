"""The technologies behind the ports, one file or folder each."""
