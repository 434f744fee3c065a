/** What a file is for. */
export type Purpose = 'AVATAR' | 'MESSAGE' | 'TUTORIAL' | 'MEASUREMENT';

/** Why bytes do not become a file. */
export type Rejection =
  | 'HASH_MISMATCH'
  | 'TYPE_MISMATCH'
  | 'TYPE_REFUSED'
  | 'UNREADABLE_IMAGE'
  | 'SIZE_MISMATCH';

/** What a purpose takes, and on what its files may hang. */
export interface PurposeRule {
  mostBytes: number;
  /** Media types, as found in the bytes; null where every type is taken. */
  types: readonly string[] | null;
  /** Kinds of things, "<domain>.<thing>". */
  subjectKinds: readonly string[];
}

const MIB = 1_024 * 1_024;
const PICTURES = ['image/jpeg', 'image/png', 'image/webp'];
const VIDEOS = ['video/mp4', 'video/quicktime', 'video/webm'];

export const purposeRules: Readonly<Record<Purpose, PurposeRule>> = {
  AVATAR: { mostBytes: 5 * MIB, types: PICTURES, subjectKinds: ['users.avatar'] },
  MESSAGE: { mostBytes: 100 * MIB, types: null, subjectKinds: ['messaging.message'] },
  TUTORIAL: {
    mostBytes: 1_024 * MIB,
    types: [...PICTURES, ...VIDEOS],
    subjectKinds: ['workouts.exercise', 'workouts.plan'],
  },
  MEASUREMENT: { mostBytes: 20 * MIB, types: PICTURES, subjectKinds: ['workouts.measurement'] },
};

/** The most bytes that come in one PUT: what breaks off is sent anew from its beginning. */
export const mostDirectBytes = 100 * MIB;

/** Uploads of one person whose bytes are awaited at a time. */
export const mostOpenUploads = 50;

/** Things that one file hangs on. */
export const mostAttachments = 100;

/** What is looked through at once, before the call is answered; what is larger is answered as PROCESSING. */
export const mostBytesAtOnce = 32 * MIB;

/** What a file's bytes were found to be. */
export interface FoundBytes {
  sizeBytes: number;
  sha256: string;
  /** Media type by the bytes' signature; null where they have none, as texts have. */
  type: string | null;
}

/** What a file was announced as. */
export interface AnnouncedFile {
  purpose: Purpose;
  name: string;
  announcedType: string;
  announcedSha256: string | null;
  sizeBytes: number;
}

/** Why these bytes are not the file that was announced; null where they are. */
export function rejectionOf(announced: AnnouncedFile, found: FoundBytes): Rejection | null {
  if (found.sizeBytes !== announced.sizeBytes) return 'SIZE_MISMATCH';
  if (announced.announcedSha256 !== null && announced.announcedSha256 !== found.sha256) {
    return 'HASH_MISMATCH';
  }
  if (!isOfAnnouncedType(announced, found.type)) return 'TYPE_MISMATCH';
  const { types } = purposeRules[announced.purpose];
  return types === null || (found.type !== null && types.includes(found.type)) ? null : 'TYPE_REFUSED';
}

/** What the owner of a rejected file is told, and what they can do about it. */
export function rejectionMessage(rejection: Rejection, { name, purpose }: AnnouncedFile): string {
  switch (rejection) {
    case 'HASH_MISMATCH':
      return `The bytes of ${name} have another SHA-256 than was announced: start a new upload.`;
    case 'TYPE_MISMATCH':
      return `The bytes of ${name} are of another type than its name, or the announced type, says: start a new upload under the right ones.`;
    case 'TYPE_REFUSED':
      return `A file for ${purpose} takes ${(purposeRules[purpose].types ?? []).join(', ')}: convert ${name}, and start a new upload.`;
    case 'UNREADABLE_IMAGE':
      return `${name} cannot be read as an image, or has more than ${mostPixels / 1_000_000} million pixels: send another one.`;
    case 'SIZE_MISMATCH':
      return `The bytes of ${name} are more than were announced: start a new upload.`;
  }
}

