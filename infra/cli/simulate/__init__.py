"""What a tier rule does to drawn members, whose lasting means and slumps are known because they were drawn."""
