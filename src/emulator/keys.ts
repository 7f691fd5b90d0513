import {
  createHash,
  createPrivateKey,
  createPublicKey,
  KeyObject,
  webcrypto,
  X509Certificate,
} from 'node:crypto';

import { x509 } from './x509.ts';

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

/** Reads a signing key from PEM, so that a demo keeps its keys; where its certificate is in it, that too. */
async function importSigningKey(pem: string): Promise<SigningKey> {
  const key = createPrivateKey(pem);
  const keys = {
    privateKey: key.toCryptoKey(RSA, true, ['sign']),
    publicKey: createPublicKey(key).toCryptoKey(RSA, true, ['verify']),
  };
  const [, certificate] = pem.split(/(?=-----BEGIN CERTIFICATE-----)/);
  return certificate === undefined ? describe(keys) : describe(keys, derOf(certificate));
}

/** PEM of a signing key, PKCS #8, and of its certificate, for a later `importSigningKey`. */
const exportSigningKey = ({ privateKey, x5c }: SigningKey): string =>
  KeyObject.from(privateKey).export({ type: 'pkcs8', format: 'pem' }) +
  new X509Certificate(Buffer.from(x5c, 'base64')).toString();

const derOf = (certificate: string): Buffer => new X509Certificate(certificate).raw;

async function describe(keys: webcrypto.CryptoKeyPair, made?: Buffer): Promise<SigningKey> {
  const { n = '', e = '' } = KeyObject.from(keys.publicKey).export({ format: 'jwk' });
  const der = made ?? (await certify(keys, n));
  const kid = createHash('sha1').update(der).digest('base64url');
  return { ...keys, kid, n, e, x5c: der.toString('base64') };
}

async function certify(keys: webcrypto.CryptoKeyPair, modulus: string): Promise<Buffer> {
  const { X509CertificateGenerator } = await x509();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=accounts.accesscontrol.windows.net',
    serialNumber: `01${createHash('sha256').update(modulus).digest('hex').slice(0, 30)}`,
    ...CERTIFICATE_LIFE,
    keys,
    signingAlgorithm: RSA,
  });
  return Buffer.from(certificate.rawData);
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

  /** @param pems PEMs of keys to use, as `export` gives them or PKCS #8 alone, the first to sign with; none: new ones. */
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

  /** PEMs of the published keys, each with its certificate, for a later start with the same ones. */
  async export(): Promise<readonly string[]> {
    return (await this.published()).map(exportSigningKey);
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
