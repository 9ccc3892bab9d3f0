/** An image as Docker writes it: `[registry[:port]/]path[:tag][@sha256:...]`. Never begins with a dash, so it cannot be an option. */
export const imageReferencePattern =
  /^(?:[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** A content id or digest. */
export const sha256Pattern = /^sha256:[0-9a-f]{64}$/;

const maxChars = 400;

/** Whether a text names an image. */
export function isImageReference(text: string): boolean {
  return text.length <= maxChars && imageReferencePattern.test(text);
}

/** The reference with the tag that Docker takes where none is given: `nginx` is `nginx:latest`. */
export function withTag(image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1);
  return last.includes(':') || last.includes('@') ? image : `${image}:latest`;
}

/** The reference without tag and digest: `localhost:5000/web` of `localhost:5000/web:2@sha256:...`. */
export function repositoryOf(image: string): string {
  const plain = image.split('@', 1)[0] ?? image;
  const cut = plain.lastIndexOf(':');
  return cut > plain.lastIndexOf('/') ? plain.slice(0, cut) : plain;
}

/** The registry that an image comes from; Docker Hub where it names none. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const named = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return named ? first : 'docker.io';
}
