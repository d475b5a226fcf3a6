"""Things that run: processes, the course loop, servers."""
