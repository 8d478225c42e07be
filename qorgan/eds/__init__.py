"""The digital signature of Kazakhstan: certificates, CMS, XML signatures, revocation, timestamps."""
