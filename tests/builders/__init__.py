"""What tests are made with: programs, members, events, and the parts of Ladder wired to fakes or to an emulator."""
