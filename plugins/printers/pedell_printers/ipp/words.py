"""Numbers of IPP: RFC 8010 section 3.5, RFC 8011 section 5 and appendix B, PWG 5100.11 and 5100.13, CUPS' own."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Group(IntEnum):
    """Delimiter tags (RFC 8010 section 3.5.1)."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05


class Tag(IntEnum):
    """Value tags (RFC 8010 section 3.5.2) that are read or written here."""

    UNSUPPORTED = 0x10
    UNKNOWN = 0x12
    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    OCTETS = 0x30
    DATE_TIME = 0x31
    TEXT_LANGUAGE = 0x35
    NAME_LANGUAGE = 0x36
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    URI_SCHEME = 0x46
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME = 0x49


class Operation(IntEnum):
    """Operations (RFC 8011 section 5.4.15; Identify-Printer and Cancel-My-Jobs: PWG 5100.13, 5100.11)."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B
    PAUSE_PRINTER = 0x0010
    RESUME_PRINTER = 0x0011
    PURGE_JOBS = 0x0012
    ENABLE_PRINTER = 0x0022
    DISABLE_PRINTER = 0x0023
    CANCEL_JOBS = 0x0038
    CANCEL_MY_JOBS = 0x0039
    IDENTIFY_PRINTER = 0x003C
    CUPS_ACCEPT_JOBS = 0x4008
    CUPS_REJECT_JOBS = 0x4009

    @property
    def title(self) -> str:
        """The name as the standard writes it, such as Cancel-Jobs."""
        words = self.name.split("_")
        return "-".join(word if word == "CUPS" else word.capitalize() for word in words)


class Status(IntEnum):
    """Status codes (RFC 8011 appendix B) that mean different things for a driver."""

    FORBIDDEN = 0x0401
    NOT_AUTHENTICATED = 0x0402
    NOT_AUTHORIZED = 0x0403
    NOT_POSSIBLE = 0x0404
    TIMEOUT = 0x0405
    NOT_FOUND = 0x0406
    GONE = 0x0407
    FORMAT_NOT_SUPPORTED = 0x040A
    INTERNAL_ERROR = 0x0500
    OPERATION_NOT_SUPPORTED = 0x0501
    SERVICE_UNAVAILABLE = 0x0502
    VERSION_NOT_SUPPORTED = 0x0503
    DEVICE_ERROR = 0x0504
    TEMPORARY_ERROR = 0x0505
    NOT_ACCEPTING_JOBS = 0x0506
    BUSY = 0x0507


class Media(StrEnum):
    """Document formats that a test page is made of."""

    PDF = "application/pdf"
    TEXT = "text/plain"
