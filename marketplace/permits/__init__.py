"""What authorities demand: rules as data, three-valued evaluation, and the permit plan."""
