import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Certificate = { readonly cert: string; readonly key: string };

/** Certificates made with openssl in a folder of their own; the members are paths of PEM files. */
export class Certificates {
  readonly ca: string;
  /** For localhost and 127.0.0.1. */
  readonly server: Certificate;
  readonly expired: Certificate;
  readonly client: Certificate;
  /** Of nobody but itself. */
  readonly selfSigned: Certificate;
  readonly #folder = mkdtempSync(join(tmpdir(), 'certificates-'));

  constructor() {
    const authority = this.#selfSigned('ca', '/CN=test authority');
    this.ca = authority.cert;
    this.server = this.#signed('server', authority, 2);
    this.expired = this.#signed('expired', authority, -1);
    this.client = this.#signed('client', authority, 2);
    this.selfSigned = this.#selfSigned('self-signed', '/CN=localhost');
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #selfSigned(name: string, subject: string): Certificate {
    const files = this.#files(name);
    openssl(['req', '-x509', ...newKey(files.key), '-subj', subject, '-days', '2', '-out', files.cert]);
    return files;
  }

  #signed(name: string, authority: Certificate, days: number): Certificate {
    const files = this.#files(name);
    const request = join(this.#folder, `${name}.csr`);
    const extensions = join(this.#folder, 'extensions');
    writeFileSync(extensions, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    openssl(['req', ...newKey(files.key), '-subj', `/CN=${name}`, '-out', request]);
    const signer = ['-CA', authority.cert, '-CAkey', authority.key, '-CAcreateserial'];
    openssl([
      'x509',
      '-req',
      '-in',
      request,
      ...signer,
      '-days',
      String(days),
      '-extfile',
      extensions,
      '-out',
      files.cert,
    ]);
    return files;
  }

  #files(name: string): Certificate {
    return { cert: join(this.#folder, `${name}.pem`), key: join(this.#folder, `${name}.key`) };
  }
}

/** The contents, as servers take them. */
export function pem({ cert, key }: Certificate): { readonly cert: Buffer; readonly key: Buffer } {
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

/** Why there can be no certificates here. */
export const noCertificates: string | undefined =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is not installed';

function newKey(file: string): readonly string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file];
}

function openssl(options: readonly string[]): void {
  const run = spawnSync('openssl', options, { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
}
