"""Keys and certificates that tests make for themselves."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
DAY = datetime.timedelta(days=1)


def rsa_key(bits=2048):
    return rsa.generate_private_key(65537, bits)


def ec_key(curve=None):
    return ec.generate_private_key(curve or ec.SECP256R1())


class Certificate:
    """A certificate with its key, signed by another one or by itself."""

    def __init__(self, name, issuer=None, key=None, start=NOW - DAY, end=NOW + 30 * DAY):
        self.name, self.key, self.end = name, key or ec_key(), end
        signer = issuer or self
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(name)).issuer_name(_name(signer.name)).public_key(self.key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(signer.key, hashes.SHA256())
        )

    @property
    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def key_pem(self, form=serialization.PrivateFormat.PKCS8, password=None):
        cipher = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
        return self.key.private_bytes(serialization.Encoding.PEM, form, cipher).decode()


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
