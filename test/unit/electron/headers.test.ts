import { describe, expect, test } from 'vitest';
import { contentSecurityPolicy, securityHeaders } from '../../../electron/policy/headers.ts';

const rules = (policy: string) =>
  new Map(policy.split('; ').map((rule): [string, string[]] => [rule.split(' ')[0] ?? '', rule.split(' ').slice(1)]));

describe('headers', () => {
  test('scripts come from the app alone, are never inline and never made from text', () => {
    expect(rules(contentSecurityPolicy()).get('script-src')).toEqual(["'self'", "'wasm-unsafe-eval'"]);
    expect(rules(contentSecurityPolicy()).get('default-src')).toEqual(["'none'"]);
    expect(contentSecurityPolicy()).not.toContain("'unsafe-eval'");
  });

  test('hot reload adds its socket and inline scripts, and nothing else', () => {
    const built = rules(contentSecurityPolicy());
    const developing = rules(contentSecurityPolicy('ws://127.0.0.1:4517'));
    const added = [...developing].flatMap(([rule, sources]) =>
      sources.filter((source) => !built.get(rule)?.includes(source)).map((source) => `${rule} ${source}`),
    );
    expect(added.sort()).toEqual(['connect-src ws://127.0.0.1:4517', "script-src 'unsafe-inline'"]);
  });

  test('the page is isolated from other origins', () => {
    expect(securityHeaders()).toMatchObject({
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
      'X-Content-Type-Options': 'nosniff',
    });
  });
});
