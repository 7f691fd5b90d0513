// oxlint-disable-next-line import/no-unassigned-import -- defines what `@peculiar/x509` reads while it loads
import './reflect-metadata.ts';
import { createHash, webcrypto } from 'node:crypto';
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509';

/** A key that signs tokens, and what is published of it. */
export interface SigningKey {
  /** Base64url of the SHA-1 of its certificate: 27 characters; `x5t` is the same. */
  readonly kid: string;
  readonly privateKey: webcrypto.CryptoKey;
  readonly publicKey: webcrypto.CryptoKey;
  /** Modulus and exponent, base64url. */
  readonly n: string;
  readonly e: string;
  /** Base64 of the certificate. */
  readonly x5c: string;
}

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;

/** Beside the key in use. Entra publishes four to eight. */
const STANDBY_KEYS = 3;
/** Fixed, as the serial number is: the certificate of a key, and so its `kid`, is the same in every start. */
const CERTIFICATE_LIFE = { notBefore: new Date('2024-01-01'), notAfter: new Date('2049-01-01') };

/** Makes a new RSA key of 2048 bits with a certificate like those of Entra. */
export async function generateSigningKey(): Promise<SigningKey> {
  return describe(await webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify']));
}

/** Reads a signing key from PKCS #8 PEM, so that a demo keeps its keys. */
async function importSigningKey(pem: string): Promise<SigningKey> {
  const pkcs8 = PemConverter.decodeFirst(pem);
  const privateKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, RSA, true, ['sign']);
  const { n, e } = await webcrypto.subtle.exportKey('jwk', privateKey);
  const jwk = { kty: 'RSA', n: n ?? '', e: e ?? '' };
  const publicKey = await webcrypto.subtle.importKey('jwk', jwk, RSA, true, ['verify']);
  return describe({ privateKey, publicKey });
}

/** PKCS #8 PEM of a signing key, for a later `importSigningKey`. */
const exportSigningKey = async ({ privateKey }: SigningKey): Promise<string> =>
  PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');

async function describe(keys: webcrypto.CryptoKeyPair): Promise<SigningKey> {
  const { n = '', e = '' } = await webcrypto.subtle.exportKey('jwk', keys.publicKey);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=accounts.accesscontrol.windows.net',
    serialNumber: `01${createHash('sha256').update(n).digest('hex').slice(0, 30)}`,
    ...CERTIFICATE_LIFE,
    keys,
    signingAlgorithm: RSA,
  });
  const der = Buffer.from(certificate.rawData);
  const kid = createHash('sha1').update(der).digest('base64url');
  return { ...keys, kid, n, e, x5c: der.toString('base64') };
}

/**
 * The signing keys of the login host. All tenants share them, as in Entra; an application with claims mapping has a key
 * of its own, which only `?appid=` shows.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
 */
export class KeyRing {
  /** All that ever signed: resources verify with these, whatever is published. */
  readonly #known = new Map<string, SigningKey>();
  readonly #applicationKeys = new Map<string, Promise<SigningKey>>();
  #published: SigningKey[];
  #standby: Promise<void>;

  private constructor(keys: readonly SigningKey[]) {
    this.#published = keys.map((key) => this.#know(key));
    this.#standby = keys.length > 1 ? Promise.resolve() : this.#addStandby(STANDBY_KEYS);
  }

  /** @param pems PKCS #8 PEMs of keys to use, the first to sign with; none: new ones. */
  static async create(pems: readonly string[] = []): Promise<KeyRing> {
    const given = await Promise.all(pems.map(importSigningKey));
    return new KeyRing(given.length > 0 ? given : [await generateSigningKey()]);
  }

  /** The key that signs now. */
  async current(applicationId?: string): Promise<SigningKey> {
    if (applicationId !== undefined) return this.#ofApplication(applicationId);
    const [key] = this.#published;
    return key ?? this.add();
  }

  /** What the keys document shows. */
  async published(applicationId?: string): Promise<readonly SigningKey[]> {
    await this.#standby;
    const own = applicationId === undefined ? undefined : this.#applicationKeys.get(applicationId);
    return own === undefined ? this.#published : [await own];
  }

  /** A key that signed once, published or not. */
  find(kid: string): SigningKey | undefined {
    return this.#known.get(kid);
  }

  /** The planned roll-over: a key that was published before signs from now on; the old one stays published. */
  async rotate(): Promise<SigningKey> {
    await this.#standby;
    const [old, ...rest] = this.#published;
    this.#published = old === undefined ? rest : [...rest, old];
    return this.current();
  }

  /** The unplanned roll-over: a key that nobody has seen signs from now on; all others are withdrawn. */
  async emergencyRotate(): Promise<SigningKey> {
    await this.#standby;
    const key = await generateSigningKey();
    this.#published = [this.#know(key)];
    this.#standby = this.#addStandby(1);
    return key;
  }

  /** Publishes a new key, last in the list. */
  async add(): Promise<SigningKey> {
    const key = this.#know(await generateSigningKey());
    this.#published = [...this.#published, key];
    return key;
  }

  /** Withdraws a key; when it was the one in use, the next one signs. */
  async remove(kid: string): Promise<void> {
    await this.#standby;
    this.#published = this.#published.filter((key) => key.kid !== kid);
  }

  /** PKCS #8 PEMs of the published keys, for a later start with the same ones. */
  async export(): Promise<readonly string[]> {
    return Promise.all((await this.published()).map(exportSigningKey));
  }

  /** Resolves when no key is being made any more. */
  async settled(): Promise<void> {
    await this.#standby;
  }

  #know(key: SigningKey): SigningKey {
    this.#known.set(key.kid, key);
    return key;
  }

  async #addStandby(count: number): Promise<void> {
    const keys = await Promise.all(Array.from({ length: count }, generateSigningKey));
    this.#published = [...this.#published, ...keys.map((key) => this.#know(key))];
  }

  #ofApplication(applicationId: string): Promise<SigningKey> {
    const made = this.#applicationKeys.get(applicationId);
    if (made !== undefined) return made;
    const key = generateSigningKey().then((generated) => this.#know(generated));
    this.#applicationKeys.set(applicationId, key);
    return key;
  }
}
