"""Other tools doing the main job, each as its own documentation would have it done; one process a run."""
