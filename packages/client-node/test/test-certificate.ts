/**
 * A self-signed certificate and its key, like those of nodes. It protects nothing: both are here for everyone to see.
 *
 * @module
 */

export const TEST_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2r8UeCurWRGc0bRe
NxALjgBWmwkCFc6gDkS7JbP0uImhRANCAAS+z72nusgyizZSq3JfpSn5sPAwj269
zWeBdJoQzK1H3KcwmHgoXlHrAewe8MJusydbiGqO/jq2NXXJhYBewWme
-----END PRIVATE KEY-----`

export const TEST_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUc5WLaN6R3VEdfo1QzwQZzHErJVEwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzAzNDIxMloYDzIxMjYxMDMw
MDM0MjEyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS+z72nusgyizZSq3JfpSn5sPAwj269zWeBdJoQzK1H3KcwmHgoXlHr
Aewe8MJusydbiGqO/jq2NXXJhYBewWmeo1MwUTAdBgNVHQ4EFgQUhoSvKi1s5hI0
nyzXMVf4GQgsNeEwHwYDVR0jBBgwFoAUhoSvKi1s5hI0nyzXMVf4GQgsNeEwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAQJOm6fgxY+X4Sv086Nd+4
/7UWAncsLF6OnIfM4i4mzAIhAPgkPeY8hW4+BGCd9uFhZh1Wglq5dogsbujKnWwd
OlUZ
-----END CERTIFICATE-----`
