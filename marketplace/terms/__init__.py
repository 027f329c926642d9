"""What the host demands, in versions, and who accepted them."""
