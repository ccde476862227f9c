// How a KEY is written: the same words for every verb that takes one.
import { meantCharacters } from './find-key.ts';

export const keyWordHelp = `KEY is a fingerprint (SHA256:… or MD5:…) or its first ${meantCharacters} characters or more, a comment, or a file:
the private key file, its .pub, or a certificate (-cert.pub). When it fits several keys they are
named and nothing is done.`;
