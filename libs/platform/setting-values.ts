// How the text of a setting is read: each answers the value, or undefined when the text is not accepted.
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { isPostgresUrl } from './sql/postgres/postgres-address.ts';

export const ON_OFF = 'on or off';
export const onOff = (text: string) => ({ on: true, off: false })[text];
export const whole = (from: number, to: number) => (text: string) => {
  const value = Number(text);
  return /^\d{1,9}$/.test(text) && value >= from && value <= to ? value : undefined;
};
export const path = (text: string) => (text.includes('\0') ? undefined : resolve(text));

export const POSTGRES_URL = 'postgres:// with host and database';
export const postgresUrl = (text: string) => (isPostgresUrl(text) ? text : undefined);

export function readNetworks(text: string): readonly string[] | undefined {
  const networks = listed(text);
  return networks.every(isNetwork) ? networks : undefined;
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  return isIP(address) > 0 && rest.length === 0 && (prefix === undefined || whole(0, bits)(prefix) !== undefined);
}

export function readOrigins(text: string): readonly string[] | undefined {
  const origins = listed(text);
  return origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin) ? origins : undefined;
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}
