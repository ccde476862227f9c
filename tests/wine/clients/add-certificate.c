/*
 * Puts a certificate into the person's store MY, with where its private key is; or takes out all that are there.
 *
 *   add-certificate FILE NAME [CONTAINER PROVIDER TYPE KEYSPEC]
 *   add-certificate
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <wincrypt.h>

static int fail(const char *call)
{
  printf("%s failed: %lx\n", call, GetLastError());
  return 1;
}

int wmain(int argc, wchar_t **argv)
{
  static BYTE encoded[65536];
  DWORD size = 0;
  HANDLE file;
  PCCERT_CONTEXT certificate;
  HCERTSTORE store;
  if (argc == 1) {
    /* Where Windows keeps them: deleted by the functions for it, some come back under Wine. */
    LSTATUS status =
        RegDeleteTreeW(HKEY_CURRENT_USER, L"Software\\Microsoft\\SystemCertificates\\MY\\Certificates");
    return status && status != ERROR_FILE_NOT_FOUND;
  }
  store = CertOpenSystemStoreW(0, L"MY");
  if (!store) return fail("CertOpenSystemStoreW");
  file = CreateFileW(argv[1], GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE || !ReadFile(file, encoded, sizeof(encoded), &size, NULL)) return fail("ReadFile");
  CloseHandle(file);
  if (!CertAddEncodedCertificateToStore(store, X509_ASN_ENCODING, encoded, size, CERT_STORE_ADD_REPLACE_EXISTING,
                                        &certificate))
    return fail("CertAddEncodedCertificateToStore");
  if (*argv[2]) {
    CRYPT_DATA_BLOB name = { 2 * (wcslen(argv[2]) + 1), (BYTE *)argv[2] };
    if (!CertSetCertificateContextProperty(certificate, CERT_FRIENDLY_NAME_PROP_ID, 0, &name))
      return fail("CERT_FRIENDLY_NAME_PROP_ID");
  }
  if (argc == 7) {
    CRYPT_KEY_PROV_INFO info = { argv[3], argv[4], wcstoul(argv[5], NULL, 10), 0, 0, NULL,
                                 wcstoul(argv[6], NULL, 10) };
    if (!CertSetCertificateContextProperty(certificate, CERT_KEY_PROV_INFO_PROP_ID, 0, &info))
      return fail("CERT_KEY_PROV_INFO_PROP_ID");
  }
  CertFreeCertificateContext(certificate);
  return CertCloseStore(store, 0) ? 0 : fail("CertCloseStore");
}
