"""Which names are this machine and nothing else."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether `host` (a name or an address, no port) can only mean this machine: 127.0.0.0/8, ::1 or localhost."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761: never resolves elsewhere
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