/** An image of more pixels is not decoded: a small file can hold a huge one. */
export const mostPixels = 50_000_000;

/** A larger image is kept as it is, without thumbnails: it would have to be held in memory. */
export const mostImageBytes = 40 * MIB;

/** Types of which thumbnails are made. */
export const imageTypes: readonly string[] = [...PICTURES, 'image/gif', 'image/avif'];

/** Longer sides of thumbnails, in pixels, the smallest first. */
export const thumbnailSides = { SMALL: 160, LARGE: 640 } as const;

export type ThumbnailName = keyof typeof thumbnailSides;

/**
 * The types that a browser may show in place. Whatever else there is, is downloaded as bytes of no type: HTML, SVG and PDF
 * can hold scripts.
 */
const SHOWN_TYPES = [
  ...imageTypes,
  ...VIDEOS,
  'audio/mpeg',
  'audio/mp4',
  'audio/x-m4a',
  'audio/ogg',
  'audio/wav',
  'audio/flac',
];

/** Under what type, and how, a file is handed to a browser. */
export function servingOf(type: string | null, name: string): { type: string; disposition: string } {
  const shown = type !== null && SHOWN_TYPES.includes(type);
  return {
    type: shown ? type : 'application/octet-stream',
    disposition: `${shown ? 'inline' : 'attachment'}; ${fileNameParameters(name)}`,
  };
}

/** RFC 6266: a name for every client in ASCII, and beside it the name itself (RFC 8187). */
function fileNameParameters(name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** Types whose bytes have a signature, by the ending of a name; the first is the one that clients announce. */
const TYPES_BY_ENDING: Readonly<Record<string, readonly string[]>> = {
  jpg: ['image/jpeg'],
  jpeg: ['image/jpeg'],
  png: ['image/png', 'image/apng'],
  webp: ['image/webp'],
  gif: ['image/gif'],
  avif: ['image/avif'],
  heic: ['image/heic', 'image/heif'],
  mp4: ['video/mp4', 'video/x-m4v'],
  m4v: ['video/x-m4v', 'video/mp4'],
  mov: ['video/quicktime'],
  webm: ['video/webm'],
  mp3: ['audio/mpeg'],
  m4a: ['audio/x-m4a', 'audio/mp4'],
  ogg: ['audio/ogg', 'video/ogg', 'application/ogg'],
  wav: ['audio/wav'],
  flac: ['audio/flac'],
  pdf: ['application/pdf'],
  zip: ['application/zip'],
  docx: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
};

function isOfAnnouncedType({ name, announcedType }: AnnouncedFile, found: string | null): boolean {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const byName = Object.hasOwn(TYPES_BY_ENDING, ending) ? TYPES_BY_ENDING[ending] : undefined;
  if (byName !== undefined && (found === null || !byName.includes(found))) return false;
  const groups = Object.values(TYPES_BY_ENDING).filter((types) => types.includes(announcedType));
  return groups.length === 0 || groups.some((types) => found !== null && types.includes(found));
}

/** How large an image's thumbnail is: it fits into a square, and is never larger than the image. */
export function fitInto(side: number, image: { widthPx: number; heightPx: number }) {
  const scale = Math.min(1, side / Math.max(image.widthPx, image.heightPx));
  const scaled = (length: number) => Math.max(1, Math.round(length * scale));
  return { widthPx: scaled(image.widthPx), heightPx: scaled(image.heightPx) };
}

/** Whether a text can be a file's name: no path, nothing that hides what its ending is. */
export function isFileName(name: string): boolean {
  return (
    name === name.trim() &&
    !/[/\\\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(name) &&
    name !== '.' &&
    name !== '..' &&
    name !== ''
  );
}
