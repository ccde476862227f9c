// The formats of private key files.

/** `dsa` is OpenSSL's traditional DSA layout, which no standard names. */
export type KeyFileFormat = 'ppk' | 'openssh' | 'pkcs8' | 'pkcs1' | 'sec1' | 'dsa';
