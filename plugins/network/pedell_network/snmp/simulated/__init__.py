"""A switch that is spoken to by SNMP, for the lab: agent, tables, ports that really go down and up."""
