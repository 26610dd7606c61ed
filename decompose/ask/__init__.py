"""Questions on the values of the pipeline, one file each."""
