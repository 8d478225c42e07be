"""Enveloped XML signatures (XMLDSig), with the basics of XAdES."""
