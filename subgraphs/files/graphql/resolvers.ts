import type { Resolvers } from '#gen/graphql/files.ts';
import type { SignedUrl__Output } from '#gen/proto/fitme/files/v1/SignedUrl.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { viewerOf } from '#platform/graphql/viewer.ts';
import { requiredDateOf } from '#platform/service/timestamps.ts';
import { purposes } from '../requests/requests.ts';
import { methods, rejections, states, thumbnailSizes } from '../rpc/present.ts';

/** GraphQL to service calls. */
export function createResolvers(): Resolvers {
  return {
    Query: {
      file: (_parent, { id }, { fileById }) => fileById.load(id),
    },

    Mutation: {
      async startFileUpload(_parent, { input }, { files }) {
        const { file, fileUpload } = await files.startFileUpload({
          ...input,
          purpose: purposes.valueOf(input.purpose),
          method: methods.valueOf(input.method),
          sizeBytes: String(input.sizeBytes),
        });
        return {
          file: promised(file),
          fileUpload: fileUpload && {
            ...fileUpload,
            method: methods.requiredNameOf(fileUpload.method),
            expiresAt: requiredDateOf(fileUpload.expiresAt),
          },
        };
      },
      async completeFileUpload(_parent, { input }, { files }) {
        const { file } = await files.completeFileUpload(input);
        return { file: promised(file) };
      },
      deleteFile: (_parent, { input }, { files }) => files.deleteFile(input),
    },

    Viewer: {
      __resolveReference: viewerOf,
      async files(_viewer, window, { files }) {
        const page = await files.listFiles({ page: pageRequestOf(window) });
        return connectionOf(page, ({ file }) => ({ node: promised(file) }));
      },
      async fileQuota(_viewer, _arguments, { files }) {
        const { limitBytes, usedBytes } = await files.getFileQuota({});
        return { limitBytes: Number(limitBytes), usedBytes: Number(usedBytes) };
      },
    },

    File: {
      __resolveReference: ({ id }, { fileById }) => fileById.load(id),
      owner: ({ ownerId }) => ({ id: ownerId }),
      purpose: ({ purpose }) => purposes.requiredNameOf(purpose),
      state: ({ state }) => states.requiredNameOf(state),
      rejection: ({ rejection }) => rejections.nameOf(rejection),
      sizeBytes: ({ sizeBytes }) => Number(sizeBytes),
      dimensions: ({ widthPx, heightPx }) =>
        widthPx === undefined || heightPx === undefined ? null : { widthPx, heightPx },
      download: ({ download }) => download && signedUrlOf(download),
      thumbnails: ({ thumbnails }) =>
        thumbnails.map(({ size, widthPx, heightPx, download }) => ({
          size: thumbnailSizes.requiredNameOf(size),
          dimensions: { widthPx, heightPx },
          download: signedUrlOf(promised(download)),
        })),
      createdAt: ({ createdAt }) => requiredDateOf(createdAt),
    },
  };
}

function signedUrlOf({ url, expiresAt }: SignedUrl__Output) {
  return { url, expiresAt: requiredDateOf(expiresAt) };
}
