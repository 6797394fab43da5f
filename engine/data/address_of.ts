/** The address of a URL, or of a path from where the program runs: of the page in a browser, else of the working directory. */
export async function addressOf(place: URL | string): Promise<URL> {
  const text = String(place);
  if (/^[a-z][a-z\d+.-]+:/i.test(text)) return new URL(text);
  if ('document' in globalThis || 'location' in globalThis) return new URL(text, globalThis.location.href);
  const { pathToFileURL } = await import('node:url');
  return pathToFileURL(text);
}
