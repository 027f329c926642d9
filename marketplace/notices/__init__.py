"""What people are told: inbox and mail."""
