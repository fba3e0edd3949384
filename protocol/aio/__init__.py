"""The protocol on asyncio: exchanges over HTTPS, TLS contexts, control sockets, slow jobs."""
