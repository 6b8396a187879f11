"""The self-signed certificate of a simulated display."""

from __future__ import annotations

import hashlib
import ssl
import tempfile
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """Key and certificate (PEM), and the SHA-256 fingerprint in hexadecimal."""

    pem: bytes
    fingerprint: str

    @classmethod
    def made_for(cls, name: str) -> Certificate:
        """A new one, as a display makes it for itself."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import NameOID

        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=365))
            .sign(key, hashes.SHA256())
        )
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = certificate.public_bytes(serialization.Encoding.DER)
        return cls(
            private + certificate.public_bytes(serialization.Encoding.PEM), hashlib.sha256(public).hexdigest()
        )

    def server_context(self, *, old: bool = False) -> ssl.SSLContext:
        """For the display's side of TLS; `old` knows TLS 1.1 at most."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if old:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = ssl.TLSVersion.TLSv1
                context.maximum_version = ssl.TLSVersion.TLSv1_1
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with tempfile.TemporaryDirectory(prefix="pedell-") as folder:
            file = Path(folder) / "display.pem"
            file.touch(0o600)
            file.write_bytes(self.pem)
            context.load_cert_chain(file)
        return context
