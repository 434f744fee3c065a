import type { File__Output } from '#gen/proto/fitme/files/v1/File.ts';
import type { ViewerEntity } from '#platform/graphql/viewer.ts';

/** What resolvers get as their parent: the service's own messages, and bare ids for what other domains own. */
export type FileModel = File__Output;
export type ViewerModel = ViewerEntity;

export interface UserModel {
  id: string;
}
