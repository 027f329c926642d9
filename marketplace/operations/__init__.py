"""What actually happened: sessions from check-in to check-out."""
