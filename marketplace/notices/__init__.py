"""What people are told: a line in their inbox and a mail on its way out."""
