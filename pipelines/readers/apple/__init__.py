"""Apple Health's export.xml: a fast way through what has the usual shape, a patient one through everything else."""
