"""Applications for permits: what a booking's plan demands of authorities, filed, decided and kept by their clocks."""
