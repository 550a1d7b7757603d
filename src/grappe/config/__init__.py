"""Settings from the environment, the URL map, and the WSGI door."""
