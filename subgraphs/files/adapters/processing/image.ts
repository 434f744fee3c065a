import type { Sharp } from 'sharp';
import { fitInto, mostPixels, type ThumbnailName, thumbnailSides } from '../../rules/rules.ts';

/** What was made of an image. */
export interface ReadImage {
  widthPx: number;
  heightPx: number;
  /** The smallest first. */
  thumbnails: { size: ThumbnailName; widthPx: number; heightPx: number; webp: Buffer }[];
}

/** An image takes longer only where it was made to. */
const LONGEST_SECONDS = 10;
const WEBP_QUALITY = 78;

/**
 * Reads an image and makes its thumbnails: upright, without metadata (which may say where it was taken), of the first frame.
 * Null where it cannot be read whole, or has too many pixels: those are counted before any is decoded.
 */
export async function readImage(bytes: Buffer): Promise<ReadImage | null> {
  const open = await openSharp();
  try {
    const { width, height, orientation = 1, pageHeight } = await open(bytes).metadata();
    const onItsSide = orientation >= 5;
    const shownHeight = pageHeight ?? height;
    const [widthPx, heightPx] = onItsSide ? [shownHeight, width] : [width, shownHeight];
    const thumbnails: ReadImage['thumbnails'] = [];
    for (const [size, side] of Object.entries(thumbnailSides) as [ThumbnailName, number][]) {
      const fitted = fitInto(side, { widthPx, heightPx });
      const { data } = await open(bytes)
        .timeout({ seconds: LONGEST_SECONDS })
        .autoOrient()
        .resize({ width: fitted.widthPx, height: fitted.heightPx, fit: 'fill' })
        .webp({ quality: WEBP_QUALITY })
        .toBuffer({ resolveWithObject: true });
      thumbnails.push({ size, ...fitted, webp: data });
    }
    return { widthPx, heightPx, thumbnails };
  } catch {
    // sharp tells faults of the image by their texts alone; what is wrong with the process shows elsewhere, too.
    return null;
  }
}

let opened: Promise<(bytes: Buffer) => Sharp> | undefined;

/** Loaded with the first image: the library is large, and most processes never see one. */
function openSharp(): Promise<(bytes: Buffer) => Sharp> {
  opened ??= import('sharp').then(({ default: sharp }) => {
    // Of libvips' many loaders, those that nobody needs are no way in.
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({
      operation: [
        'VipsForeignLoadJpeg',
        'VipsForeignLoadPng',
        'VipsForeignLoadWebp',
        'VipsForeignLoadNsgif',
        'VipsForeignLoadHeif',
      ],
    });
    sharp.concurrency(1);
    sharp.cache(false);
    return (bytes: Buffer) =>
      sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error', sequentialRead: true });
  });
  return opened;
}
