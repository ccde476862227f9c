// What the pages get: known files, with the policy that keeps a page from doing anything else.
import { describe, expect, it } from 'vitest';
import { answerPageLoad, contentSecurityPolicy } from '../../../../main/shell/windows/answer-page-load.ts';

describe('answerPageLoad', () => {
  const file = { contentType: 'text/html; charset=utf-8', bytes: new TextEncoder().encode('<p>') };
  const files = new Map([['app://keys/index.html', file]]);
  const answer = (url: string, method = 'GET') => answerPageLoad(files, { url, method });

  it('serves a known file with its type and the policy', async () => {
    const response = answer('app://keys/index.html?x#y');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('<p>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
  });

  it.each([
    ['app://prompt/index.html', 'GET'],
    ['app://keys/../keys/index.html', 'GET'],
    ['app://keys/%69ndex.html', 'GET'],
    ['app://keys/', 'GET'],
    ['app://keys/index.html', 'POST'],
    ['file:///etc/passwd', 'GET'],
  ])('has nothing at %s (%s)', (url, method) => {
    expect(answer(url, method).status).toBe(404);
  });

  it('has a policy without any unsafe source', () => {
    const directives = contentSecurityPolicy.split('; ').map((directive) => directive.split(' '));
    for (const [name = '', ...values] of directives) {
      // A colon after a directive's name would void it.
      expect(name).toMatch(/^[a-z-]+$/);
      const allowed = name === 'img-src' ? ["'self'", 'data:'] : ["'none'", "'self'", "'script'"];
      expect(values.filter((value) => !allowed.includes(value))).toEqual([]);
    }
    const names = directives.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    // What `default-src` does not stand for has to be named.
    for (const name of ['default-src', 'base-uri', 'form-action', 'frame-ancestors'])
      expect(directives).toContainEqual([name, "'none'"]);
  });
});
