"""moto's server with the one thing that its KMS lacks for evidence: where MessageType is DIGEST, what is
given is signed as it is (API reference of Sign: "KMS skips the hashing step"). moto's own code says that
it is not implemented there, and hashes the digest once more.

    moto_digests.py -p PORT
"""

import sys
from contextvars import ContextVar

from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from moto.kms import utils
from moto.kms.responses import KmsResponse
from moto.server import main

digest = ContextVar("digest", default=False)
sign = KmsResponse.sign
ecdsa = utils.ECDSAPrivateKey._ECDSAPrivateKey__hash_algorithm
rsa = utils.RSAPrivateKey._RSAPrivateKey__padding_and_hash_algorithm


def prehashed(algorithm):
    return Prehashed(algorithm) if digest.get() else algorithm


def signed(self):
    digest.set(self._get_param("MessageType") == "DIGEST")
    try:
        return sign(self)
    finally:
        digest.set(False)


def of_rsa(self, algorithm):
    padding, hashing = rsa(self, algorithm)
    return padding, prehashed(hashing)


KmsResponse.sign = signed
utils.ECDSAPrivateKey._ECDSAPrivateKey__hash_algorithm = lambda self, name: prehashed(ecdsa(self, name))
utils.RSAPrivateKey._RSAPrivateKey__padding_and_hash_algorithm = of_rsa

if __name__ == "__main__":
    sys.exit(main())
