import type { Redactor } from '../../../src/record/redact/redact.ts';

/** A place where a name stands with a value, and what a record shows of it. */
export type NamePlace = (redactor: Redactor, name: string, value: string) => string;

const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;
const encoded = encodeURIComponent;
const everyByteEncoded = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const member = (name: string, value: string) => JSON.stringify({ q0: 2, [name]: value, q9: 'm' });
const nestedMember = (name: string, value: string) => JSON.stringify({ a: [{ body: member(name, value) }], z: 1 });

/** The forms of a URL that carry a name and its value. */
const urls: { readonly [place: string]: (name: string, value: string) => string } = {
  query: (name, value) => `/a?x=1&${name}=${value}&y=2`,
  'first of a query': (name, value) => `/a/b.c?${name}=${value}`,
  'encoded name': (name, value) => `/a?${encoded(name)}=${value}&y=2`,
  'name of encoded bytes': (name, value) => `/a?${everyByteEncoded(name)}=${value}&y=2`,
  'semicolons in a query': (name, value) => `/a?x=1;${name}=${value};y=2`,
  'matrix parameter': (name, value) => `/a;${name}=${value}/b?c=d`,
  fragment: (name, value) => `/a#x=1&${name}=${value}`,
  'absolute form': (name, value) => `http://h:80/a?${name}=${value}`,
  'URL in a parameter': (name, value) => `/a?next=${encoded(`https://h/b?x=1&${name}=${value}`)}&y=2`,
  'URL in a URL in a parameter': (name, value) => `/a?next=${encoded(`/b?next=${encoded(`/c?${name}=${value}`)}`)}`,
  JSON: (name, value) => `/a?filter=${member(name, value)}&y=2`,
  'spaced JSON': (name, value) => `/a?filter=${member(name, value).replaceAll(':', ' : ').replaceAll(' ', '+')}`,
  'encoded JSON': (name, value) => `/a?filter=${encoded(member(name, value))}&y=2`,
  'JSON encoded twice': (name, value) => `/a?filter=${encoded(encoded(member(name, value)))}&y=2`,
  'JSON in a string of JSON': (name, value) => `/a?filter=${nestedMember(name, value)}&y=2`,
  'encoded JSON in a string of JSON': (name, value) => `/a?filter=${encoded(nestedMember(name, value))}&y=2`,
};

const urlHeaders: { readonly [name: string]: (url: string) => string } = {
  referer: (url) => `https://h${url}`,
  location: (url) => url,
  'content-location': (url) => url,
  refresh: (url) => `5; url=${url}`,
  link: (url) => `</first>; rel="first", <${url}>; rel="next"`,
  'x-original-url': (url) => url,
  'x-forwarded-uri': (url) => url,
  'x-anything': (url) => `http://h${url}`,
};
/** What may stand in a header without being encoded. */
const urlsInHeaders = ['query', 'encoded name', 'matrix parameter', 'fragment', 'URL in a parameter', 'encoded JSON'];

export const placesInUrls: { readonly [place: string]: NamePlace } = Object.fromEntries(
  Object.entries(urls).map(([place, url]): [string, NamePlace] => [
    place,
    (redactor, name, value) => redactor.target(url(name, value)),
  ]),
);

export const placesInHeaders: { readonly [place: string]: NamePlace } = {
  ...Object.fromEntries(
    Object.entries(urlHeaders).flatMap(([header, write]) =>
      urlsInHeaders.map((place): [string, NamePlace] => [
        `${place} in ${header}`,
        (redactor, name, value) => redactor.header(header)(write(urls[place]?.(name, value) ?? '')),
      ]),
    ),
  ),
  'JSON in a header': (redactor, name, value) => redactor.header('x-context')(member(name, value)),
  'parameter of a header': (redactor, name, value) => redactor.header('x-context')(`a; ${name}="${value} ${value}"; b`),
};

/** A header of that name, as the decoder gives it; what is no name of a header stands in a place of its own. */
export const placeAsHeader: NamePlace = (redactor, name, value) =>
  headerName.test(name) ? redactor.header(name.toLowerCase())(value) : redactor.target(`/?${name}=${value}`);

export const cookiePlaces: { readonly [place: string]: NamePlace } = {
  Cookie: (redactor, name, value) => redactor.header('cookie')(`theme=dark; ${name}=${value}`),
  'Set-Cookie': (redactor, name, value) => redactor.header('set-cookie')(`${name}=${value}; Path=/; HttpOnly`),
};
