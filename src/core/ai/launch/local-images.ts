import { z } from 'zod';
import { isImageReference } from '../../docker/image-reference.js';
import { listOf, readAnswer } from '../../docker/lenient.js';
import type { DockerQuestion } from '../../docker/request.js';

const images = z.array(z.object({ RepoTags: listOf(z.string()) }));

/** The names of the images that an engine has. */
export const localImagesQuestion: DockerQuestion<readonly string[]> = {
  name: 'local-images',
  path: '/images/json',
  parse: (answer) => readAnswer(images, answer).flatMap(({ RepoTags }) => RepoTags.filter(isImageReference)),
};
