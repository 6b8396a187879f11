"""IPP: printers and CUPS queues (RFC 8010, RFC 8011, PWG 5100)."""
