"""The main job: a messy client file planned and applied to a store that holds a third of its clients already."""
