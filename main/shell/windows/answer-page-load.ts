// Answers to what the pages load, with the headers that keep a page from doing anything else.
import type { PageFile } from './page-files.ts';

/** SECURITY (SECURITY.md, "Windows"): a page runs its own scripts and styles and reaches nothing. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const headers = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
} as const;

const notFound = () => new Response('Not found', { status: 404, headers });

/** The file with exactly the address `url`, query and fragment left aside; 404 for all others. Never throws. */
export function answerPageLoad(
  files: ReadonlyMap<string, PageFile>,
  { method, url }: Pick<Request, 'method' | 'url'>,
): Response {
  if (method !== 'GET') return notFound();
  // A look-up in a map, and no path is ever made of the address: nothing can be climbed out of.
  const file = files.get(url.split(/[?#]/, 1)[0] ?? '');
  if (file === undefined) return notFound();
  return new Response(file.bytes, { headers: { ...headers, 'Content-Type': file.contentType } });
}
