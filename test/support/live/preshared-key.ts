/** TLS without certificates (RFC 4279): both ends know the key. */
export const presharedKey = Buffer.from('0123456789abcdef');

export const presharedKeyOptions = {
  ciphers: 'PSK-AES128-GCM-SHA256',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const;
