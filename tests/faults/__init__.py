"""Faults on purpose: processes killed, servers stopped, connections cut, disks full; and what must hold afterwards."""
