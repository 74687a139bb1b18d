"""The certificate that people's browsers are shown."""

import ssl
import time
from typing import Any

from django.conf import settings

from .asking import is_public
from .findings import Finding, ok, problem, warning

CERTIFICATE = "certificate"
# Of OpenSSL's X509_verify_cert.
NOT_YET, EXPIRED, SELF_SIGNED, WRONG_NAME, WRONG_ADDRESS = 9, 10, 18, 62, 64


def judge_refused(error: ssl.SSLCertVerificationError) -> Finding:
    if error.verify_code in (WRONG_NAME, WRONG_ADDRESS):
        return problem(
            CERTIFICATE,
            f"The certificate at {settings.SITE_URL} is for another name: give the proxy one for this name, or "
            "set SITE_URL to the name that it has.",
        )
    if error.verify_code == EXPIRED:
        return problem(
            CERTIFICATE,
            "The certificate has expired: the proxy's log says why it was not renewed (often port 80 is shut).",
        )
    if error.verify_code == NOT_YET:
        return problem(CERTIFICATE, "The certificate is not valid yet: set the clock of this machine right.")
    if not is_public():
        return warning(
            CERTIFICATE,
            "The certificate is from an authority that this machine does not know: everybody's browser has to be "
            "told to trust it.",
        )
    if error.verify_code == SELF_SIGNED:
        return problem(
            CERTIFICATE,
            "The certificate is signed by itself, and browsers will warn everybody: let the proxy get one from an "
            "authority, such as Let's Encrypt.",
        )
    return problem(
        CERTIFICATE,
        f"Browsers will not trust the certificate ({error.verify_message}): let the proxy send the whole chain of "
        "an authority that they know.",
    )


def judge_lifetime(certificate: dict[str, Any]) -> Finding:
    begins, ends = (ssl.cert_time_to_seconds(certificate[name]) for name in ("notBefore", "notAfter"))
    left = ends - time.time()
    days = f"{left / 86_400:.0f} days" if left > 172_800 else f"{left / 3600:.0f} hours"
    # Renewal is due with a third left, whether it lasts for hours or months.
    if left < (ends - begins) / 6:
        return warning(
            CERTIFICATE, f"The certificate ends in {days} and was not renewed: the proxy's log says why."
        )
    return ok(CERTIFICATE, f"The certificate is valid for {days} more.")
