"""Pay and the minimum wage: what the agreement pays, against which reference, since when."""
