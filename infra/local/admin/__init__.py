"""What an administrator does from his own machine: publishing a program file, and who plays in it."""
