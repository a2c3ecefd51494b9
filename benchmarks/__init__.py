"""What the library costs, beside other tools doing the same work."""
