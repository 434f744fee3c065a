import sharp from 'sharp';
import type { Services } from './host.ts';

/** Whose card has a picture, and of what hue, in degrees. */
export const AVATARS: Readonly<Record<string, number>> = {
  dana: 18,
  mira: 205,
  theo: 262,
  lena: 142,
  marco: 350,
  yuki: 190,
};

/** Uploads a picture as a client does: announced, sent to its signed URL, completed. Answers its id. */
export async function uploadPicture(
  { files }: Services,
  picture: { name: string; purpose: 'FILE_PURPOSE_AVATAR' | 'FILE_PURPOSE_MESSAGE'; bytes: Buffer },
): Promise<string> {
  const { name, purpose, bytes } = picture;
  const { file, fileUpload } = await files.startFileUpload({
    name,
    purpose,
    contentType: 'image/png',
    sizeBytes: String(bytes.length),
    method: 'FILE_UPLOAD_METHOD_DIRECT',
    idempotencyKey: `seed-${name}`,
  });
  const fileId = file?.id ?? '';
  if (fileUpload === null) return fileId;
  const headers = Object.fromEntries(fileUpload.headers.map((header) => [header.name, header.value]));
  const { ok, status } = await fetch(fileUpload.url, { method: 'PUT', headers, body: new Uint8Array(bytes) });
  if (!ok) throw new Error(`A picture's URL answers ${status}.`);
  await files.completeFileUpload({ fileId });
  return fileId;
}

/** A soft light on a coloured ground. */
export function portrait(hue: number): Promise<Buffer> {
  return paint(256, 256, (x, y) => {
    const light = 1 - Math.min(1, Math.hypot(x - 0.5, y - 0.38) * 1.6);
    return colour(hue + 40 * y, 0.55, 0.35 + 0.4 * light);
  });
}

/** Hills in the morning, for a chat about running. */
export function hills(): Promise<Buffer> {
  return paint(640, 400, (x, y) => {
    const ridges = [0.55, 0.68, 0.8].map((height, at) => height + 0.07 * Math.sin(x * (7 + 4 * at) + at * 2));
    const ridge = ridges.findLastIndex((height) => y > height);
    return ridge === -1
      ? colour(28 + 30 * y, 0.7, 0.85 - 0.25 * y)
      : colour(150 + 12 * ridge, 0.3, 0.45 - 0.12 * ridge);
  });
}

type Pixel = [red: number, green: number, blue: number];

/** `pixel` gets its place from 0 to 1, from the left and from the top. */
function paint(width: number, height: number, pixel: (x: number, y: number) => Pixel): Promise<Buffer> {
  const raw = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) raw.set(pixel(x / width, y / height), (y * width + x) * 3);
  }
  return sharp(raw, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** HSL to RGB, as CSS Color 4 gives it (section 7.1). */
function colour(hue: number, saturation: number, lightness: number): Pixel {
  const channel = (n: number) => {
    const k = (n + (((hue % 360) + 360) % 360) / 30) % 12;
    const amount = saturation * Math.min(lightness, 1 - lightness);
    return Math.round(255 * (lightness - amount * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
