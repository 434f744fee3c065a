import type { ThumbnailName } from '../../rules/rules.ts';

/** Everything that clients write for a file before it is one. */
export function uploadPrefix(fileId: string): string {
  return `uploads/${fileId}/`;
}

/** What came in one PUT. */
export function directKey(fileId: string): string {
  return `${uploadPrefix(fileId)}whole`;
}

/** What begins at this offset of a resumable upload. Sorted by key, they are sorted by offset. */
export function partKey(fileId: string, offset: number): string {
  return `${partPrefix(fileId)}${String(offset).padStart(12, '0')}`;
}

export function partPrefix(fileId: string): string {
  return `${uploadPrefix(fileId)}parts/`;
}

/** Where a part begins. */
export function offsetOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('/') + 1));
}

/** Everything that clients read of a file. */
export function filePrefix(fileId: string): string {
  return `files/${fileId}/`;
}

export function originalKey(fileId: string): string {
  return `${filePrefix(fileId)}original`;
}

export function thumbnailKey(fileId: string, size: ThumbnailName): string {
  return `${filePrefix(fileId)}${size.toLowerCase()}.webp`;
}

/** The file whose upload an object belongs to; null for any other object. */
export function uploadOf(key: string): string | null {
  return /^uploads\/([0-9a-f-]{36})\//.exec(key)?.[1] ?? null;
}
