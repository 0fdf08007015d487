"""Digital signatures of a PDF: who and when, as the file states it. Metadata for the admin, never part of the text."""

from __future__ import annotations

import ctypes
import re

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.readers.draft import Stamp

_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})(\d{2})?(\d{2})?(\d{2})?(?:([+-]\d{2})'?(\d{2})?)?")
MOST = 50  # a plan carries a handful


def stamps_of(document: pdfium.PdfDocument) -> tuple[Stamp, ...]:
    """Every signature of the document."""
    count = min(MOST, raw.FPDF_GetSignatureCount(document))
    return tuple(_stamp(raw.FPDF_GetSignatureObject(document, index)) for index in range(max(0, count)))


def _stamp(signature: raw.FPDF_SIGNATURE) -> Stamp:
    when = _bytes(raw.FPDFSignatureObj_GetTime, signature).decode("latin-1").strip("\x00")
    reason = _bytes(raw.FPDFSignatureObj_GetReason, signature).decode("utf-16-le", "replace").strip("\x00")
    return Stamp(_signer(_bytes(raw.FPDFSignatureObj_GetContents, signature)), _iso(when), reason)


def _bytes(function: object, signature: raw.FPDF_SIGNATURE) -> bytes:
    """pdfium's habit: ask for the length, then for the bytes."""
    length = function(signature, None, 0)  # type: ignore[operator]
    if not 0 < length < 1_000_000:
        return b""
    buffer = ctypes.create_string_buffer(length)
    function(signature, buffer, length)  # type: ignore[operator]
    return buffer.raw


def _iso(date: str) -> str:
    """`D:20260623173458+07'00'` as `2026-06-23T17:34:58+07:00`."""
    match = _DATE.match(date)
    if not match:
        return ""
    year, month, day, hour, minute, second, zone, zone_minute = match.groups()
    clock = f"T{hour or '00'}:{minute or '00'}:{second or '00'}"
    return f"{year}-{month}-{day}{clock}" + (f"{zone}:{zone_minute or '00'}" if zone else "")


def _signer(contents: bytes) -> str:
    """The common name in the signer's certificate: the one that issued no other."""
    try:
        from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates
        from cryptography.x509.oid import NameOID

        certificates = load_der_pkcs7_certificates(contents)
        issuers = {c.issuer for c in certificates if c.issuer != c.subject}
        own = [c for c in certificates if c.subject not in issuers] or certificates
        return str(own[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    except (ImportError, ValueError, IndexError, TypeError):
        return ""
