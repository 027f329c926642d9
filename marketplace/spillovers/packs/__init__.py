"""Evidence packs: rows, definitions, inputs and figures in one archive that anybody can compute anew."""
